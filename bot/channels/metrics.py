"""What Prometheus reads: `GET /metrics`, at an address of its own (`ASKWELL_METRICS`).

The numbers are plain counters of the parts, collected only when somebody asks for them. No label
holds anything that a patient wrote, or more than a few dozen values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from bot.channels.keys import CONNECTIONS, JOURNAL, TURNS, WATCHDOG
from bot.channels.tally import BOUNDS
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from prometheus_client import CollectorRegistry, Metric

    from bot.channels.feedback import Journal
    from bot.channels.tally import Tally
    from bot.channels.watchdog import Watchdog
    from bot.snapshot import SnapshotStore

RED_FLAGS = ("emergency", "crisis", "urgent", "advice")
"""Kinds of reply that are cards for a red flag."""


def listening(address: str) -> Callable[[web.Application], AsyncIterator[None]]:
    """Serve the figures of an application at `address` as long as it runs.

    Raises SettingsError when the address can't be opened.
    """

    async def listen(app: web.Application) -> AsyncIterator[None]:
        figures = web.Application()
        figures.router.add_get("/metrics", _metrics(app))
        runner = web.AppRunner(figures, access_log=None)
        await runner.setup()
        try:
            await _open(runner, address)
            yield
        finally:
            await runner.cleanup()

    return listen


async def _open(runner: web.AppRunner, address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        reason = f"can't listen on {address!r}: {error.strerror}"
        raise SettingsError("metrics (ASKWELL_METRICS)", reason) from None


def _metrics(app: web.Application) -> Callable[[web.Request], Awaitable[web.Response]]:
    registry: list[CollectorRegistry] = []

    async def metrics(_: web.Request) -> web.Response:
        from prometheus_client import exposition  # noqa: PLC0415  only who measures pays for it

        if not registry:
            registry.append(figures_of(app))
        body = exposition.generate_latest(registry[0])
        headers = {hdrs.CONTENT_TYPE: exposition.CONTENT_TYPE_PLAIN_1_0_0}
        return web.Response(body=body, headers=headers)

    return metrics


def figures_of(app: web.Application) -> CollectorRegistry:
    """Return the figures of an application, to be collected anew each time they are read."""
    from prometheus_client import (  # noqa: PLC0415
        CollectorRegistry,
        GCCollector,
        ProcessCollector,
    )

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(app))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class _Figures:
    def __init__(self, app: web.Application) -> None:
        self._app = app

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        app = self._app
        yield from _turns(app[TURNS].tally)
        yield from _connections(app[TURNS].tally, len(app[CONNECTIONS]))
        yield from _content(app[TURNS].store)
        yield from _loop(app[WATCHDOG])
        yield from _journal(app[JOURNAL])


def _turns(tally: Tally) -> Iterator[Metric]:
    from prometheus_client.core import HistogramMetricFamily  # noqa: PLC0415

    yield _counter("turns", "Turns by kind of reply.", tally.turns, label="kind")
    cards = {kind: tally.turns[kind] for kind in RED_FLAGS}
    yield _counter("red_flags", "Cards shown for a red flag, by tier.", cards, label="tier")
    yield _counter("refusals", "Refused messages and connections.", tally.refused, label="code")
    name = "askwell_turn_seconds"
    latency = HistogramMetricFamily(name, "Time from a parsed message to its reply.")
    classes, reached = [], 0
    for bound, turns in zip((*map(str, BOUNDS), "+Inf"), tally.times, strict=True):
        reached += turns
        classes.append((bound, reached))
    latency.add_metric([], classes, sum_value=tally.seconds)
    yield latency


def _connections(tally: Tally, now: int) -> Iterator[Metric]:
    yield _gauge("connections", "Open websockets.", now)
    yield _counter("connections_opened", "Websockets that were let in.", tally.opened)


def _content(store: SnapshotStore) -> Iterator[Metric]:
    from prometheus_client.core import InfoMetricFamily  # noqa: PLC0415

    info = InfoMetricFamily("askwell_content", "The content that answers.")
    info.add_metric([], {"version": store.current.version})
    yield info
    yield _gauge("entries", "Entries of the content that answers.", len(store.current.entries))
    yield _gauge("content_problems", "Problems of the last edit.", len(store.problems))
    yield _counter("reloads", "Edits by what became of them.", store.reloads, label="outcome")
    yield _counter("builds", "Processes that built content or index.", store.builds)
    yield _counter("build_seconds", "How long they took.", store.build_seconds)
    yield _gauge("build_failed", "1 when the last one failed.", store.fault is not None)


def _loop(watchdog: Watchdog) -> Iterator[Metric]:
    yield _counter("stalls", "How often the event loop stood still.", watchdog.stalls)
    seconds = watchdog.stalled_seconds
    yield _counter("stalled_seconds", "How long the event loop stood still.", seconds)
    yield _gauge("longest_delay_seconds", "Latest beat of the event loop.", watchdog.longest)


def _journal(journal: Journal | None) -> Iterator[Metric]:
    if journal is None:
        return
    health = journal.health
    yield _gauge("journal_degraded", "1 when nothing can be kept.", health.degraded)
    yield _gauge("journal_waiting", "Notes that are not written yet.", health.waiting)
    yield _gauge("journal_lost", "Notes that found no room.", health.lost)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    return GaugeMetricFamily(f"askwell_{name}", help_text, value=value)


def _counter(
    name: str, help_text: str, value: float | dict[str, int], *, label: str = ""
) -> Metric:
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415

    if not isinstance(value, dict):
        return CounterMetricFamily(f"askwell_{name}", help_text, value=value)
    family = CounterMetricFamily(f"askwell_{name}", help_text, labels=[label])
    for key, count in value.items():
        family.add_metric([str(key)], count)
    return family

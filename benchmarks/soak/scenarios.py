"""The long runs, one function each. Each returns what it did and what it measured, in words."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp

from benchmarks.soak.clients import ROOM, Noted, crowd, known_and_new, visit
from benchmarks.soak.proxy import bad_network
from tests.faqs import BOTOX
from tests.standing.askers import Asker, until_answered
from tests.standing.process import serving_process

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MIB: Final = 2**20
SHIPPED: Final = Path(__file__).parents[2] / "faq"
"""Where words for questions come from that were never asked."""
_BETWEEN_EDITS: Final = 15.0
_MOST_RISE: Final = 4.0
"""MiB by which memory may rise in the second half of a run."""
_STEPS: Final = (1, 8, 64, 512, 8)
"""Clients that ask without a pause, step by step, and the second step again in the end."""


@dataclass(frozen=True)
class Outcome:
    """What one run did and found."""

    did: str
    found: str
    good: bool
    """Whether what must hold has held."""


async def steady(faq: Path, var: Path, seconds: float) -> Outcome:
    """Serve 500 visitors with a question every five seconds."""
    with serving_process(faq, var, settings=ROOM) as server:
        server.settle()
        noted = await crowd(server.url, 500, seconds=seconds, pause=5.0)
        rss = server.process.memory_info().rss / MIB
    found = (
        f"{noted.answers:,} answers, {noted.wrong} wrong, {noted.lost} connections lost; half "
        f"within {noted.milliseconds(0.5):.1f} ms, 99 % within {noted.milliseconds(0.99):.1f} ms; "
        f"{rss:.0f} MiB"
    )
    did = "500 visitors, a question every 5 s each"
    return Outcome(did, found, not noted.wrong and not noted.lost)


async def ramp(faq: Path, var: Path, seconds: float) -> Outcome:
    """Serve more and more clients that never pause; then few, as well off as before."""
    told, rates, wrong = [], [], 0
    with serving_process(faq, var, settings=ROOM) as server:
        server.settle()
        for clients in _STEPS:
            part = seconds / len(_STEPS)
            noted = await crowd(server.url, clients, seconds=part)
            rates.append(noted.answers / part)
            wrong += noted.wrong + noted.lost
            late = noted.milliseconds(0.99)
            told.append(f"{clients}: {rates[-1]:,.0f}/s, 99 % within {late:.0f} ms")
    did = "clients without a pause, one process for all of them"
    good = wrong == 0 and rates[-1] > rates[1] / 2 and rates[3] > rates[2] / 2
    return Outcome(did, f"{'; '.join(told)}; {wrong} wrong or lost", good)


async def leak(faq: Path, var: Path, seconds: float) -> Outcome:
    """Come, ask a few questions, go, while an editor saves: what stays behind.

    Half of the questions were never asked before.
    """
    noted, edits = Noted(), 0
    samples: list[tuple[int, float]] = []
    with serving_process(faq, var, settings=ROOM) as server:
        server.settle()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            await visit(session, server.url, Noted(), known_and_new(SHIPPED), most=10)
            await asyncio.sleep(3)  # the journal is open now, and all that is opened once
            fds = server.process.num_fds()
            start = time.monotonic()

            async def come_and_go() -> None:
                asked = known_and_new(SHIPPED)
                while time.monotonic() < start + seconds:
                    await visit(session, server.url, noted, asked, most=10)

            async with asyncio.TaskGroup() as tasks:
                for _ in range(30):
                    tasks.create_task(come_and_go())
                while (now := time.monotonic() - start) < seconds:
                    await asyncio.sleep(1)
                    samples.append((noted.connections, server.process.memory_info().rss / MIB))
                    if now // _BETWEEN_EDITS >= edits:
                        edits += 1
                        _edit(faq, edits)
        await asyncio.sleep(3)
        left = server.process.num_fds() - fds
    late = samples[len(samples) // 2 :]
    rise = _slope(late) * (late[-1][0] - late[0][0])
    found = (
        f"{noted.connections:,} visits, {noted.answers:,} answers, {noted.wrong} wrong, {edits} "
        f"edits; memory {samples[0][1]:.0f} → {samples[-1][1]:.0f} MiB, in the second half "
        f"{rise:+.1f} MiB; {left:+d} file descriptors"
    )
    good = not noted.wrong and not noted.lost and left <= 2 and rise < _MOST_RISE
    return Outcome("30 clients that come, ask and go, edits meanwhile", found, good)


def _slope(samples: list[tuple[int, float]]) -> float:
    """Return the rise of a straight line through the samples, by least squares."""
    xs, ys = [x for x, _ in samples], [y for _, y in samples]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in samples) / spread if spread else 0.0


def _edit(faq: Path, number: int) -> None:
    """Save an answer that is another one each time."""
    text = BOTOX.replace("10 to 30", f"10 to {30 + number}")
    (faq / "botox.md").write_text(text, encoding="utf-8")


async def chaos(faq: Path, var: Path, seconds: float) -> Outcome:
    """Serve over a network that delays, tears and cuts, while an editor saves every ten seconds."""
    settings = {**ROOM, "ASKWELL_HEARTBEAT_SECONDS": "2"}
    edits = 0
    with serving_process(faq, var, settings=settings) as server:
        server.settle()
        until = time.monotonic() + seconds
        async with bad_network(server.port) as (proxy, port):

            async def work() -> None:
                nonlocal edits
                while time.monotonic() < until:
                    edits += 1
                    _edit(faq, edits)
                    await asyncio.sleep(min(10, seconds / 4))

            askers = await _ask_until(f"http://127.0.0.1:{port}", 100, work, pause=0.1)
    faults = [fault for asker in askers for fault in asker.faults()]
    answers = sum(len(asker.answers) for asker in askers)
    found = (
        f"{answers:,} answers, {len(faults)} wrong, missing or doubled; {proxy.pieces:,} pieces, "
        f"{proxy.cuts:,} cut in the middle, {proxy.silences:,} silences, {edits} edits"
    )
    return Outcome("100 clients over a bad network, edits meanwhile", found, not faults)


async def storm(faq: Path, var: Path, seconds: float) -> Outcome:
    """Kill the server of a thousand clients, who all come back at once."""
    del seconds  # takes as long as it takes
    with serving_process(faq, var, settings=ROOM) as first:
        url, port = first.url, first.port
        back: list[float] = []

        async def work() -> None:
            first.popen.kill()
            first.popen.wait()
            with serving_process(faq, var, settings=ROOM, port=port):
                start = time.monotonic()
                had = max(len(asker.answers) for asker in askers)
                await until_answered(askers, had + 1, seconds=60)
                back.append(time.monotonic() - start)
                await _finish(askers)

        askers = [Asker(f"s{at}") for at in range(1_000)]
        await _ask(askers, url, work, pause=1.0)
    faults = [fault for asker in askers for fault in asker.faults()]
    found = f"all answered again {back[0]:.1f} s after the restart; {len(faults)} wrong or missing"
    return Outcome("1,000 clients that come back at once after kill -9", found, not faults)


async def kills(faq: Path, var: Path, seconds: float) -> Outcome:
    """Kill the server and start it again, time after time, while 50 clients ask."""
    number = max(3, round(seconds / 5))
    askers = [Asker(f"k{at}") for at in range(50)]
    with serving_process(faq, var, settings=ROOM) as first:
        url, port = first.url, first.port

        async def work() -> None:
            await until_answered(askers, 3)
            first.popen.kill()
            first.popen.wait()
            for at in range(number):
                with serving_process(faq, var, settings=ROOM, port=port):
                    had = max(len(asker.answers) for asker in askers)
                    await until_answered(askers, had + 2, seconds=60)
                    if at == number - 1:
                        await _finish(askers)

        await _ask(askers, url, work, pause=0.01)
    faults = [fault for asker in askers for fault in asker.faults()]
    answers = sum(len(asker.answers) for asker in askers)
    found = f"{number} kills, {answers:,} questions, {len(faults)} without exactly one right answer"
    return Outcome("kill -9 under 50 clients that ask without a pause", found, not faults)


async def _ask_until(
    url: str, number: int, work: Callable[[], Awaitable[None]], *, pause: float
) -> list[Asker]:
    """Let clients ask while something is done, then until each has its last answer."""
    askers = [Asker(f"c{at}", patience=5.0) for at in range(number)]
    await _ask(askers, url, work, pause=pause)
    return askers


async def _ask(
    askers: list[Asker], url: str, work: Callable[[], Awaitable[None]], *, pause: float
) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
        for asker in askers:
            tasks.create_task(asker.run(session, f"{url}/ws", pause=pause))
        await until_answered(askers, 1, seconds=60)
        await work()
        for asker in askers:
            asker.done = True


async def _finish(askers: list[Asker]) -> None:
    """Let each client have its last answer while there is a server."""
    for asker in askers:
        asker.done = True
    async with asyncio.timeout(60):
        while not all(asker.ended for asker in askers):  # noqa: ASYNC110  no event
            await asyncio.sleep(0.05)


SCENARIOS: Final[dict[str, Callable[[Path, Path, float], Awaitable[Outcome]]]] = {
    "steady": steady,
    "ramp": ramp,
    "leak": leak,
    "chaos": chaos,
    "storm": storm,
    "kills": kills,
}
"""Name on the command line → run."""

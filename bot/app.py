"""The whole server, put together in one place; what runs it is in `bot/serving.py`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, hdrs, web

from bot.channels import faq, health, metrics, pages, rest, websocket
from bot.channels.answered import Answered
from bot.channels.connections import Connections
from bot.channels.crossing import add_crossing
from bot.channels.door import Door
from bot.channels.faults import quiet_faults
from bot.channels.installed import check_aiohttp
from bot.channels.keys import (
    ADDRESSES,
    ANSWERED,
    CONNECTIONS,
    DOOR,
    JOURNAL,
    SETTINGS,
    TURNS,
    WATCHDOG,
)
from bot.channels.limits import AddressBuckets, Places
from bot.channels.live import fingerprint, follow, off_the_loop
from bot.channels.notify import ALIVE, notify
from bot.channels.protocol import Limits
from bot.channels.turns import Turns
from bot.channels.watchdog import Watchdog
from bot.channels.widget import add_widget
from bot.content.problems import format_problem
from bot.dialogue import respond
from bot.errors import SettingsError
from bot.journal.journal import Journal as FullJournal
from bot.journal.location import locate
from bot.journal.retention import Clock, Keep
from bot.lean import tidy
from bot.models import Level, State
from bot.snapshot import SnapshotStore
from bot.state import StateSigner, load_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.channels.feedback import Journal
    from bot.channels.live import Fingerprint
    from bot.models import Problem
    from bot.settings import Settings

_log = logging.getLogger(__name__)
_REMEMBER_SECONDS = 300.0
"""After so long, and at most twice so long, a question that nobody asks again is forgotten."""
_QUIET_SECONDS = 1.0
"""A server that answered nothing for so long may look for garbage, which takes a tenth of that."""
_QUIET_LOOKS = 120
"""How often it waits for that, and then looks all the same."""
_ANSWERED = 1_000
"""Replies over REST that are remembered for messages sent twice."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What pages may load: our own files, nothing inline, nothing from elsewhere."""
_CALM_SECONDS = 1.0
"""How long warming up waits, so that it is not in the way of the first answers."""
_LEARNING_SECONDS = 0.002
"""Between one word that is learnt and the next, which takes a tenth of a millisecond."""
_MISSPELT = "apointmnt"


def create_app(
    settings: Settings, *, store: SnapshotStore | None = None, journal: Journal | None = None
) -> web.Application:
    """Return the server with its content loaded; raises ContentError or SettingsError."""
    check_aiohttp()
    seen = fingerprint(settings.faq)
    store = store or SnapshotStore(settings.faq, spare=settings.var / "compiled")
    _check_production(settings, store)
    app = web.Application(client_max_size=settings.frame_bytes, middlewares=[quiet_faults])
    app[SETTINGS] = settings
    key = settings.secret.encode() if settings.secret else load_key(settings.var)
    journal = journal or _journal(settings, key)
    app[TURNS] = Turns(store, StateSigner(key), _limits(settings), journal)
    app[DOOR] = Door(settings)
    app[CONNECTIONS] = Connections(Places(settings.connections, settings.address_connections))
    app[ADDRESSES] = AddressBuckets(settings.address_burst, settings.address_rate)
    app[ANSWERED] = Answered(_ANSWERED)
    app[JOURNAL] = journal
    app[WATCHDOG] = Watchdog(alive=partial(notify, ALIVE))
    _add_routes(app)
    app.on_response_prepare.append(_headers(settings))
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        app.on_response_prepare.append(_dropping_the_deaf(settings))
    app.on_shutdown.append(_close_connections)
    app.cleanup_ctx.append(_watching)
    if settings.metrics:
        app.cleanup_ctx.append(metrics.listening(settings.metrics))
    app.cleanup_ctx.append(_warming_up(store))
    app.cleanup_ctx.append(_forgetting)
    if journal is not None:
        app.cleanup_ctx.append(_keeping(journal, store))
    if settings.watch:
        app.cleanup_ctx.append(_live_editing(store, settings, seen, journal))
    return app


# --- the parts -----------------------------------------------------------------------------


def _add_routes(app: web.Application) -> None:
    app.router.add_get("/", pages.home)
    faq.add_routes(app)
    app.router.add_get("/ws", websocket.chat)
    app.router.add_post("/api/v1/messages", rest.messages)
    app.router.add_post("/api/v1/feedback", rest.feedback)
    app.router.add_get("/api/v1/welcome", rest.welcome)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    add_widget(app)
    add_crossing(app)
    app.router.add_static("/assets", pages.ASSETS)


def _journal(settings: Settings, key: bytes) -> Journal | None:
    location = locate(settings.journal, settings.var)
    if location is None:
        return None
    return FullJournal(location, secret=key, keep=Keep.of(settings), clock=Clock())


def _limits(settings: Settings) -> Limits:
    return Limits(text=settings.utterance_length, frame=settings.frame_bytes)


def _headers(settings: Settings) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return a hook that gives each response the headers that keep foreign code out."""
    frames = " ".join(origin for origin in settings.origins if origin != "*") or "'none'"
    fixed = {
        "Content-Security-Policy": f"{_POLICY}; frame-ancestors {frames}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        hdrs.SERVER: "askwell",
    }

    async def add(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(fixed)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-cache")

    return add


def _dropping_the_deaf(
    settings: Settings,
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return a hook that lets the system drop clients who take nothing of what was sent.

    Our own time limits know only of messages on a websocket, not of pages and close frames.
    """
    milliseconds = round(settings.heartbeat_seconds * 1000)

    async def limit(request: web.Request, _: web.StreamResponse) -> None:
        connection = request.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

    return limit


def _check_production(settings: Settings, store: SnapshotStore) -> None:
    if settings.production and store.current.faq.clinic.country is None:
        reason = "must be set in production: it decides on the emergency numbers"
        raise SettingsError("Country in clinic.md", reason)


# --- life ----------------------------------------------------------------------------------


async def _watching(app: web.Application) -> AsyncIterator[None]:
    app[WATCHDOG].start()
    yield
    app[WATCHDOG].stop()


def _warming_up(store: SnapshotStore) -> Callable[[web.Application], AsyncIterator[None]]:
    """Do what the first misspelt word would have to wait for; stop what is built at the end."""

    def warm_up() -> None:
        store.current.screen.prepare()
        respond(store.current, State(), _MISSPELT)

    async def later(app: web.Application) -> None:
        await asyncio.sleep(_CALM_SECONDS)
        await off_the_loop(warm_up, fault="Warming up failed")
        for _ in store.current.index.learn():
            await asyncio.sleep(_LEARNING_SECONDS)
        await _tidy_when_quiet(app)  # with the journal's own, which came after the start

    async def warming(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(later(app))
        yield
        task.cancel()
        store.close()

    return warming


async def _forgetting(app: web.Application) -> AsyncIterator[None]:
    """Let go, after some minutes, of what patients wrote and nobody wrote again, and of garbage."""

    async def forget() -> None:
        while True:
            await asyncio.sleep(_REMEMBER_SECONDS)
            app[TURNS].forget()
            await _tidy_when_quiet(app)

    task = asyncio.create_task(forget())
    yield
    task.cancel()


async def _tidy_when_quiet(app: web.Application) -> None:
    """Look for garbage in a second in which nobody asks, if there is one within some minutes.

    Connections that were open when content was replaced are found by this alone.
    """
    tally = app[TURNS].tally
    for _ in range(_QUIET_LOOKS):
        before = tally.seconds
        await asyncio.sleep(_QUIET_SECONDS)
        if tally.seconds == before:
            break
    tidy()


def _keeping(
    journal: Journal, store: SnapshotStore
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def keeping(_: web.Application) -> AsyncIterator[None]:
        journal.went_live(store.current.faq)
        await journal.start()
        yield
        await journal.close()

    return keeping


def _live_editing(
    store: SnapshotStore, settings: Settings, seen: Fingerprint, journal: Journal | None
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def editing(app: web.Application) -> AsyncIterator[None]:
        replaced = asyncio.Event()

        def renew() -> None:
            app[TURNS].renew()
            replaced.set()

        async def tidying() -> None:
            while True:
                await replaced.wait()
                replaced.clear()
                await _tidy_when_quiet(app)

        following = follow(
            store,
            settings.faq,
            seen=seen,
            poll=settings.poll,
            report=_report(store, journal),
            renew=renew,
        )
        tasks = [asyncio.create_task(following), asyncio.create_task(tidying())]
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return editing


def _report(store: SnapshotStore, journal: Journal | None) -> Callable[[tuple[Problem, ...]], None]:
    def report(problems: tuple[Problem, ...]) -> None:
        if journal is not None and problems:
            journal.reload_failed(problems)
        elif journal is not None:
            journal.went_live(store.current.faq)
        if problems:
            errors = [format_problem(each) for each in problems if each.level is Level.ERROR]
            _log.warning(
                "%s\n\nNot reloaded: the old content goes on answering.", "\n\n".join(errors)
            )
        else:
            _log.info("Reloaded: %s", content(store))

    return report


async def _close_connections(app: web.Application) -> None:
    seconds = app[SETTINGS].drain_seconds
    await app[CONNECTIONS].close_all(WSCloseCode.GOING_AWAY, "closing", seconds=seconds)


def content(store: SnapshotStore) -> str:
    """Say what is served, for the log."""
    return f"{len(store.current.entries)} entries, content {store.current.version}"

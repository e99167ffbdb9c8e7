"""The whole server, put together in one place; and the loop that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, hdrs, web

from bot.channels import faq, health, metrics, pages, rest, websocket
from bot.channels.answered import Answered
from bot.channels.connections import Connections
from bot.channels.crossing import add_crossing
from bot.channels.door import Door
from bot.channels.faults import LoopFaults, quiet_faults
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
from bot.channels.live import fingerprint, follow, keep, off_the_loop
from bot.channels.logs import start_logging
from bot.channels.notify import ALIVE, READY, STOPPING, notify
from bot.channels.ports import BACKLOG, Place, port_fault
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
from bot.models import Level, State
from bot.snapshot import SnapshotStore
from bot.state import StateSigner, load_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator

    from bot.channels.feedback import Journal
    from bot.channels.live import Fingerprint
    from bot.models import Problem
    from bot.settings import Settings

_log = logging.getLogger(__name__)
_REMEMBER_SECONDS = 300.0
"""After so long, and at most twice so long, a question that nobody asks again is forgotten."""
_ANSWERED = 1_000
"""Replies over REST that are remembered for messages sent twice."""
_LINGERING_SECONDS = 2.0
"""How long the rest of a request that was refused may take to arrive."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What pages may load: our own files, nothing inline, nothing from elsewhere."""
_CALM_SECONDS = 1.0
"""How long warming up waits, so that it is not in the way of the first answers."""
_MISSPELT = "apointmnt"
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  names to recognise, not to open
_HANDLER_SECONDS = 2.0
"""How long requests that are being answered may take when the server stops."""


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


def run(settings: Settings, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Load the content and serve it until SIGTERM or Ctrl-C; see `create_app` and `serve`."""
    serve(create_app(settings), on_ready=on_ready)


def serve(
    app: web.Application,
    *,
    on_ready: Callable[[str], None] | None = None,
    place: Place | None = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; `on_ready` is told the address when questions are answered.

    A worker has its `place` from the process that started it. Raises SettingsError when the
    address can't be opened.
    """
    start_logging(app[SETTINGS].log)
    keep()
    _loop_runner()(_serve(app, on_ready, place))


def _loop_runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Return what runs the event loop: uvloop where there is one, which is twice as fast."""
    try:
        import uvloop  # noqa: PLC0415  not there on Windows
    except ImportError:
        return asyncio.run
    return uvloop.run


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

    async def later() -> None:
        await asyncio.sleep(_CALM_SECONDS)
        await off_the_loop(warm_up, fault="Warming up failed")

    async def warming(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(later())
        yield
        task.cancel()
        store.close()

    return warming


async def _forgetting(app: web.Application) -> AsyncIterator[None]:
    """Let go, after some minutes, of what patients wrote and nobody wrote again."""

    async def forget() -> None:
        while True:
            await asyncio.sleep(_REMEMBER_SECONDS)
            app[TURNS].forget()

    task = asyncio.create_task(forget())
    yield
    task.cancel()


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
    async def editing(_: web.Application) -> AsyncIterator[None]:
        following = follow(
            store, settings.faq, seen=seen, poll=settings.poll, report=_report(store, journal)
        )
        task = asyncio.create_task(following)
        yield
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
            _log.info("Reloaded: %s", _content(store))

    return report


async def _close_connections(app: web.Application) -> None:
    seconds = app[SETTINGS].drain_seconds
    await app[CONNECTIONS].close_all(WSCloseCode.GOING_AWAY, "closing", seconds=seconds)


async def _serve(
    app: web.Application, on_ready: Callable[[str], None] | None, place: Place | None
) -> None:
    asyncio.get_running_loop().set_exception_handler(LoopFaults())
    runner = web.AppRunner(
        app,
        access_log=None,  # it would hold addresses
        keepalive_timeout=app[SETTINGS].idle_seconds,
        lingering_time=_LINGERING_SECONDS,
        shutdown_timeout=_HANDLER_SECONDS,
    )
    await runner.setup()
    try:
        with _told_to_stop(place) as told:
            url = await _listen(runner, app[SETTINGS], place)
            _log.info("Askwell answers on %s (%s)", url, _content(app[TURNS].store))
            notify(READY)
            if on_ready:
                on_ready(url)
            code = await told.get()
        notify(STOPPING)
        await app[CONNECTIONS].close_all(code, "closing", seconds=app[SETTINGS].drain_seconds)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings, place: Place | None) -> str:
    """Open the port and return the address for a browser."""
    try:
        if place is not None:
            await web.SockSite(runner, place.listening, backlog=BACKLOG).start()
        else:
            await web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG).start()
    except OSError as error:
        raise port_fault(error, settings) from None
    host = "localhost" if settings.host in _EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"


@contextlib.contextmanager
def _told_to_stop(place: Place | None) -> Iterator[asyncio.Queue[WSCloseCode]]:
    """Take signals, and yield the close codes that tell clients whether to come back."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[WSCloseCode] = asyncio.Queue()
    if place is not None:  # it becomes readable when the process that started us is gone
        loop.add_reader(place.lifeline, told.put_nowait, WSCloseCode.SERVICE_RESTART)
    codes = {signal.SIGTERM: WSCloseCode.SERVICE_RESTART, signal.SIGINT: WSCloseCode.GOING_AWAY}
    for number, code in codes.items():
        loop.add_signal_handler(number, told.put_nowait, code)
    try:
        yield told
    finally:
        if place is not None:
            loop.remove_reader(place.lifeline)
        for number in codes:  # a second Ctrl-C stops at once
            loop.remove_signal_handler(number)


def _content(store: SnapshotStore) -> str:
    return f"{len(store.current.entries)} entries, content {store.current.version}"

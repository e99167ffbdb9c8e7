"""The loop that runs the server: opens the port, takes signals, lets everybody go in the end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSCloseCode, web

from bot.app import content, create_app
from bot.channels.faults import LoopFaults
from bot.channels.keys import CONNECTIONS, SETTINGS, TURNS
from bot.channels.logs import start_logging
from bot.channels.notify import READY, STOPPING, notify
from bot.channels.ports import Place, listening, open_ports
from bot.lean import give_back, tidy

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine, Iterator

    from bot.settings import Settings

_log = logging.getLogger(__name__)
_SWITCH_SECONDS: Final = 0.0005
"""How long a thread may compute before answers go on; Python's own 5 ms are a long time here."""
_YOUNG: Final = (5_000, 5, 3)
"""New objects after which garbage is looked for among them; among all after 75,000.

The last is Python's own measure, about. Of its 700 new objects many are still needed for answers
that are under way: looking at them is half of all the time that goes into looking.
"""
_LINGERING_SECONDS: Final = 2.0
"""How long the rest of a request that was refused may take to arrive."""
_HANDLER_SECONDS: Final = 2.0
"""How long requests that are being answered may take when the server stops."""
_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  names to recognise, not to open


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
    tidy()
    give_back()
    gc.set_threshold(*_YOUNG)
    sys.setswitchinterval(_SWITCH_SECONDS)
    _loop_runner()(_serve(app, on_ready, place))


def _loop_runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Return what runs the event loop: uvloop where there is one, which is twice as fast."""
    try:
        import uvloop  # noqa: PLC0415  not there on Windows
    except ImportError:
        return asyncio.run
    return uvloop.run


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
        ports = (place.listening,) if place else open_ports(app[SETTINGS])
        async with listening(runner, ports):
            with _told_to_stop(place) as told:
                url = _url(app[SETTINGS].host, ports[0])
                _log.info("Askwell answers on %s (%s)", url, content(app[TURNS].store))
                notify(READY)
                if on_ready:
                    on_ready(url)
                code = await told.get()
            notify(STOPPING)
            await app[CONNECTIONS].close_all(code, "closing", seconds=app[SETTINGS].drain_seconds)
    finally:
        await runner.cleanup()


def _url(host: str, port: socket.socket) -> str:
    """Return the address for a browser."""
    host = "localhost" if host in _EVERYWHERE else host
    return f"http://{f'[{host}]' if ':' in host else host}:{port.getsockname()[1]}"


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

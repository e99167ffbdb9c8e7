"""The port that a server listens on, opened by itself or by the process that started it.

Without a file descriptor left nobody can be let in. The event loop would try again and again,
without a pause, so listening pauses; who comes meanwhile waits in the system's own queue.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.settings import Settings

_log = logging.getLogger(__name__)

BACKLOG: Final = 4_096
"""Connections that may wait to be let in: all visitors come at once after a restart."""


_LOOK_SECONDS: Final = 0.5
_ROOM: Final = 8
"""File descriptors that must be free before anybody is let in again."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a worker has from the process that started it."""

    listening: socket.socket
    """The port, which all workers share."""
    lifeline: int
    """A file descriptor that can be read when that process is gone."""


def open_port(settings: Settings) -> socket.socket:
    """Open the port for several processes; raises SettingsError when it can't be opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise port_fault(error, settings) from None


def open_ports(settings: Settings) -> tuple[socket.socket, ...]:
    """Open the port at each address of the host; raises SettingsError when one can't be opened."""
    opened: list[socket.socket] = []
    port = settings.port
    try:
        found = socket.getaddrinfo(
            settings.host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, *_, address in dict.fromkeys(found):
            made = socket.create_server(
                (address[0], port, *address[2:]), family=family, backlog=BACKLOG
            )
            opened.append(made)
            port = made.getsockname()[1]  # the same at the next address
    except OSError as error:
        for each in opened:
            each.close()
        raise port_fault(error, settings) from None
    return tuple(opened)


@asynccontextmanager
async def listening(runner: web.AppRunner, ports: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Listen on open ports, and close them in the end."""
    for port in ports:
        port.setblocking(False)  # copies share that, and none may block the loop
    doors = _Doors(runner, ports)
    await doors.open()
    keeping = asyncio.create_task(doors.keep())
    try:
        yield
    finally:
        keeping.cancel()
        await doors.shut()
        for port in ports:
            port.close()


class _Doors:
    """Lets people in at some ports, as long as they can be let in."""

    def __init__(self, runner: web.AppRunner, ports: Sequence[socket.socket]) -> None:
        self._runner = runner
        self._ports = ports
        self._sites: list[web.SockSite] = []

    async def open(self) -> None:
        """Let people in. The ports themselves are kept, so that they outlive a pause."""
        for port in self._ports:
            site = web.SockSite(self._runner, port.dup(), backlog=BACKLOG)
            await site.start()
            self._sites.append(site)

    async def shut(self) -> None:
        """Let nobody in any more."""
        while self._sites:
            await self._sites.pop().stop()

    async def keep(self) -> None:
        """Pause while there is no file descriptor left, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._sites and not self._free(1):
                _log.error("No file descriptor is left (ulimit -n): nobody can be let in.")
                await self.shut()
            elif not self._sites and self._free(_ROOM):
                _log.warning("There are file descriptors again.")
                await self.open()

    def _free(self, number: int) -> bool:
        """Whether so many file descriptors are free."""
        with ExitStack() as taken:
            try:
                for _ in range(number):
                    taken.enter_context(self._ports[0].dup())
            except OSError:
                return False
        return True


def port_fault(error: OSError, settings: Settings) -> SettingsError:
    """Return what is wrong with the address, in a sentence."""
    if error.errno == errno.EADDRINUSE:
        reason = f"{settings.port} is already in use; stop the other program or take another"
        return SettingsError("port (ASKWELL_PORT)", reason)
    reason = f"can't listen on {settings.host!r}: {error.strerror}"
    return SettingsError("host (ASKWELL_HOST)", reason)

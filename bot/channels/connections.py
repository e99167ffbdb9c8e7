"""Open websockets: sending that can't hang, and closing all of them when the server stops.

A client that stops reading fills the buffers between us; then every send to it, and even an
orderly close, would wait for as long as the client likes. So both have a time limit, after
which the connection is cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from bot.channels.protocol import print_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from aiohttp import WSCloseCode, web

    from bot.channels.limits import Places
    from bot.channels.protocol import ServerMessage

_log = logging.getLogger(__name__)
CLOSE_SECONDS = 2.0
"""How long a client may take to answer a close frame."""
_ABNORMAL = 1006
"""The code that stands for a connection that ended without a close frame."""


class Connection:
    """One open websocket."""

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, *, send_seconds: float
    ) -> None:
        self.socket = socket
        self._transport = request.transport
        self._send_seconds = send_seconds

    async def send(self, message: ServerMessage) -> bool:
        """Send a message; False when the client is gone, or was cut off because it never reads."""
        return await self._sent(self.socket.send_str(print_message(message)))

    async def pong(self, payload: bytes) -> bool:
        """Answer a ping; False as with `send`."""
        return await self._sent(self.socket.pong(payload))

    async def _sent(self, sending: Awaitable[None]) -> bool:
        try:
            async with asyncio.timeout(self._send_seconds):
                await sending
        except TimeoutError:
            _log.info("A client stopped reading; its connection was cut.")
            self.cut()
            return False
        except ConnectionError:
            return False
        return True

    async def close(self, code: WSCloseCode | int, reason: str) -> None:
        """Say goodbye; cut the connection if the client does not answer in time."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.socket.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            self.cut()
        if self.lost:
            self.cut()

    @property
    def lost(self) -> bool:
        """Whether the connection ended without a goodbye from the client."""
        return self.socket.close_code == _ABNORMAL

    def cut(self) -> None:
        """Drop the connection and what is still in its buffer."""
        if self._transport is not None:
            self._transport.abort()


class Connections:
    """All open websockets of one server."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.stopping = False
        """The server is about to stop: no new connections."""
        self._open: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._open)

    @contextlib.contextmanager
    def hold(self, connection: Connection) -> Iterator[None]:
        """Count a connection as open; when it ends without a goodbye, drop what it left unread."""
        self._open.add(connection)
        try:
            yield
        finally:
            self._open.discard(connection)
            if connection.lost:
                connection.cut()

    async def close_all(self, code: WSCloseCode, reason: str, *, seconds: float) -> None:
        """Close every connection at the same time; cut those that take too long."""
        self.stopping = True
        waiting = set(self._open)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(connection.close(code, reason) for connection in waiting))
        except TimeoutError:
            for connection in self._open:
                connection.cut()

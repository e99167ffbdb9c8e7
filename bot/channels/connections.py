"""Open websockets: sending that can't hang, and closing all of them when the server stops.

A client that stops reading fills the buffers between us; then every send to it, and even an
orderly close, would wait for as long as the client likes. So both have a time limit, after
which the connection is cut. A client that has gone without a goodbye is found by pinging it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.outbox import Outbox
from bot.channels.protocol import Prepared, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from aiohttp import WSCloseCode, web

    from bot.channels.inbox import Socket
    from bot.channels.limits import Places
    from bot.channels.protocol import ServerMessage

_log = logging.getLogger(__name__)
CLOSE_SECONDS = 2.0
"""How long a client may take to answer a close frame."""
_ABNORMAL = 1006
"""The code that stands for a connection that ended without a close frame."""
_BUFFER_BYTES = 65_536
"""What may wait for one client to read it; then sending waits too."""
_SHORT, _TWO_BYTES = 126, 65_536
"""Lengths from which on a frame's header tells the length in two or in eight bytes (RFC 6455)."""
_PING = b"\x89\x00"
_ASKED, _GONE = 2, 3
"""Rounds of silence after which a client is pinged, and after which it is taken to be gone."""
_AT_ONCE = 100
"""Connections that are looked after before patients get their turn again."""


class Goodbye(NamedTuple):
    """Why a connection is closed."""

    code: WSCloseCode | int
    reason: str


class Connection:
    """One open websocket."""

    __slots__ = (
        *("_ended", "_outbox", "_send_seconds", "_silent", "_transport", "_writer"),
        *("heard", "socket"),
    )

    def __init__(
        self, request: web.Request, socket: Socket, outbox: Outbox, *, send_seconds: float
    ) -> None:
        self.socket = socket
        self._outbox = outbox
        self.heard = True
        """Whether anything came from the client since the last round."""
        self._silent = 0
        self._transport = request.transport
        self._writer = request.writer
        self._send_seconds = send_seconds
        self._ended: asyncio.Event | None = None

    def write(self, message: ServerMessage) -> bool:
        """Send a message soon; False when the client is gone, or must read before more is sent."""
        transport = self._transport
        if transport is None or transport.is_closing() or self.socket.closed:
            return False
        if isinstance(message, Prepared):
            frame = text_frame(message.body.json, message.rest)
        else:
            frame = text_frame(encode(message))
        self._outbox.put(transport, frame)
        return transport.get_write_buffer_size() <= _BUFFER_BYTES

    async def flows(self) -> bool:
        """Wait until more may be sent.

        False when the client is gone, or was cut off because it never reads. Nothing waits, and
        so nothing needs a time limit, while the buffer is not full.
        """
        transport = self._transport
        if transport is None or transport.is_closing() or self.socket.closed:
            return False
        return transport.get_write_buffer_size() <= _BUFFER_BYTES or await self._sent(
            self._writer.drain()
        )

    async def pong(self, payload: bytes) -> bool:
        """Answer a ping; False as with `flows`."""
        self._outbox.send()
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

    def look_after(self) -> None:
        """Ping a client that was silent for two rounds, and drop it if it stays silent."""
        self._silent = 0 if self.heard else self._silent + 1
        self.heard = False
        if self._silent >= _GONE:
            self.cut()
        elif self._silent == _ASKED and self._transport and not self._transport.is_closing():
            self._transport.write(_PING)

    async def close(self, code: WSCloseCode | int, reason: str) -> None:
        """Say goodbye, and cut the connection if the client does not answer in time.

        Only the task that reads may: what still comes it reads and forgets. Who closes while
        there is something to read is answered by a reset, which may overtake the goodbye.
        """
        self._outbox.send()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.socket.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            self.cut()
        if self.lost:
            self.cut()

    async def dismiss(self, goodbye: Goodbye) -> None:
        """Let the task that reads say goodbye; cut the connection if that takes too long."""
        self._ended = asyncio.Event()
        self.socket.inbox.note(goodbye)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            self.cut()

    def end(self) -> None:
        """Note that the visit is over."""
        self._outbox.send()
        if self.lost:
            self.cut()
        if self._ended is not None:
            self._ended.set()

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
        self.outbox = Outbox()
        """Of all connections."""
        self.stopping = False
        """The server is about to stop: no new connections."""
        self._open: set[Connection] = set()
        self._care: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    def open(self, connection: Connection, *, heartbeat: float) -> None:
        """Count a connection as open.

        `heartbeat` is the time in seconds after which a silent client is pinged; it has half of
        it to answer.
        """
        self._open.add(connection)
        if self._care is None:
            self._care = asyncio.create_task(self._look_after(heartbeat))

    def end(self, connection: Connection) -> None:
        """Count a connection as ended; if that was without a goodbye, drop what it left unread."""
        self._open.discard(connection)
        connection.end()
        if not self._open and self._care is not None:
            self._care.cancel()
            self._care = None

    async def _look_after(self, seconds: float) -> None:
        """Drop clients that are gone: one task for all, because timers for each cost more."""
        while True:
            await asyncio.sleep(seconds / 2)
            for at, connection in enumerate([*self._open], start=1):
                connection.look_after()
                if at % _AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def close_all(self, code: WSCloseCode, reason: str, *, seconds: float) -> None:
        """Close every connection at the same time; cut those that take too long."""
        self.stopping = True
        waiting = set(self._open)
        try:
            async with asyncio.timeout(seconds):
                goodbye = Goodbye(code, reason)
                await asyncio.gather(*(connection.dismiss(goodbye) for connection in waiting))
        except TimeoutError:
            for connection in self._open:
                connection.cut()


def text_frame(payload: bytes, rest: bytes = b"") -> bytes:
    """Return a server's text frame (RFC 6455, section 5.2): whole, not masked."""
    size = len(payload) + len(rest)
    if _SHORT <= size < _TWO_BYTES:  # nearly all
        return b"".join((b"\x81\x7e", size.to_bytes(2), payload, rest))
    head = b"\x81" + size.to_bytes(1) if size < _SHORT else b"\x81\x7f" + size.to_bytes(8)
    return b"".join((head, payload, rest))

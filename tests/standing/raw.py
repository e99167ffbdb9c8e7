"""A websocket by hand, for all that no well-behaved client would send."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_LENGTH_IN_2_BYTES = 126
_LENGTH_IN_8_BYTES = 127


def handshake(*headers: str, host: str = "x") -> bytes:
    """Return a request for a websocket with more header lines."""
    lines = (
        "GET /ws HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {_KEY}",
        *headers,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def frame(
    payload: bytes,
    *,
    opcode: int = TEXT,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    claim: int | None = None,
) -> bytes:
    """Return one frame; `claim` is a length in its header that need not be true.

    The mask is all zeros, so that the payload stays readable.
    """
    size = len(payload) if claim is None else claim
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    mask = 0x80 if masked else 0
    if size < _LENGTH_IN_2_BYTES:
        head = bytes([first, mask | size])
    elif size < 2**16:
        head = bytes([first, mask | _LENGTH_IN_2_BYTES]) + size.to_bytes(2)
    else:
        head = bytes([first, mask | _LENGTH_IN_8_BYTES]) + size.to_bytes(8)
    return head + (bytes(4) if masked else b"") + payload


def question(text: str, label: str = "1") -> bytes:
    """Return a frame that asks something."""
    return frame(json.dumps({"type": "message", "id": label, "text": text}).encode())


@dataclass
class Raw:
    """One TCP connection to a server, past its handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int
    """Of the answer to the handshake."""

    async def send(self, data: bytes) -> None:
        """Send bytes, whatever they are; a connection that is gone is no error."""
        with contextlib.suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def hear(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame."""
        first, size = await self.reader.readexactly(2)
        if size == _LENGTH_IN_2_BYTES:
            size = int.from_bytes(await self.reader.readexactly(2))
        elif size == _LENGTH_IN_8_BYTES:
            size = int.from_bytes(await self.reader.readexactly(8))
        return first & 0xF, await self.reader.readexactly(size)

    async def message(self) -> dict[str, Any]:
        """Return the next message."""
        opcode, payload = await self.hear()
        assert opcode == TEXT, (opcode, payload)
        heard: dict[str, Any] = json.loads(payload)
        return heard

    async def ended(self, *, seconds: float = 5) -> int | None:
        """Return the code with which the server closes; None if it just hangs up."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    opcode, payload = await self.hear()
                    if opcode == CLOSE:
                        return int.from_bytes(payload[:2])
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def gone(self, *, seconds: float = 5) -> bool:
        """Whether the server hangs up in time, whatever it still sends before."""
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(65_536):
                    pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True


async def connect(host: str, port: int, *, deaf: bool = False) -> Raw:
    """Open a TCP connection; one that is `deaf` has the smallest buffer and reads nothing."""
    raw = socket.socket()
    if deaf:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (host, port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1 if deaf else 2**16)
    return Raw(reader, writer, 0)


@contextlib.asynccontextmanager
async def opened(host: str, port: int, *headers: str, name: str = "x") -> AsyncIterator[Raw]:
    """Open a websocket; its welcome is still to be read."""
    raw = await connect(host, port)
    try:
        await raw.send(handshake(*headers, host=name))
        head = await raw.reader.readuntil(b"\r\n\r\n")
        raw.status = int(head.split()[1])
        yield raw
    finally:
        hang_up(raw)


def hang_up(*connections: Raw) -> None:
    """Drop connections without a word."""
    for each in connections:
        if each.writer.transport is not None:
            each.writer.transport.abort()

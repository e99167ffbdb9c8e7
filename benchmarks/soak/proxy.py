"""A bad network: a proxy that delays, tears apart, half closes and cuts what passes through it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Chaos:
    """How bad the network is, and what it has done so far."""

    port: int
    """Of the server behind it; may change while it runs."""
    delay: float = 0.05
    """Seconds that a piece waits at most."""
    cut: float = 0.005
    """Share of pieces after which the connection is cut, in the middle of the piece."""
    silent: float = 0.001
    """Share of pieces from which on nothing passes any more, though nobody hangs up."""
    cuts: int = 0
    silences: int = 0
    pieces: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(7)  # noqa: S311  only to be different every time

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes, in pieces of any length."""
        while data := await reader.read(self._dice.choice([1, 7, 100, 4_096])):
            self.pieces += 1
            if self._dice.random() < 0.1:
                await asyncio.sleep(self._dice.random() * self.delay)
            chance = self._dice.random()
            if chance < self.cut:
                self.cuts += 1
                writer.write(data[: len(data) // 2])
                writer.transport.abort()
                return
            if chance < self.cut + self.silent:
                self.silences += 1
                await asyncio.sleep(3600)
            writer.write(data)
            await writer.drain()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Stand between one client and the server."""
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            return
        pumps = [
            asyncio.create_task(self.pump(*ends)) for ends in ((reader, back), (there, writer))
        ]
        with contextlib.suppress(asyncio.CancelledError):  # at the end of the run
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        back.transport.abort()
        writer.transport.abort()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*pumps, return_exceptions=True)


@asynccontextmanager
async def bad_network(port: int) -> AsyncIterator[tuple[Chaos, int]]:
    """Yield the proxy and the port that clients use instead of `port`."""
    chaos = Chaos(port)
    server = await asyncio.start_server(chaos.serve, "127.0.0.1", 0)
    async with server:
        yield chaos, server.sockets[0].getsockname()[1]

"""A bad network between a browser and a server: late, cut within a frame, silent, or gone."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CHUNK = 65_536


@dataclass
class Network:
    """What happens to bytes on their way; can be changed while connections are open."""

    port: int = 0
    late: float = 0.0
    """Seconds that bytes from the server take."""
    cut_within: bool = False
    """Of the next bytes from the server only half arrive; then every connection breaks."""
    silent: bool = False
    """No byte gets through, and nobody is told."""
    refusing: bool = False
    """New connections are closed at once."""
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Break every connection, without a goodbye."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool
    ) -> None:
        """Carry bytes one way until somebody ends it; `back` is from the server."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            while data := await reader.read(_CHUNK):
                if self.silent:
                    continue
                if back and self.late:
                    await asyncio.sleep(self.late)
                if back and self.cut_within:
                    self.cut_within = False
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    self.cut()
                    return
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def bad_network(target: int) -> AsyncIterator[Network]:
    """Listen on a free port and carry everything to the port `target`, as well as it can."""
    network = Network()
    tasks: set[asyncio.Task[None]] = set()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if network.refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        network._open |= {writer, far_writer}
        for each in (
            network.carry(reader, far_writer, back=False),
            network.carry(far_reader, writer, back=True),
        ):
            task = asyncio.create_task(each)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(join, "127.0.0.1", 0)
    network.port = server.sockets[0].getsockname()[1]
    yield network
    server.close()
    network.cut()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

"""Clients that are slow on purpose: each is let go in time, and nobody waits because of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.standing.process import NO_LIMITS, serving_process
from tests.standing.raw import PING, Raw, connect, frame, handshake, hang_up, opened, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.standing.process import Server

HOW_LONG = "How long does an appointment take?"
SLOW = {
    "ASKWELL_IDLE_SECONDS": "1",
    "ASKWELL_HEARTBEAT_SECONDS": "1",
    "ASKWELL_SEND_SECONDS": "1",
}
"""Every patience cut down to a second."""
GONE_SECONDS = 8
"""In which all of them must be gone."""
MANY = 30
MIB = 2**20


@pytest.fixture(scope="module")
def hasty(windmill_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve with little patience."""
    var = tmp_path_factory.mktemp("hasty") / "var"
    with serving_process(windmill_folder, var, settings={**NO_LIMITS, **SLOW}) as server:
        server.settle()
        yield server


@contextlib.asynccontextmanager
async def crowd(server: Server, *, deaf: bool = False) -> AsyncIterator[list[Raw]]:
    """Open many TCP connections that have said nothing yet."""
    raws = [await connect(server.host, server.port, deaf=deaf) for _ in range(MANY)]
    try:
        yield raws
    finally:
        hang_up(*raws)


async def all_gone(server: Server, raws: list[Raw]) -> None:
    """Check that the server hangs up on all, and answers others meanwhile."""
    async with opened(server.host, server.port) as other:
        await other.message()
        await other.send(question(HOW_LONG))
        assert (await other.message())["entries"] == ["botox/how-long"]
    assert all(await asyncio.gather(*(raw.gone(seconds=GONE_SECONDS) for raw in raws)))


async def drip(raw: Raw, data: bytes) -> None:
    """Send a byte at a time for as long as the server takes them."""
    with contextlib.suppress(ConnectionError):
        for byte in data:
            raw.writer.write(bytes([byte]))
            await raw.writer.drain()
            await asyncio.sleep(0.25)


async def test_who_says_nothing(hasty: Server) -> None:
    """A connection without a request is closed."""
    async with crowd(hasty) as raws:
        await all_gone(hasty, raws)


async def test_who_drips_a_header(hasty: Server) -> None:
    """A request that never gets to its end is not waited for."""
    async with crowd(hasty) as raws, asyncio.TaskGroup() as tasks:
        for raw in raws:
            tasks.create_task(drip(raw, b"GET /ws HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 60))
        await all_gone(hasty, raws)


async def test_who_drips_a_body(hasty: Server) -> None:
    """A message over REST that never gets to its end is refused as too slow."""
    head = (
        b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n"
    )
    async with crowd(hasty) as raws, asyncio.TaskGroup() as tasks:
        for raw in raws:
            await raw.send(head)
            tasks.create_task(drip(raw, b" " * 60))
        assert (await raws[0].reader.readline()).split()[1] == b"408"
        await all_gone(hasty, raws)


async def test_who_stops_inside_a_frame(hasty: Server) -> None:
    """A frame that never gets to its end does not keep its connection open."""
    async with crowd(hasty) as raws:
        for raw in raws:
            await raw.send(handshake() + frame(b"{", claim=100))
        await all_gone(hasty, raws)


async def test_who_vanishes(hasty: Server) -> None:
    """A client that answers no ping is gone."""
    async with crowd(hasty) as raws:
        for raw in raws:
            await raw.send(handshake())
        await all_gone(hasty, raws)


ENDLESS = {
    "questions": handshake() + question(HOW_LONG) * 2_000,
    "pings": handshake() + frame(b"x" * 125, opcode=PING) * 6_000,
    "empty pings": handshake() + frame(b"", opcode=PING) * 20_000,
    "rubbish": handshake() + frame(b"rubbish") * 49,
    "pages": b"GET /faq HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    "scripts": b"GET /assets/chat.js HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    "answers": (
        b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b'Content-Length: 16\r\n\r\n{"text":"hello"}'
    )
    * 500,
}
"""What asks for more than fits in any buffer."""


@pytest.mark.parametrize("asked", ENDLESS.values(), ids=ENDLESS)
async def test_who_never_reads(hasty: Server, asked: bytes) -> None:
    """Who asks and never reads is cut off, costs less than a megabyte, and slows nobody down."""
    before = hasty.process.memory_info().rss
    async with crowd(hasty, deaf=True) as raws:
        for raw in raws:
            raw.writer.write(asked)
        await _healthy(hasty)  # what was opened before is accepted now
        await _freed(hasty)
        hang_up(*raws)
    assert hasty.process.memory_info().rss - before < MANY * MIB


async def _freed(server: Server) -> None:
    """Wait until the server holds no connection, while it answers others all the time."""
    end = time.monotonic() + GONE_SECONDS
    while _connections(server):
        assert time.monotonic() < end, f"{_connections(server)} connections are still held"
        await _healthy(server)
        await asyncio.sleep(0.1)


async def _healthy(server: Server) -> None:
    """Ask whether it lives, on a connection of its own."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/healthz", headers={"Connection": "close"}) as response,
    ):
        assert response.status == 200


def _connections(server: Server) -> int:
    """Count the server's ends of open connections that are anybody's but ours."""
    return sum(
        each.status == "ESTABLISHED" and each.laddr.port == server.port
        for each in server.process.net_connections("tcp")
    )

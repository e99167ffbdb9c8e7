"""Clients that are slow on purpose: each is let go in time, and nobody waits because of them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.standing.process import NO_LIMITS, serving_process
from tests.standing.raw import PING, Raw, connect, frame, handshake, hang_up, opened, question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.standing.process import Server

HOW_LONG = "How long does an appointment take?"
SLOW = {
    "ASKWELL_IDLE_SECONDS": "1",
    "ASKWELL_HEARTBEAT_SECONDS": "1",
    "ASKWELL_SEND_SECONDS": "1",
}
"""Every patience cut down to a second."""
GONE_SECONDS = 12
"""In which all of them must be gone."""
MANY = 8
"""Clients of each kind."""
MIB = 2**20


@pytest.fixture(scope="module")
def hasty(windmill_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve with little patience."""
    var = tmp_path_factory.mktemp("hasty") / "var"
    with serving_process(windmill_folder, var, settings={**NO_LIMITS, **SLOW}) as server:
        server.settle()
        yield server


async def drip(raw: Raw, data: bytes) -> None:
    """Send a byte at a time for as long as the server takes them."""
    with contextlib.suppress(ConnectionError):
        for byte in data:
            raw.writer.write(bytes([byte]))
            await raw.writer.drain()
            await asyncio.sleep(0.25)


POST = (
    b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)
UNFINISHED = {
    "nothing": (b"", b""),
    "a request, byte by byte": (b"", b"GET /ws HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 60),
    "a body, byte by byte": (POST % 100, b" " * 60),
    "half a frame": (handshake() + frame(b"{", claim=100), b""),
    "half a message": (handshake() + frame(b"{", fin=False), b""),
    "no pong": (handshake(), b""),
}
"""What is sent at once, and what then drips."""


async def test_who_does_not_go_on(hasty: Server) -> None:
    """Who stops in the middle of anything, or goes on at a snail's pace, is let go."""
    raws: dict[str, list[Raw]] = {name: [] for name in UNFINISHED}
    async with asyncio.TaskGroup() as tasks:
        for name, (first, then) in UNFINISHED.items():
            for _ in range(MANY):
                raw = await connect(hasty.host, hasty.port)
                raws[name].append(raw)
                await raw.send(first)
                tasks.create_task(drip(raw, then))
        await _answers(hasty)
        gone = {name: await _gone(each) for name, each in raws.items()}
    hang_up(*(raw for each in raws.values() for raw in each))
    assert gone == dict.fromkeys(UNFINISHED, True)


async def _answers(server: Server) -> None:
    async with opened(server.host, server.port) as other:
        await other.message()
        await other.send(question(HOW_LONG))
        assert (await other.message())["entries"] == ["botox/how-long"]


async def _gone(raws: list[Raw]) -> bool:
    return all(await asyncio.gather(*(raw.gone(seconds=GONE_SECONDS) for raw in raws)))


async def test_a_body_that_is_too_slow(hasty: Server) -> None:
    """Who sends a message over REST too slowly is told so."""
    raw = await connect(hasty.host, hasty.port)
    await raw.send(POST % 100)
    assert (await raw.reader.readline()).split()[1] == b"408"
    hang_up(raw)


ENDLESS = {
    "questions": handshake() + question(HOW_LONG) * 2_000,
    "pings": handshake() + frame(b"x" * 125, opcode=PING) * 6_000,
    "empty pings": handshake() + frame(b"", opcode=PING) * 20_000,
    "rubbish": handshake() + frame(b"rubbish") * 49,
    "pages": b"GET /faq HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    "scripts": b"GET /assets/chat.js HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    "answers": (POST % 16 + b'{"text":"hello"}') * 500,
}
"""What asks for more than fits in any buffer."""


async def test_who_never_reads(hasty: Server) -> None:
    """Who asks and never reads is cut off, costs less than a megabyte, and slows nobody down."""
    before = hasty.process.memory_info().rss
    raws = [await connect(hasty.host, hasty.port, deaf=True) for _ in range(MANY * len(ENDLESS))]
    for raw, asked in zip(raws, itertools.cycle(ENDLESS.values()), strict=False):
        raw.writer.write(asked)
    await _healthy(hasty)  # what was opened before is accepted now
    await _freed(hasty)
    hang_up(*raws)
    assert hasty.process.memory_info().rss - before < len(raws) * MIB


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

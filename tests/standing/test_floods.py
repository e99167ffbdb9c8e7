"""Floods by one and by many: slowed down, shown the door, and not felt by anybody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.keys import ADDRESSES, CONNECTIONS
from bot.channels.websocket import MOST_REFUSED
from tests.channels.served import serving, talking
from tests.standing.raw import PING, PONG, TEXT, Raw, frame, opened, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.snapshot import SnapshotStore
    from tests.channels.served import Client

HOW_LONG = "How long does an appointment take?"
PROXY = "127.0.0.0/8"
VIOLATION, LATER = 1008, 1013


@asynccontextmanager
async def calling(client: Client, *, address: str | None = None) -> AsyncIterator[Raw]:
    """Open a websocket, as if from an address behind our own proxy."""
    lines = [f"X-Forwarded-For: {address}"] if address else []
    async with opened(client.host, client.port or 0, *lines) as raw:
        yield raw


async def test_one_connection_that_floods(store: SnapshotStore) -> None:
    """Of 5,000 questions at once the burst is answered and a few are refused; then it is over."""
    async with serving(store, burst=10, rate=0.001) as client, talking(client) as other:
        async with calling(client) as raw:
            await raw.message()
            await raw.send(question(HOW_LONG) * 5_000)
            kinds = Counter([(await raw.message())["type"] for _ in range(10 + MOST_REFUSED)])
            assert kinds == {"reply": 10, "error": MOST_REFUSED}
            assert await raw.ended() in {VIOLATION, None}
        assert (await other.ask(HOW_LONG))["kind"] == "answer"


@pytest.mark.parametrize("opcode", [PING, PONG], ids=["pings", "pongs"])
async def test_signs_of_life_by_the_thousand(store: SnapshotStore, opcode: int) -> None:
    """Pings and pongs, which no limit on messages counts, are not answered without end."""
    async with serving(store) as client, calling(client) as raw:
        await raw.message()
        await raw.send(frame(b"", opcode=opcode) * 5_000)
        assert await raw.ended() in {VIOLATION, None}


async def test_pings_as_clients_send_them(store: SnapshotStore) -> None:
    """A client that pings now and then gets its pongs, with what it wrote in them."""
    async with serving(store) as client, calling(client) as raw:
        await raw.message()
        for number in range(50):
            await raw.send(frame(b"%d" % number, opcode=PING) + frame(b"", opcode=PONG))
            assert await raw.hear() == (PONG, b"%d" % number)


async def test_many_connections_of_one_address(store: SnapshotStore) -> None:
    """A hundred connections of one address get no more answers than one; others get theirs."""
    limits: dict[str, Any] = {"address_burst": 40, "address_rate": 0.001}
    async with serving(store, proxies=(PROXY,), **limits) as client:
        kinds: Counter[str] = Counter()
        for _ in range(100):
            async with calling(client, address="203.0.113.7") as raw:
                await raw.message()
                await raw.send(question(HOW_LONG))
                kinds[(await raw.message())["type"]] += 1
        assert kinds == {"reply": 40, "error": 60}
        async with calling(client, address="203.0.113.8") as raw:
            await raw.message()
            await raw.send(question(HOW_LONG))
            assert (await raw.message())["type"] == "reply"


async def test_many_addresses(store: SnapshotStore) -> None:
    """However many addresses ask, each has its own limit, and a site of IPv6 is one of them."""
    limits: dict[str, Any] = {"address_burst": 1, "address_rate": 0.001}
    async with serving(store, proxies=(PROXY,), **limits) as client:
        asked = [f"203.0.{at // 250}.{at % 250}" for at in range(300)]
        asked += [f"2001:db8::{at:x}" for at in range(300)]
        statuses = [await _status(client, address) for address in asked]
        assert statuses == [200] * 301 + [429] * 299
        assert len(client.app[ADDRESSES]._buckets) == 301


async def _status(client: Client, address: str) -> int:
    headers = {"X-Forwarded-For": address}
    async with client.post("/api/v1/messages", json={"text": "hi"}, headers=headers) as response:
        return response.status


async def test_the_caps_on_connections(store: SnapshotStore) -> None:
    """Caps hold to the last place, each address has its share, and places come back."""
    caps: dict[str, Any] = {"connections": 30, "address_connections": 10, "proxies": (PROXY,)}
    callers = ["a"] * 20 + ["b"] * 15 + ["c"] * 15 + ["d"] * 5
    async with serving(store, **caps) as client:
        for _ in range(3):
            seated: Counter[str] = Counter()
            async with AsyncExitStack() as stack:
                for caller in callers:
                    call = calling(client, address=f"2001:db8:0:{caller}::1")
                    seated[caller] += await _seated(await stack.enter_async_context(call))
                assert seated == {"a": 10, "b": 10, "c": 10, "d": 0}
                for path in ("/", "/faq", "/healthz"):
                    async with client.get(path) as response:
                        assert response.status == 200
            await _empty(client)


async def _seated(raw: Raw) -> bool:
    """Whether a connection is welcome; if not, it is told to come back later."""
    opcode, payload = await raw.hear()
    assert opcode == TEXT or int.from_bytes(payload[:2]) == LATER
    return opcode == TEXT


async def _empty(client: Client) -> None:
    """Wait until nobody is connected."""
    async with asyncio.timeout(5):
        while client.app[CONNECTIONS]:  # noqa: ASYNC110  their end has no event
            await asyncio.sleep(0.01)


async def test_who_answers_pings_stays(store: SnapshotStore) -> None:
    """A client that answers the server's pings and says nothing else is not let go."""
    async with serving(store, heartbeat_seconds=0.1) as client, talking(client) as patient:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await patient.socket.receive()
        assert (await patient.ask(HOW_LONG))["kind"] == "answer"

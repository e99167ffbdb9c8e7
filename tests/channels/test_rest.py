"""The same turn over plain HTTP, with the status codes that HTTP has for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.keys import CONNECTIONS, TURNS
from tests.channels.served import serving, talking

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore
    from tests.channels.served import Client

URL = "/api/v1/messages"
HOW_LONG = "How long does an appointment take?"
JSON = {"Content-Type": "application/json"}


async def post(client: Client, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
    """Send a body and return the status and the object that came back."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with client.post(URL, data=data, headers={**JSON, **headers}) as response:
        assert response.content_type == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        return response.status, await response.json()


async def test_the_same_reply_as_over_the_websocket(store: SnapshotStore) -> None:
    """Both ways in give the same reply, but for the names of the conversation."""
    async with serving(store) as client:
        status, rest = await post(client, {"text": HOW_LONG, "id": "1"})
        async with talking(client) as patient:
            socket = await patient.ask(HOW_LONG, id="1")
    assert status == 200
    own = {"id", "state"}
    assert {k: v for k, v in rest.items() if k not in own} == {
        k: v for k, v in socket.items() if k not in own
    }


async def test_the_state_carries_on(store: SnapshotStore) -> None:
    """A conversation goes on from the state that the message brings."""
    async with serving(store) as client:
        _, first = await post(client, {"text": HOW_LONG})
        _, second = await post(client, {"text": "Where can I park?", "state": first["state"]})
        states = [client.app[TURNS].signer.load(each["state"]) for each in (first, second)]
    assert states[1].shown == ("parking/where-can-i-park", "botox/how-long")
    assert states[0].conversation == states[1].conversation


async def test_a_choice(store: SnapshotStore) -> None:
    """A quick reply works over REST too."""
    async with serving(store) as client:
        _, reply = await post(client, {"choice": "parking/where-can-i-park", "id": "c"})
    assert (reply["entries"], reply["reply_to"]) == (["parking/where-can-i-park"], "c")


async def test_the_same_id_gets_the_same_reply(store: SnapshotStore) -> None:
    """A message sent twice gets the same reply to the last character."""
    body = {"text": HOW_LONG, "id": "a-long-and-unlikely-id"}
    async with serving(store) as client:
        first = await post(client, body)
        assert await post(client, body) == first
        assert (await post(client, {**body, "text": "Where can I park?"}))[1] != first[1]


async def test_two_visitors_behind_one_address(store: SnapshotStore) -> None:
    """Who counts messages from 1 never gets somebody else's conversation."""
    async with serving(store) as client:
        replies = [(await post(client, {"text": HOW_LONG, "id": "1"}))[1] for _ in range(2)]
        states = [client.app[TURNS].signer.load(reply["state"]) for reply in replies]
    assert states[0].conversation != states[1].conversation


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_message"),
        (b"{", 400, "bad_message"),
        (b'"hi"', 400, "bad_message"),
        (b"{}", 400, "bad_message"),
        (b'{"text":1}', 400, "bad_message"),
        (b'{"text":"a","choice":"b"}', 400, "bad_message"),
        (b'{"text":"\\ud800"}', 400, "bad_message"),
        (b"[" * 16_000, 400, "bad_message"),
        (b'{"text":"%s"}' % (b"a" * 1001), 413, "too_long"),
        (b'{"text":"%s"}' % (b"a" * 20_000), 413, "too_large"),
    ],
)
async def test_bad_bodies(store: SnapshotStore, body: bytes, status: int, code: str) -> None:
    """A body that we can't answer gets the same error object as on the websocket."""
    async with serving(store) as client:
        got, error = await post(client, body)
    assert (got, error["type"], error["code"]) == (status, "error", code)
    assert error["message"]


async def test_only_json(store: SnapshotStore) -> None:
    """A form of a foreign page can't post: it can't send JSON without asking first."""
    async with serving(store) as client:
        status, error = await post(client, {"text": "hi"}, **{"Content-Type": "text/plain"})
    assert (status, error["code"]) == (415, "not_json")


async def test_foreign_origins(store: SnapshotStore) -> None:
    """A page of someone else is refused."""
    async with serving(store) as client:
        status, error = await post(client, {"text": "hi"}, Origin="https://evil.example")
    assert (status, error["code"]) == (403, "forbidden")


async def test_too_fast(store: SnapshotStore) -> None:
    """An address over its limit is told how long to wait, in the header too."""
    async with serving(store, address_burst=1, address_rate=0.5) as client:
        await post(client, {"text": "hi"})
        async with client.post(URL, json={"text": "hi"}) as response:
            error = await response.json()
    assert (response.status, error["code"]) == (429, "rate_limited")
    assert response.headers["Retry-After"] == "2"
    assert error["retry_after"] == pytest.approx(2, abs=0.1)


async def test_stopping(store: SnapshotStore) -> None:
    """A server that stops takes no new messages, and says that it is not ready."""
    async with serving(store) as client:
        client.app[CONNECTIONS].stopping = True
        status, error = await post(client, {"text": "hi"})
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
    assert (status, error["code"]) == (503, "busy")
    assert (ready.status, alive.status) == (503, 200)


async def test_only_post(store: SnapshotStore) -> None:
    """Questions never stand in an address, where they would be logged."""
    async with serving(store) as client, client.get(URL, params={"text": "hi"}) as response:
        assert response.status == 405

"""The chat over a real websocket: what a patient gets, and what nobody may do to the others."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import WSCloseCode, WSMsgType, WSServerHandshakeError

from bot.channels.feedback import Journal
from bot.channels.keys import CONNECTIONS, TURNS
from bot.channels.protocol import SUBPROTOCOL
from bot.state import StateSigner
from tests.channels.served import Client, serving, talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.channels.feedback import Opinion
    from bot.models import State
    from bot.snapshot import SnapshotStore

HOW_LONG = "How long does an appointment take?"
PARKING = "Where can I park?"


async def test_welcome(store: SnapshotStore) -> None:
    """Who comes in gets the greeting, the first questions and the limits."""
    async with serving(store) as client, talking(client) as patient:
        assert patient.welcome["type"] == "welcome"
        assert patient.welcome["protocol"] == 1
        assert patient.welcome["content_version"] == store.current.version
        assert "Windmill Clinic" in patient.welcome["greeting"]["text"]
        assert {"entry": "botox/how-long", "label": HOW_LONG} in patient.welcome["starters"]
        assert patient.welcome["limits"] == {"text": 1000, "frame": 16384}
        assert len(patient.welcome["conversation"]) >= 20


async def test_an_answer(store: SnapshotStore) -> None:
    """A question gets the curated answer with everything that belongs to it."""
    async with serving(store) as client, talking(client) as patient:
        reply = await patient.ask(HOW_LONG, id="m1")
    state, label = reply.pop("state"), reply.pop("id")
    assert state
    assert label
    assert 0.5 < reply.pop("confidence") <= 1
    assert reply == {
        "type": "reply",
        "reply_to": "m1",
        "kind": "answer",
        "text": "Usually 10 to 30 minutes. It depends on the size of the area.",
        "blocks": [
            {
                "type": "paragraph",
                "content": [
                    {"text": "Usually "},
                    {"text": "10 to 30 minutes", "strong": True},
                    {"text": ". It depends on the size of the area."},
                ],
            }
        ],
        "entries": ["botox/how-long"],
        "choices": [
            {"entry": "botox/when-it-works", "label": "When does it start to work?"},
            {"entry": "parking/where-can-i-park", "label": "Where can I park?"},
        ],
        "disclaimer": "This is general information. Please ask your provider about your own case.",
        "source": 'treatment-page, "How Long Does It Take"',
        "reviewed": "2026-11-20",
        "content_version": store.current.version,
    }


async def test_an_emergency(store: SnapshotStore) -> None:
    """A red flag gets its card, with the number as a link to dial."""
    async with serving(store) as client, talking(client) as patient:
        reply = await patient.ask("I can't breathe")
    assert reply["kind"] == "emergency"
    assert {"text": "911", "strong": True, "href": "tel:911"} in reply["blocks"][0]["content"]


async def test_a_choice(store: SnapshotStore) -> None:
    """A pressed quick reply gets its entry, whatever was said before."""
    async with serving(store) as client, talking(client) as patient:
        choice = {"type": "choice", "id": "c", "entry": "parking/where-can-i-park"}
        reply = await patient.say(choice)
        none = await patient.say({"type": "choice", "id": "d", "entry": None})
    assert (reply["reply_to"], reply["entries"]) == ("c", ["parking/where-can-i-park"])
    assert (none["reply_to"], none["kind"]) == ("d", "fallback")


async def test_a_choice_that_is_gone(store: SnapshotStore) -> None:
    """A quick reply whose entry was deleted meanwhile gets an honest fallback."""
    async with serving(store) as client, talking(client) as patient:
        reply = await patient.say({"type": "choice", "entry": "botox/deleted-yesterday"})
    assert reply["kind"] == "fallback"


async def test_pings_are_answered(store: SnapshotStore) -> None:
    """A browser, which can't send websocket pings, can ask whether we are there."""
    async with serving(store) as client, talking(client) as patient:
        assert await patient.say({"type": "ping"}) == {"type": "pong"}


BAD_FRAMES = [
    "",
    "hello?",
    "null",
    "[1]",
    '{"type":"message"}',
    '{"type":"message","text":1}',
    '{"type":"message","text":"\\ud800"}',
    '{"type":"message","text":"a\\u0000"}',
    '{"type":"message","text":NaN}',
    '{"type":"teleport"}',
    "[" * 16_000,
    b'{"type":"message","text":"\xff"}',
]


@pytest.mark.parametrize("frame", BAD_FRAMES)
async def test_a_bad_frame_costs_nothing(store: SnapshotStore, frame: str | bytes) -> None:
    """A bad frame gets an error in plain words, and the next message its answer."""
    async with serving(store) as client, talking(client) as patient:
        error = await patient.say(frame)
        assert error["type"] == "error"
        assert error["message"] == "I could not read that message. Please send it again."
        assert (await patient.ask(HOW_LONG))["entries"] == ["botox/how-long"]


async def test_too_long(store: SnapshotStore) -> None:
    """A message over the limit is refused with the limit; one of exactly the limit is answered."""
    async with serving(store) as client, talking(client) as patient:
        error = await patient.ask("é" * 1001, id="long")
        assert (error["code"], error["reply_to"], error["limit"]) == ("too_long", "long", 1000)
        assert error["message"].startswith("That message is too long.")
        assert (await patient.ask("é" * 1000))["type"] == "reply"


async def test_too_long_for_anything_but_a_red_flag(store: SnapshotStore) -> None:
    """An emergency in a message over the limit gets its card."""
    async with serving(store) as client, talking(client) as patient:
        reply = await patient.ask("I can't breathe. " + "Please help me. " * 100)
        assert reply["kind"] == "emergency"


async def test_many_bad_frames_close_the_connection(store: SnapshotStore) -> None:
    """Who sends nothing but rubbish is shown the door in the end."""
    async with serving(store, burst=1000) as client, talking(client) as patient:
        for _ in range(50):
            assert (await patient.say("rubbish"))["type"] == "error"
        assert (await patient.socket.receive(timeout=5)).data == 1008


async def test_oversized_frames(store: SnapshotStore) -> None:
    """A frame over 16 KiB closes its connection, and no other."""
    async with serving(store) as client, talking(client) as other:
        async with talking(client) as patient:
            await patient.socket.send_str('{"type":"ping"}' + " " * 20_000)
            closed = await patient.socket.receive()
            assert (closed.type, closed.data) == (WSMsgType.CLOSE, 1009)
        assert await other.say({"type": "ping"}) == {"type": "pong"}


async def test_the_same_id_is_answered_once(store: SnapshotStore) -> None:
    """A message that is sent again gets the same reply, and the conversation does not move."""
    async with serving(store) as client, talking(client) as patient:
        first = await patient.ask(HOW_LONG, id="1")
        second = await patient.ask(PARKING, id="2")
        assert await patient.ask(HOW_LONG, id="1") == first
        assert await patient.ask(PARKING, id="2") == second
        third = await patient.ask(HOW_LONG, id="3")
    shown = [state_of(client, each).shown for each in (first, second, third)]
    assert shown[1:] == [("parking/where-can-i-park", *shown[0]), (*shown[0], *shown[1][:1])]


async def test_an_id_used_again_hides_nothing(store: SnapshotStore) -> None:
    """A client that uses one id for everything still gets the emergency card."""
    async with serving(store) as client, talking(client) as patient:
        await patient.ask(HOW_LONG, id="1")
        assert (await patient.ask("I can't breathe", id="1"))["kind"] == "emergency"


async def test_messages_without_an_id(store: SnapshotStore) -> None:
    """A client that needs no id gets its answers too."""
    async with serving(store) as client, talking(client) as patient:
        assert (await patient.ask(HOW_LONG))["reply_to"] is None


async def test_a_flood_is_slowed_down(store: SnapshotStore) -> None:
    """After the burst a message is refused with the time to wait, and then goes through."""
    async with serving(store, burst=3, rate=10) as client, talking(client) as patient:
        for _ in range(3):
            assert (await patient.ask(HOW_LONG))["type"] == "reply"
        error = await patient.ask(HOW_LONG, id="4")
        assert (error["code"], error["reply_to"]) == ("rate_limited", "4")
        assert 0 < error["retry_after"] <= 0.2
        await asyncio.sleep(error["retry_after"])
        assert (await patient.ask(HOW_LONG, id="4"))["type"] == "reply"


async def test_an_address_has_its_limit(store: SnapshotStore) -> None:
    """Opening more connections gives one address no more messages than its own bucket."""
    async with serving(store, address_burst=2, address_rate=0.01) as client:
        kinds = []
        for _ in range(3):
            async with talking(client) as patient:
                kinds.append((await patient.ask(HOW_LONG))["type"])
    assert kinds == ["reply", "reply", "error"]


# --- the door ------------------------------------------------------------------------------


async def test_foreign_origins_are_refused(store: SnapshotStore) -> None:
    """A page of someone else gets no websocket."""
    async with serving(store) as client:
        with pytest.raises(WSServerHandshakeError) as caught:
            await client.ws_connect("/ws", origin="https://evil.example")
    assert caught.value.status == 403


async def test_a_plain_request(store: SnapshotStore) -> None:
    """A request that is no handshake is told so."""
    async with serving(store) as client, client.get("/ws") as response:
        assert response.status == 400


async def test_own_and_allowed_origins_come_in(store: SnapshotStore) -> None:
    """Our own page and the pages in the settings get one."""
    async with serving(store, origins=("https://clinic.example",)) as client:
        own = str(client.make_url("/")).rstrip("/")
        for origin in (own, "https://clinic.example"):
            async with talking(client, origin=origin) as patient:
                assert patient.welcome["type"] == "welcome"


async def test_no_origin_where_that_is_forbidden(store: SnapshotStore) -> None:
    """A script is refused unless the settings let it in."""
    async with serving(store, allow_no_origin=False) as client:
        with pytest.raises(WSServerHandshakeError) as caught:
            await client.ws_connect("/ws")
    assert caught.value.status == 403


async def test_behind_a_proxy_of_ours(store: SnapshotStore) -> None:
    """Our own proxy says under which scheme the page was loaded."""
    headers = {"X-Forwarded-Proto": "https", "Host": "chat.example"}
    origin = "https://chat.example"
    async with (
        serving(store, proxies=("127.0.0.0/8",)) as client,
        talking(client, origin=origin, headers=headers) as patient,
    ):
        assert patient.welcome["type"] == "welcome"
    async with serving(store) as client:
        with pytest.raises(WSServerHandshakeError):
            await client.ws_connect("/ws", origin=origin, headers=headers)


@pytest.mark.parametrize(
    ("offered", "chosen", "code"),
    [
        ((), None, None),
        ((SUBPROTOCOL,), SUBPROTOCOL, None),
        (("clinic-chat.v2", SUBPROTOCOL), SUBPROTOCOL, None),
        (("clinic-chat.v2",), None, 4406),
    ],
)
async def test_sub_protocols(
    store: SnapshotStore, offered: tuple[str, ...], chosen: str | None, code: int | None
) -> None:
    """Who offers none is welcome; who offers only others is told so."""
    async with serving(store) as client, client.ws_connect("/ws", protocols=offered) as socket:
        first = await socket.receive()
        assert socket.protocol == chosen
        assert (first.data if code else None) == code
        assert code or json.loads(first.data)["type"] == "welcome"


async def test_a_full_house(store: SnapshotStore) -> None:
    """Over the cap a newcomer is told to try again later; who is inside stays."""
    async with serving(store, connections=1) as client, talking(client) as patient:
        async with client.ws_connect("/ws") as late:
            closed = await late.receive()
            assert (closed.type, closed.data) == (WSMsgType.CLOSE, 1013)
        assert (await patient.ask(HOW_LONG))["type"] == "reply"


async def test_a_crowd_at_the_door(store: SnapshotStore) -> None:
    """When even the door is crowded, the handshake is refused with the time to wait."""
    async with serving(store, connections=1) as client, talking(client):
        places = client.app[CONNECTIONS].places
        places._at_door = 50
        with pytest.raises(WSServerHandshakeError) as caught:
            await client.ws_connect("/ws")
    assert caught.value.status == 503
    assert caught.value.headers is not None
    assert caught.value.headers["Retry-After"] == "10"


# --- conversations -------------------------------------------------------------------------


async def test_a_conversation_outlives_its_server(store: SnapshotStore) -> None:
    """Another process with the same key goes on where the first one stopped."""
    async with serving(store) as client, talking(client) as patient:
        first = await patient.ask(HOW_LONG)
    async with serving(store) as client, talking(client) as patient:
        alone = await patient.ask(PARKING)
        carried_on = await patient.ask(PARKING, state=first["state"])
    before, anew, after = (state_of(client, each) for each in (first, alone, carried_on))
    assert after.shown == ("parking/where-can-i-park", "botox/how-long")
    assert after.conversation == before.conversation
    assert anew.shown == ("parking/where-can-i-park",)
    assert anew.conversation != before.conversation


def state_of(client: Client, reply: dict[str, Any]) -> State:
    """Return the state that a reply brings."""
    return client.app[TURNS].signer.load(reply["state"])


async def test_hello_resumes(store: SnapshotStore) -> None:
    """A hello with a token takes up that conversation for all that follows."""
    async with serving(store) as client:
        async with talking(client) as patient:
            first = await patient.ask(HOW_LONG)
        async with talking(client) as patient:
            await patient.socket.send_json({"type": "hello", "state": first["state"]})
            second = await patient.ask(PARKING)
    assert state_of(client, second).shown == ("parking/where-can-i-park", "botox/how-long")


@pytest.mark.parametrize("token", ["", "stale", "1" + "A" * 300, "💥", "1" * 9000])
async def test_a_foreign_token_starts_anew(store: SnapshotStore, token: str) -> None:
    """A token that we can't read costs the conversation, never the answer."""
    async with serving(store) as client, talking(client) as patient:
        await patient.socket.send_json({"type": "hello", "state": token})
        reply = await patient.ask(HOW_LONG, state=token)
    assert reply["entries"] == ["botox/how-long"]


async def test_two_patients_share_nothing(store: SnapshotStore) -> None:
    """Each connection is a conversation of its own."""
    async with serving(store) as client, talking(client) as one, talking(client) as two:
        assert one.welcome["conversation"] != two.welcome["conversation"]
        await one.ask(PARKING)
        state = state_of(client, await two.ask(HOW_LONG))
    assert state.shown == ("botox/how-long",)
    assert state.conversation == two.welcome["conversation"]


async def test_the_next_message_does_not_wait_for_reading(store: SnapshotStore) -> None:
    """Messages sent without waiting are answered one after the other, in order."""
    async with serving(store) as client, talking(client) as patient:
        for number in range(5):
            message = {"type": "message", "id": str(number), "text": HOW_LONG}
            await patient.socket.send_json(message)
        assert [(await patient.hear())["reply_to"] for _ in range(5)] == list("01234")


# --- faults --------------------------------------------------------------------------------


class BrokenScreen:
    """Fails as a bug would, with the patient's words in its message."""

    def __call__(self, utterance: str, *, tail: str = "") -> None:
        raise RuntimeError(f"no idea what {utterance!r} means after {tail!r}")

    screen = __call__


async def test_a_fault_gets_the_safe_reply(
    store: SnapshotStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever breaks, the patient reads the fixed text, and the log holds nothing of theirs."""
    screen: Any = BrokenScreen()
    broken = replace(store.current, screen=screen)
    async with serving(store) as client, talking(client) as patient:
        turns = client.app[TURNS]
        client.app[TURNS].store.current, healthy = broken, store.current
        reply = await patient.ask("my secret illness", id="1")
        turns.store.current = healthy
        assert (await patient.ask(HOW_LONG))["kind"] == "answer"
    assert (reply["kind"], reply["reply_to"]) == ("fallback", "1")
    assert reply["text"] == "I can't answer just now. In an emergency call 911."
    assert "RuntimeError at test_websocket.py" in caplog.text
    assert "illness" not in caplog.text


async def test_a_fault_around_a_turn_closes_in_order(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault that leaves no reply closes the websocket with its code, never with a page."""

    def fail(signer: StateSigner, state: State) -> str:
        raise RuntimeError(f"can't sign {state}")

    async with serving(store) as client, talking(client) as patient:
        monkeypatch.setattr(StateSigner, "dump", fail)
        await patient.socket.send_json({"type": "message", "text": "my secret illness"})
        closed = await patient.socket.receive(timeout=5)
    assert (closed.type, closed.data) == (WSMsgType.CLOSE, 1011)
    assert "A conversation failed: RuntimeError at" in caplog.text
    assert "illness" not in caplog.text


# --- feedback ------------------------------------------------------------------------------


class ListJournal(Journal):
    """Keeps opinions in a list, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.opinions: list[Opinion] = []
        self.fault = fault

    async def add_opinion(self, opinion: Opinion) -> None:
        if self.fault:
            raise self.fault
        self.opinions.append(opinion)


FEEDBACK = {"type": "feedback", "id": "f", "reply_to": "1", "helpful": False, "comment": "meh"}


async def test_feedback_is_acknowledged_when_kept(store: SnapshotStore) -> None:
    """Feedback is kept with its conversation, and only then acknowledged."""
    journal = ListJournal()
    async with serving(store, journal=journal) as client, talking(client) as patient:
        assert await patient.say(FEEDBACK) == {"type": "ack", "reply_to": "f"}
    [opinion] = journal.opinions
    assert opinion.conversation == patient.welcome["conversation"]
    assert (opinion.reply_to, opinion.helpful, opinion.comment) == ("1", False, "meh")


@pytest.mark.parametrize(
    ("journal", "code"),
    [
        (None, "feedback_off"),
        (ListJournal(OSError(28, "No space left on device")), "feedback_lost"),
        (ListJournal(ValueError("meh")), "feedback_lost"),
    ],
)
async def test_feedback_that_is_not_kept(
    store: SnapshotStore, journal: ListJournal | None, code: str
) -> None:
    """Feedback that nobody kept is never acknowledged."""
    async with serving(store, journal=journal) as client, talking(client) as patient:
        error = await patient.say(FEEDBACK)
        assert (await patient.ask(HOW_LONG))["type"] == "reply"
    assert (error["type"], error["code"], error["reply_to"]) == ("error", code, "f")


# --- clients that do not behave ------------------------------------------------------------


async def test_a_client_that_never_reads_is_cut_off(store: SnapshotStore) -> None:
    """Who sends and never reads loses the connection; the others notice nothing."""
    async with serving(store, **FLOODED, send_seconds=0.3) as client, talking(client) as other:
        deaf = await _deaf_client(client)
        await _flood(deaf, until=deaf.transport.is_closing)
        assert len(client.app[CONNECTIONS]) == 1
        assert (await other.ask(HOW_LONG))["type"] == "reply"


async def test_a_client_that_vanished_is_let_go(store: SnapshotStore) -> None:
    """Who does not answer a ping is gone, and so is the connection."""
    async with serving(store, heartbeat_seconds=0.2) as client:
        silent = await _deaf_client(client)
        await asyncio.sleep(0.1)
        assert len(client.app[CONNECTIONS]) == 1
        async with asyncio.timeout(5):
            while client.app[CONNECTIONS]:  # noqa: ASYNC110  its end has no event
                await asyncio.sleep(0.01)
        silent.transport.abort()


async def test_closing_does_not_wait_for_the_deaf(store: SnapshotStore) -> None:
    """Closing all connections ends in time, even where a full buffer blocks every word."""
    async with serving(store, **FLOODED, send_seconds=60) as client, talking(client):
        silent, deaf = await _deaf_client(client), await _deaf_client(client)
        full_at = asyncio.get_running_loop().time() + 1.0
        await _flood(deaf, until=lambda: asyncio.get_running_loop().time() > full_at)
        async with asyncio.timeout(3):
            await client.app[CONNECTIONS].close_all(
                WSCloseCode.SERVICE_RESTART, "restart", seconds=5
            )
        await _flood(deaf, until=deaf.transport.is_closing)
        silent.transport.abort()


FLOODED: dict[str, Any] = {"burst": 10**6, "address_burst": 10**6}


async def _flood(writer: asyncio.StreamWriter, *, until: Callable[[], bool]) -> None:
    """Write questions without reading an answer."""
    message = _masked(b'{"type":"message","id":"1","text":"%s"}' % (b"why? " * 150))
    async with asyncio.timeout(20):
        while not until():
            writer.write(message * 20)
            await asyncio.sleep(0.001)


async def _deaf_client(client: Client) -> asyncio.StreamWriter:
    """Open a websocket by hand whose client never reads a byte."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (client.host, client.port))
    _, writer = await asyncio.open_connection(sock=raw, limit=1)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return writer


def _masked(payload: bytes) -> bytes:
    """Return a text frame with a mask of zeros, so that the payload stays as it is."""
    return b"\x81\xfe" + len(payload).to_bytes(2) + b"\0\0\0\0" + payload

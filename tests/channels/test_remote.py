"""Talking to a server from outside: the real protocol, and every way in which it can fail."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.line import Address
from bot.channels.remote import RemoteTalk
from bot.channels.talk import LocalTalk
from bot.errors import ServerUnreachable
from bot.models import ReplyKind
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.snapshot import SnapshotStore

HOW_LONG = "how long is the session"
TRY_AGAIN_LATER = 1013


@pytest.mark.parametrize(
    ("url", "websocket", "origin"),
    [
        ("ws://a.example/ws", "ws://a.example/ws", "http://a.example"),
        ("wss://a.example", "wss://a.example/ws", "https://a.example"),
        ("http://a.example:81/", "ws://a.example:81/ws", "http://a.example:81"),
        (" https://me:pw@a.example/x?y=1 ", "wss://me:pw@a.example/x?y=1", "https://a.example"),
        ("ws://[::1]:8080", "ws://[::1]:8080/ws", "http://[::1]:8080"),
    ],
)
def test_an_address_is_read_kindly(url: str, websocket: str, origin: str) -> None:
    """A page's address will do; the origin is that of the server's own pages."""
    address = Address.of(url)
    assert (address.websocket, address.origin) == (websocket, origin)


@pytest.mark.parametrize("url", ["", "clinic.example", "ftp://a", "ws://", "ws://a:b", "ws://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """The sentence shows a good one."""
    with pytest.raises(ServerUnreachable, match="not an address such as wss://clinic"):
        Address.of(url)


@contextlib.asynccontextmanager
async def talk_to(store: SnapshotStore, **settings: Any) -> AsyncIterator[RemoteTalk]:
    """Serve `store` and yield a conversation with that server."""
    async with serving(store, **settings) as client:
        talk = RemoteTalk(str(client.make_url("/")))
        try:
            yield talk
        finally:
            await asyncio.to_thread(talk.close)


async def test_a_server_answers_as_a_snapshot_does(store: SnapshotStore) -> None:
    """Replies come back whole: text, blocks, choices, disclaimer; a card too."""
    local = LocalTalk(store.current, longest=1000)
    async with talk_to(store) as remote:
        for say in ("how long is the session", "tell me more", "I can't breathe", "thanks"):
            reply = local.say(say)
            rounded = reply._replace(confidence=round(reply.confidence, 4))
            assert await asyncio.to_thread(remote.say, say) == rounded
        assert await asyncio.to_thread(remote.greet) == local.greet()
        assert remote.version == store.current.version


async def test_a_choice_is_pressed_through_the_protocol(store: SnapshotStore) -> None:
    """Also "None of these"."""
    async with talk_to(store) as remote:
        reply = await asyncio.to_thread(remote.press, "botox/how-long")
        assert reply.entries == ("botox/how-long",)
        assert (await asyncio.to_thread(remote.press, None)).kind is ReplyKind.FALLBACK


async def test_a_restart_forgets_the_conversation(store: SnapshotStore) -> None:
    """The follow-up has nothing to follow any more."""
    async with talk_to(store) as remote:
        await asyncio.to_thread(remote.say, HOW_LONG)
        await asyncio.to_thread(remote.restart)
        assert not (await asyncio.to_thread(remote.say, "tell me more")).entries


async def test_a_refused_message_shows_the_servers_text(store: SnapshotStore) -> None:
    """And the next one gets its answer."""
    async with talk_to(store) as remote:
        reply = await asyncio.to_thread(remote.say, "long " * 300)
        assert reply.text.startswith("That message is too long.")
        assert (await asyncio.to_thread(remote.say, HOW_LONG)).kind is ReplyKind.ANSWER


async def test_too_fast_is_waited_out(store: SnapshotStore) -> None:
    """A test run takes longer against a server with limits, but it does not fail."""
    async with talk_to(store, burst=1, rate=20.0) as remote:
        replies = [await asyncio.to_thread(remote.say, HOW_LONG) for _ in range(4)]
        assert {reply.kind for reply in replies} == {ReplyKind.ANSWER}


async def test_a_lost_connection_is_made_again(store: SnapshotStore) -> None:
    """The conversation goes on where it was: its state has travelled with the replies."""
    async with talk_to(store) as remote:
        await asyncio.to_thread(remote.say, HOW_LONG)
        assert remote._line
        hang_up = asyncio.run_coroutine_threadsafe(remote._line.close(), remote._loop)
        await asyncio.wrap_future(hang_up)
        reply = await asyncio.to_thread(remote.say, "tell me more")
        assert reply.entries == ("botox/when-it-works",)


# --- servers that are not ours -------------------------------------------------------------


@contextlib.asynccontextmanager
async def stranger(answer: str | int | None) -> AsyncIterator[str]:
    """Serve something else at /ws and yield its address.

    It answers with a status, or opens a websocket, sends a frame and hangs up; None is no frame.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        if isinstance(answer, int):
            return web.Response(status=answer)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if answer is not None:
            await socket.send_str(answer)
        await socket.close(code=TRY_AGAIN_LATER if answer is None else 1000)
        return socket

    app = web.Application()
    app.router.add_get("/ws", handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/ws"))


async def why(url: str) -> str:
    """Return why a conversation could not begin."""
    with closing(RemoteTalk(url)) as talk, pytest.raises(ServerUnreachable) as error:
        await asyncio.to_thread(talk.greet)
    assert str(error.value).startswith(f"{url}: ")
    return error.value.reason


@pytest.mark.parametrize("frame", ["hello", "{}", '{"type":"pong"}', '{"type":"welcome"}', "[1]"])
async def test_another_protocol_is_recognised(frame: str) -> None:
    """Whatever its first frame is."""
    async with stranger(frame) as url:
        assert await why(url) == "it does not speak clinic-chat.v1"


async def test_a_full_server_is_recognised() -> None:
    """By its close code."""
    async with stranger(None) as url:
        assert await why(url) == "it is full; try again in a minute"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, "does not speak websocket"),
        (403, "origins"),
        (404, "/ws"),
        (500, "500"),
        (503, "full"),
    ],
)
async def test_a_refusal_is_explained(status: int, reason: str) -> None:
    """By its HTTP status."""
    async with stranger(status) as url:
        assert reason in await why(url)


async def test_nobody_there_is_one_sentence(unused_tcp_port: int) -> None:
    """With TLS as without."""
    for scheme in ("ws", "wss"):
        reason = await why(f"{scheme}://127.0.0.1:{unused_tcp_port}")
        assert reason == "nobody answers there (connection refused)"


async def test_a_server_without_tls_is_recognised() -> None:
    """Whoever typed wss:// by mistake is told."""
    async with stranger(200) as url:
        assert "perhaps ws:// is meant" in await why(url.replace("http:", "wss:"))

"""Nothing that a stranger sends reaches the log: neither words nor lines of their making."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.channels.served import serving, talking
from tests.standing.raw import Raw, connect, frame, handshake, hang_up, opened, question

if TYPE_CHECKING:
    import pytest

    from bot.snapshot import SnapshotStore
    from tests.standing.process import Server

CANARY = "canary7731"
INJECTED = f"\r\nERROR {CANARY} password=1"
HEADERS = (
    f"Origin: http://{CANARY}.example",
    f"User-Agent: {CANARY}",
    f"Cookie: session={CANARY}",
    f"X-Forwarded-For: {CANARY}, 1.2.3.4",
    f"Sec-WebSocket-Protocol: {CANARY}",
    f"Authorization: Bearer {CANARY}",
)
REQUESTS = {
    "a path": f"GET /{CANARY}%0d%0aERROR HTTP/1.1\r\nHost: x\r\n\r\n",
    "a query": f"GET /?q={CANARY} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a host": f"GET / HTTP/1.1\r\nHost: {CANARY}\r\n\r\n",
    "a method": f"{CANARY} / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no HTTP": f"{CANARY}\r\n\r\n",
    "another version": f"GET / {CANARY}/9.9\r\nHost: x\r\n\r\n",
    "a folded header": f"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n {CANARY}\r\n\r\n",
    "a header without a name": f"GET / HTTP/1.1\r\nHost: x\r\n: {CANARY}\r\n\r\n",
    "a control character": f"GET / HTTP/1.1\r\nHost: x\r\nA: \x07{CANARY}\r\n\r\n",
    "a header of 9 KB": f"GET / HTTP/1.1\r\nHost: x\r\nA: {CANARY * 900}\r\n\r\n",
    "a target of 9 KB": f"GET /{CANARY * 900} HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": "POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    f"Content-Length: 9\r\n\r\n{CANARY}",
    "a length and chunks": "POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
    f"Transfer-Encoding: chunked\r\n\r\n{CANARY}",
    "a bad chunk": "POST /api/v1/messages HTTP/1.1\r\nHost: x\r\n"
    f"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
    "a body": "POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    f'Content-Length: {len(CANARY) + 12}\r\n\r\n{{"text": "{CANARY}"',
    "a TLS greeting": "\x16\x03\x01\x02\x00\x01\x00" + CANARY,
}


async def test_nothing_of_a_request_is_logged(server: Server) -> None:
    """Whatever stands in a request, good or bad, none of it is in the log."""
    before = server.log()
    for request in REQUESTS.values():
        raw = await connect(server.host, server.port)
        await raw.send(request.encode("latin-1"))
        await _answer(raw)
    for header in HEADERS:
        async with opened(server.host, server.port, header):
            pass
    assert server.log() == before


async def _answer(raw: Raw) -> None:
    """Read the first line of the answer, and leave."""
    raw.writer.write_eof()
    line = await raw.reader.readline()
    hang_up(raw)
    assert line == b"" or line.split()[1] in {b"200", b"400", b"404", b"405", b"413", b"431"}


SAID = (
    {"type": "message", "id": CANARY, "text": f"My name is {CANARY}{INJECTED}"},
    {"type": "message", "text": f"hi {CANARY}", "state": CANARY},
    {"type": "choice", "id": CANARY, "entry": CANARY},
    {"type": "feedback", "id": CANARY, "reply_to": CANARY, "helpful": True, "comment": INJECTED},
    {"type": "hello", "state": INJECTED, "locale": CANARY},
    {"type": CANARY + INJECTED},
    {CANARY: INJECTED},
)


async def test_nothing_of_a_conversation_is_logged(server: Server) -> None:
    """Whatever a patient says, sends or breaks, none of it is in the log."""
    before = server.log()
    async with opened(server.host, server.port) as raw:
        for message in SAID:
            await raw.send(frame(json.dumps(message).encode()))
        await raw.send(frame(CANARY.encode()) + question("hi", "last"))
        while (await raw.message()).get("reply_to") != "last":
            pass
        await raw.send(frame(CANARY.encode(), reserved=7))
        assert await raw.ended() == 1002
    raw = await connect(server.host, server.port)
    await raw.send(handshake() + frame(CANARY.encode(), claim=2**40))
    assert await raw.gone()
    hang_up(raw)
    assert server.log() == before


async def test_a_cut_connection_names_nobody(
    store: SnapshotStore, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that breaks off in the middle leaves no line with what it was about to say."""
    async with serving(store) as client, talking(client) as patient:
        await patient.socket.send_str('{"type":"message","text":"' + CANARY)
        transport = client.session.connector
        assert transport is not None
        await transport.close()
    assert CANARY not in caplog.text

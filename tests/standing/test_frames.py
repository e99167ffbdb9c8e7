"""Frames that no browser sends: their connection is closed with a reason; no other notices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.standing.raw import BINARY, CLOSE, PING, PONG, TEXT, frame, opened, question

if TYPE_CHECKING:
    from tests.standing.process import Server

HOW_LONG = "How long does an appointment take?"
LIMIT = 16_384
"""Bytes of a message, by the settings."""
PROTOCOL, NOT_UTF8, TOO_BIG = 1002, 1007, 1009
CONTINUED = 0x0
MIB = 2**20


def half(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return the beginning of a message that is never ended."""
    return frame(payload, opcode=opcode, fin=False)


MALFORMED = {
    **{f"reserved bits {bits}": (frame(b"{}", reserved=bits), PROTOCOL) for bits in range(1, 8)},
    **{
        f"opcode {code}": (frame(b"", opcode=code), PROTOCOL)
        for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    },
    "ping in parts": (frame(b"", opcode=PING, fin=False), PROTOCOL),
    "ping of 126 bytes": (frame(b"x" * 126, opcode=PING), PROTOCOL),
    "pong of 1 MiB": (frame(b"x" * 9, opcode=PONG, claim=MIB), PROTOCOL),
    "close of 1 byte": (frame(b"x", opcode=CLOSE), PROTOCOL),
    "close with code 999": (frame((999).to_bytes(2), opcode=CLOSE), PROTOCOL),
    "close with code 1005": (frame((1005).to_bytes(2), opcode=CLOSE), PROTOCOL),
    "close without UTF-8": (frame((1000).to_bytes(2) + b"\xff", opcode=CLOSE), NOT_UTF8),
    "an end without a beginning": (frame(b"{}", opcode=CONTINUED), PROTOCOL),
    "a beginning in a beginning": (half(b"{") + frame(b"{}"), PROTOCOL),
    "text that is not UTF-8": (frame(b'"\xff"'), NOT_UTF8),
    "text with half a surrogate": (frame(b'"\xed\xa0\x80"'), NOT_UTF8),
    "text cut inside a letter": (frame(b'"\xc3'), NOT_UTF8),
    "one byte too many": (frame(b" " * (LIMIT + 1)), TOO_BIG),
    "one byte too many, claimed": (frame(b"", claim=LIMIT + 1), TOO_BIG),
    "1 GiB, claimed": (frame(b"{", claim=2**30), TOO_BIG),
    "8 EiB, claimed": (frame(b"{", claim=2**63 - 1), TOO_BIG),
    "more than there is, claimed": (frame(b"{", claim=2**64 - 1), TOO_BIG),
    "many parts": (half(b" " * 9_000) + half(b" " * 9_000, CONTINUED), TOO_BIG),
    "a thousand parts": (half(b"{") + half(b" " * 100, CONTINUED) * 1000, TOO_BIG),
}


@pytest.mark.parametrize(("sent", "code"), MALFORMED.values(), ids=MALFORMED)
async def test_malformed_frames(server: Server, sent: bytes, code: int) -> None:
    """A frame against the rules, or over the limit, closes its connection with the right code."""
    async with opened(server.host, server.port) as other, opened(server.host, server.port) as raw:
        await raw.message()
        await raw.send(sent)
        assert await raw.ended() == code
        await other.message()
        await other.send(question(HOW_LONG))
        assert (await other.message())["entries"] == ["botox/how-long"]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
async def test_a_flood_in_one_frame(server: Server, opcode: int) -> None:
    """Who goes on sending a frame that is too big is hung up on, heard the code or not."""
    async with opened(server.host, server.port) as raw:
        await raw.send(frame(b" " * 4 * MIB, opcode=opcode))
        assert await raw.ended() in {TOO_BIG, None}


async def test_a_message_in_parts(server: Server) -> None:
    """A message may come in parts, each of them late, with a ping in between."""
    async with opened(server.host, server.port) as raw:
        await raw.message()
        await raw.send(half(b'{"type":') + frame(b"?", opcode=PING))
        assert await raw.hear() == (PONG, b"?")
        for byte in frame(b'"ping"}', opcode=CONTINUED):
            await raw.send(bytes([byte]))
            await asyncio.sleep(0)
        assert await raw.message() == {"type": "pong"}


async def test_a_message_of_exactly_the_limit(server: Server) -> None:
    """The limit itself is still allowed, in one part or many."""
    text = b'{"type":"ping"}'.ljust(LIMIT)
    async with opened(server.host, server.port) as raw:
        await raw.message()
        await raw.send(frame(text))
        assert await raw.message() == {"type": "pong"}
        parts = half(text[:10]) + half(text[10:99], CONTINUED) + frame(text[99:], opcode=CONTINUED)
        await raw.send(parts)
        assert await raw.message() == {"type": "pong"}


async def test_claims_cost_no_memory(server: Server) -> None:
    """Fifty connections that claim a gigabyte, or begin what they never end, cost nothing."""
    claiming = half(b" " * 15_000) + frame(b" " * 900, opcode=CONTINUED, claim=2**30)
    grown = []
    for _ in range(3):  # one that is still warming up grows for other reasons, but not each time
        before = server.process.memory_info().rss
        for _ in range(50):
            async with opened(server.host, server.port) as raw:
                await raw.send(claiming)
                assert await raw.ended() == TOO_BIG
        grown.append(server.process.memory_info().rss - before)
    assert min(grown) < 2 * MIB


async def test_a_storm_of_empty_parts(server: Server) -> None:
    """A message of a hundred thousand empty parts holds nobody up."""
    async with opened(server.host, server.port) as raw, opened(server.host, server.port) as other:
        await raw.message()
        await other.message()
        await raw.send(half(b"") + half(b"", CONTINUED) * 100_000)
        await other.send(question(HOW_LONG))
        assert (await other.message())["type"] == "reply"
        await raw.send(frame(b'{"type":"ping"}', opcode=CONTINUED))
        assert await raw.message() == {"type": "pong"}


async def test_frames_without_a_mask(server: Server) -> None:
    """A client that masks nothing, which only programs do, is answered all the same."""
    async with opened(server.host, server.port) as raw:
        await raw.message()
        await raw.send(frame(b'{"type":"ping"}', masked=False))
        assert await raw.message() == {"type": "pong"}

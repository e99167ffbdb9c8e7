"""JSON of every kind: each frame gets one typed answer, and the connection goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.websocket import MOST_REFUSED
from tests.standing.raw import BINARY, TEXT, Raw, frame, opened, question

if TYPE_CHECKING:
    from tests.standing.process import Server

HOW_LONG = "How long does an appointment take?"
BAD, UNKNOWN, LONG = "bad_message", "unknown_type", "too_long"


def message(text: str) -> str:
    """Return a question as JSON with all but ASCII written out."""
    return json.dumps({"type": "message", "id": "m", "text": text}, ensure_ascii=False)


def odd(value: str) -> str:
    """Return a question with something unquoted in the place of its text."""
    return f'{{"type":"message","id":"m","text":{value}}}'


ODD: dict[str, tuple[str | bytes, str]] = {
    "half a surrogate pair": (odd(r'"\ud83d"'), BAD),
    "the other half": (odd(r'"\ude42"'), BAD),
    "halves in the wrong order": (odd(r'"\ude42\ud83d"'), BAD),
    "half a pair in the id": (r'{"type":"message","id":"\ud800","text":"a"}', BAD),
    "half a pair in a name": (r'{"type":"ping","\ud800":1}', BAD),
    "NaN": (odd("NaN"), BAD),
    "NaN in a field that nobody reads": ('{"type":"ping","x":NaN}', BAD),
    "Infinity": ('{"type":"ping","x":Infinity}', BAD),
    "minus Infinity": ('{"type":"ping","x":-Infinity}', BAD),
    "1e999": ('{"type":"ping","x":1e999}', "pong"),
    "a number of 16,000 digits": (f'{{"type":"ping","x":{"9" * 16_000}}}', "pong"),
    "minus nothing": ('{"type":"ping","x":-}', BAD),
    "a zero in front": ('{"type":"ping","x":01}', BAD),
    "16,000 brackets": ("[" * 16_000, BAD),
    "2,500 objects in each other": ('{"a":' * 2_500 + "1" + "}" * 2_500, BAD),
    "8,000 lists where a text belongs": (odd("[" * 8_000 + "]" * 8_000), BAD),
    "8,000 lists that nobody reads": (f'{{"type":"ping","x":{"[" * 8_000}{"]" * 8_000}}}', BAD),
    "NUL, written out": (odd(r'"a\u0000b"'), BAD),
    "NUL, as it is": (odd('"a\0b"'), BAD),
    "NUL before all": ('\0{"type":"ping"}', BAD),
    "a line break in a text": (odd('"a\nb"'), BAD),
    "two types, the same": ('{"type":"ping","type":"ping"}', "pong"),
    "two texts": ('{"type":"message","text":"hi","text":"hello"}', "reply"),
    "two ids": ('{"type":"message","id":"a","id":"b","text":"hi"}', "reply"),
    "a comma too many": ('{"type":"ping",}', BAD),
    "a comment": ('{"type":"ping"} // hi', BAD),
    "two messages": ('{"type":"ping"}{"type":"ping"}', BAD),
    "single quotes": ("{'type':'ping'}", BAD),
    "nothing": ("", BAD),
    "blanks": (" \t\r\n", BAD),
    "a string": ('"ping"', BAD),
    "a list of messages": ('[{"type":"ping"}]', BAD),
    "a byte order mark": (b'\xef\xbb\xbf{"type":"ping"}', BAD),
    "UTF-16": ('{"type":"ping"}'.encode("utf-16"), BAD),
    "bytes": (b'{"type":"ping"}', "pong"),
    "bytes that are no text": (bytes(range(256)), BAD),
    "a name that is no word": ('{"type":"ping","__proto__":{"x":1},"":0}', "pong"),
    "another type": ('{"type":"teleport"}', UNKNOWN),
    "a type of the server's": ('{"type":"welcome","protocol":1}', UNKNOWN),
    "a list for a text": (odd('["a"]'), BAD),
    "null for a text": (odd("null"), BAD),
    "an id of 65 characters": (json.dumps({"type": "message", "id": "x" * 65, "text": "a"}), BAD),
    "an entry of 301 characters": (json.dumps({"type": "choice", "entry": "x" * 301}), BAD),
    "7,000 combining marks": (message("e" + "\u0301" * 7_000), LONG),
    "999 combining marks": (message("e" + "\u0301" * 999), "reply"),
    "all marks": (message("\u0301" * 1_000), "reply"),
    "text from right to left": (message("\u202eHow long does it take?\u202c"), "reply"),
    "isolated directions": (message("\u2066How long\u2069 does it take?"), "reply"),
    "invisible letters": (message("H\u200bo\u200cw\u2060 long\ufeff"), "reply"),
    "letters that grow": (message("ﷺ" * 1_000), "reply"),
    "tags and variations": (message("🏴\U000e0067\U000e007f👩‍🦰\ufe0f" * 50), "reply"),
    "no character": (message("\uffff\ufdd0\U0010ffff"), "reply"),
    "control characters": (odd(json.dumps("\x01\x1b[31m\x7f\x9b")), "reply"),
    "nothing to say": (message(""), "reply"),
    "a letter 1,000 times": (message("a" * 1_000), "reply"),
    "1,000 words": (message("a " * 500), "reply"),
}


async def kind(raw: Raw, sent: str | bytes) -> str:
    """Send a frame and return its answer's error code, or its type."""
    opcode = BINARY if isinstance(sent, bytes) else TEXT
    await raw.send(frame(sent if isinstance(sent, bytes) else sent.encode(), opcode=opcode))
    answer = await raw.message()
    return str(answer.get("code", answer["type"]))


async def test_odd_json(server: Server) -> None:
    """Every odd frame gets its answer, the next question too, and the log stays silent."""
    before, answers = server.log(), {}
    async with opened(server.host, server.port) as raw:
        await raw.message()
        for name, (sent, _) in ODD.items():
            answers[name] = await kind(raw, sent)
            assert await kind(raw, message(HOW_LONG)) == "reply"
    assert answers == {name: expected for name, (_, expected) in ODD.items()}
    assert server.log() == before


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KINDS = ("hello", "message", "choice", "feedback", "ping", "reply")
envelopes = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | values},
    optional={
        name: st.text(max_size=30) | values
        for name in ("id", "text", "state", "entry", "reply_to", "helpful", "comment", "locale")
    },
)
frames = st.binary(max_size=60) | (st.text(max_size=60) | envelopes.map(json.dumps)).map(str.encode)


@settings(max_examples=10)
@example(sent=[b'{"type":"hello","":"","":Infinity}'])
@given(st.lists(frames, min_size=MOST_REFUSED // 2, max_size=MOST_REFUSED - 1))
async def test_any_frames(server: Server, sent: list[bytes]) -> None:
    """Whatever comes, each frame but a hello has one answer, and a question gets its own."""
    async with opened(server.host, server.port) as raw:
        await raw.message()
        for each in sent:
            await raw.send(frame(each, opcode=BINARY))
        await raw.send(question(HOW_LONG, "last"))
        answers: list[dict[str, Any]] = []
        while not answers or answers[-1].get("reply_to") != "last":
            answers.append(await raw.message())
    assert {each["type"] for each in answers} <= {"reply", "error", "pong", "ack"}
    assert answers[-1]["entries"] == ["botox/how-long"]
    assert len(answers) == 1 + sum(map(_is_answered, sent))
    assert "failed" not in server.log()


def _is_answered(sent: bytes) -> bool:
    """Whether a frame is anything but a good hello, which alone has no answer."""
    try:
        read = json.loads(sent, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return True
    if not isinstance(read, dict) or read.get("type") != "hello":
        return True
    state, locale = read.get("state"), read.get("locale")
    return not (isinstance(state, str | None) and isinstance(locale, str | None))


def _refuse(constant: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


async def test_nothing_but_rubbish(server: Server) -> None:
    """Who sends nothing that can be read is shown the door in the end, and told why."""
    async with opened(server.host, server.port) as raw:
        await raw.message()
        for _ in range(MOST_REFUSED):
            assert await kind(raw, "rubbish") == BAD
        assert await raw.ended() == 1008

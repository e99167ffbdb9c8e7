"""The wire is read and printed by pure functions; no frame is too strange for them."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.protocol import (
    Feedback,
    Hello,
    Message,
    Ping,
    Pong,
    Pressed,
    encode,
    parse,
    parse_ask,
)
from bot.errors import ProtocolError


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ('{"type":"hello"}', Hello()),
        ('{"type":"hello","state":"t","locale":"en"}', Hello(state="t", locale="en")),
        ('{"type":"message","id":"1","text":"hi"}', Message(text="hi", id="1")),
        ('{"type":"message","text":"hi","state":"t"}', Message(text="hi", state="t")),
        ('{"type":"message","text":"hi","mood":"new field"}', Message(text="hi")),
        ('{"type":"choice","id":"1","entry":"a/b"}', Pressed(entry="a/b", id="1")),
        ('{"type":"choice","id":"1","entry":null}', Pressed(entry=None, id="1")),
        ('{"type":"feedback","reply_to":"1","helpful":true}', Feedback("1", helpful=True)),
        ('{"type":"ping"}', Ping()),
        ('{"text":"\\u00e9\\ud83d\\ude42","type":"message"}', Message(text="é🙂")),
    ],
)
def test_client_messages(frame: str, message: object) -> None:
    """Each message of a client is read; fields that we don't know are ignored."""
    assert parse(frame) == message


@pytest.mark.parametrize(
    ("frame", "code", "reply_to"),
    [
        ("", "bad_message", None),
        ("hello", "bad_message", None),
        ("null", "bad_message", None),
        ("[]", "bad_message", None),
        ("{}", "bad_message", None),
        ('{"type":"message","id":"7"', "bad_message", None),
        ('{"type":"message","id":"7"}', "bad_message", "7"),
        ('{"type":"message","id":"7","text":null}', "bad_message", "7"),
        ('{"type":"message","id":"7","text":5}', "bad_message", "7"),
        ('{"type":"message","id":"7","text":["hi"]}', "bad_message", "7"),
        ('{"type":"message","id":7,"text":"hi"}', "bad_message", None),
        ('{"type":"message","id":"","text":"hi"}', "bad_message", None),
        ('{"type":"message","id":"7","text":"a\\u0000b"}', "bad_message", "7"),
        ('{"type":"message","id":"7","text":"\\ud800"}', "bad_message", None),
        ('{"type":"message","id":"7","text":NaN}', "bad_message", None),
        ('{"type":"feedback","id":"7","reply_to":"1","helpful":"yes"}', "bad_message", "7"),
        ('{"type":"choice","id":"7"}', "bad_message", "7"),
        ('{"type":"shout","id":"7","text":"hi"}', "unknown_type", "7"),
        ('{"type":5,"id":"7"}', "bad_message", None),
        ('{"text":"hi","id":"7"}', "bad_message", "7"),
        ("[" * 16_000, "bad_message", None),
        ('{"type":"ping","deep":' + "[" * 16_000, "bad_message", None),
        ('{"type":"ping","long":' + "9" * 16_000, "bad_message", None),
        (b'{"type":"message","text":"\xff"}', "bad_message", None),
        (b"\xef\xbb\xbf{}", "bad_message", None),
    ],
)
def test_bad_frames(frame: str | bytes, code: str, reply_to: str | None) -> None:
    """Whatever is wrong with a frame, it becomes an error that names the message if it can."""
    with pytest.raises(ProtocolError) as caught:
        parse(frame)
    assert (caught.value.code, caught.value.reply_to) == (code, reply_to)
    assert len(caught.value.message) < 250


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
envelopes = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "message", "choice", "feedback", "ping"]) | json_values},
    optional=dict.fromkeys(
        ("id", "text", "state", "entry", "reply_to", "helpful", "comment", "locale"), json_values
    ),
)


@given(st.text() | st.binary() | json_values.map(json.dumps) | envelopes.map(json.dumps))
@example('{"type":"message","text":"\ud800"}')
def test_no_frame_raises_anything_else(frame: str | bytes) -> None:
    """Every frame is either one of our messages or a ProtocolError."""
    try:
        message = parse(frame)
    except ProtocolError as error:
        json.dumps(error.message).encode()
    else:
        assert isinstance(message, Hello | Message | Pressed | Feedback | Ping)


@given(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")))
def test_text_arrives_unchanged(text: str) -> None:
    """What the patient wrote is what the dialogue gets, to the last character."""
    assert parse(json.dumps({"type": "message", "text": text})) == Message(text=text)


def test_rest_body_is_a_message_or_a_choice() -> None:
    """A REST body holds a text, or the choice that was pressed."""
    assert parse_ask(b'{"text":"hi","id":"1"}') == Message(text="hi", id="1")
    assert parse_ask(b'{"choice":"a/b","state":"t"}') == Pressed(entry="a/b", state="t")
    assert parse_ask(b'{"choice":null}') == Pressed(entry=None)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"text":"a","choice":null}', b'{"text":"\\u0000"}'])
def test_rest_body_of_another_kind(body: bytes) -> None:
    """Both or neither is an error."""
    with pytest.raises(ProtocolError):
        parse_ask(body)


def test_printing() -> None:
    """A server's message is one line of JSON with its type."""
    assert encode(Pong()) == b'{"type":"pong"}'

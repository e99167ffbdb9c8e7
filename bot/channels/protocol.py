"""The wire `clinic-chat.v1`: every message as a record, read and printed by pure functions.

Each message is a JSON object with a `type`. Fields that we don't know are ignored, so both
sides can grow; what is there must have the right type. `parse` raises ProtocolError with the
message's id, if it has one, so that the client learns which of its messages was meant.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, TypeAlias, TypeVar
from zlib import crc32

import msgspec
from msgspec import Meta, Struct

from bot.errors import ProtocolError

SUBPROTOCOL = "clinic-chat.v1"
_LONGEST_DETAIL = 200
_SIGNED = 9
"""Where a state's version and the first characters of its signature end."""

Identifier: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
EntryId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]


class Wire(Struct, frozen=True, gc=False, tag_field="type"):
    """Base of all messages in both directions; none is part of a cycle."""


# --- client to server ----------------------------------------------------------------------


class Hello(Wire, frozen=True, tag="hello"):
    """Optional first frame: go on with an earlier conversation. It gets no answer."""

    state: str | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None


class Message(Wire, frozen=True, tag="message"):
    """What the patient wrote."""

    text: str
    id: Identifier | None = None
    """Chosen by the client; the same message with the same id gets the same reply again."""
    state: str | None = None
    """The state to go on from; without it, the connection's last one."""


class Pressed(Wire, frozen=True, tag="choice"):
    """A quick reply was pressed."""

    entry: EntryId | None
    """None is "None of these"."""
    id: Identifier | None = None
    state: str | None = None


class Feedback(Wire, frozen=True, tag="feedback"):
    """Whether a reply helped."""

    reply_to: Identifier
    """The id of the patient's message whose reply is judged."""
    helpful: bool
    id: Identifier | None = None
    comment: Annotated[str, Meta(max_length=1_000)] | None = None
    state: str | None = None
    """The conversation that it belongs to; without it, the connection's."""


class Ping(Wire, frozen=True, tag="ping"):
    """Are you there? For browsers, which can't send websocket pings."""


ClientMessage: TypeAlias = Hello | Message | Pressed | Feedback | Ping


class Ask(Struct, frozen=True):
    """The body of `POST /api/v1/messages`: either `text` or `choice`."""

    text: str | msgspec.UnsetType = msgspec.UNSET
    choice: EntryId | msgspec.UnsetType | None = msgspec.UNSET
    id: Identifier | None = None
    state: str | None = None


# --- server to client ----------------------------------------------------------------------


class RunOut(Struct, frozen=True, omit_defaults=True):
    """A stretch of text in one style; what is not set is left out."""

    text: str
    strong: bool = False
    em: bool = False
    href: str | None = None


class ParagraphOut(Struct, frozen=True, tag_field="type", tag="paragraph"):
    """A paragraph."""

    content: tuple[RunOut, ...]


class ListOut(Struct, frozen=True, tag_field="type", tag="list"):
    """A list; each item is a tuple of runs."""

    ordered: bool
    items: tuple[tuple[RunOut, ...], ...]


class ChoiceOut(Struct, frozen=True):
    """A quick reply: send `{"type": "choice", "entry": entry}` when it is pressed."""

    entry: str | None
    label: str


class ReplyBody(Struct, frozen=True, kw_only=True):
    """What the patient reads; the fields are those of `bot.models.Reply`."""

    kind: str
    text: str
    blocks: tuple[ParagraphOut | ListOut, ...]
    entries: tuple[str, ...]
    confidence: float
    choices: tuple[ChoiceOut, ...]
    disclaimer: str | None
    source: str | None
    reviewed: str | None


class ReplyOut(ReplyBody, frozen=True, kw_only=True, tag_field="type", tag="reply"):
    """The answer to one `message` or `choice`."""

    id: str
    reply_to: str | None
    state: str
    content_version: str


class Limits(Struct, frozen=True):
    """What the client must keep to."""

    text: int
    """Characters of a message."""
    frame: int
    """Bytes of a frame."""


class Welcome(Wire, frozen=True, tag="welcome"):
    """The first frame on every connection."""

    conversation: str
    content_version: str
    greeting: ReplyBody
    starters: tuple[ChoiceOut, ...]
    limits: Limits
    emergency: tuple[RunOut, ...]
    """The emergency number, which a client keeps in view."""
    feedback: bool
    """Whether feedback can be kept; a client should not ask for it otherwise."""
    language: str = "en"
    """The language of the answers."""
    protocol: Literal[1] = 1


class Ack(Wire, frozen=True, tag="ack"):
    """The feedback is on disk."""

    reply_to: str | None


class Pong(Wire, frozen=True, tag="pong"):
    """Yes, here."""


class Failure(Wire, frozen=True, tag="error", omit_defaults=True):
    """A message that was not answered, and why. The connection stays open."""

    code: str
    message: str
    """For the patient, in plain words."""
    reply_to: str | None
    detail: str | None = None
    """For the programmer of the client."""
    retry_after: float | None = None
    """Seconds after which the same message may be sent again."""
    limit: int | None = None
    """With `too_long`: the most characters that a message may have."""


class Body(NamedTuple):
    """What of a reply is the same for everybody who gets it."""

    kind: str
    entries: tuple[str, ...]
    content_version: str
    json: bytes
    """The fields of ReplyOut that are the same, without the closing brace."""


class Prepared(Struct, frozen=True, gc=False):
    """A ReplyOut most of which was put into JSON before, for an earlier message."""

    body: Body
    confidence: float
    reply_to: str | None
    state: str

    @property
    def rest(self) -> bytes:
        """The JSON behind the body's.

        Its id is made of the state's signature, which no other conversation has, and of the
        client's own id: the same turn always gets the same.
        """
        asked, state = _encoder.encode(self.reply_to), self.state.encode()
        return b',"confidence":%.4f,"id":"%b%08x","reply_to":%b,"state":"%b"}' % (
            self.confidence,
            state[1:_SIGNED],
            crc32(asked),
            asked,
            state,
        )

    @property
    def json(self) -> bytes:
        """The whole message."""
        return self.body.json + self.rest


Received: TypeAlias = Welcome | ReplyOut | Ack | Pong | Failure
"""What a client gets."""
ServerMessage: TypeAlias = Received | Prepared


# --- reading and printing ------------------------------------------------------------------

_T = TypeVar("_T")


class _Label(Struct):
    """What can be said about a message that is otherwise wrong."""

    id: Identifier | None = None
    type: str | None = None


_TYPES = frozenset({"hello", "message", "choice", "feedback", "ping"})
_clients: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_asks = msgspec.json.Decoder(Ask)
_labels = msgspec.json.Decoder(_Label)
_encoder = msgspec.json.Encoder()


def parse(frame: str | bytes) -> ClientMessage:
    """Read one frame from a client; raises ProtocolError, whatever the frame is."""
    message = _read(_clients, frame)
    return _refuse_nul(message) if type(message) is Message else message


def parse_ask(body: bytes) -> Message | Pressed:
    """Read the body of a REST call; raises ProtocolError, whatever the body is."""
    ask = _read(_asks, body)
    if isinstance(ask.text, str) and ask.choice is msgspec.UNSET:
        return _refuse_nul(Message(text=ask.text, id=ask.id, state=ask.state))
    if ask.text is msgspec.UNSET and ask.choice is not msgspec.UNSET:
        return Pressed(entry=ask.choice, id=ask.id, state=ask.state)
    raise ProtocolError("bad_message", "Expected either `text` or `choice`", reply_to=ask.id)


def encode(message: ServerMessage) -> bytes:
    """Return a server's message as the bytes of one frame."""
    return message.json if isinstance(message, Prepared) else _encoder.encode(message)


def _read(decoder: msgspec.json.Decoder[_T], frame: str | bytes) -> _T:
    try:
        return decoder.decode(frame)
    except msgspec.ValidationError as error:
        raise _wrong(frame, str(error)) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ProtocolError("bad_message", f"Not JSON: {_short(str(error))}") from None
    except RecursionError:
        raise ProtocolError("bad_message", "Not JSON that we read: nested too deep") from None


def _wrong(frame: str | bytes, reason: str) -> ProtocolError:
    """Return the error for valid JSON that is not one of our messages."""
    try:
        label = _labels.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        label = _Label()
    known = label.type is None or label.type in _TYPES
    code = "bad_message" if known else "unknown_type"
    return ProtocolError(code, _short(reason), reply_to=label.id)


def _refuse_nul(message: Message) -> Message:
    """Refuse the one character that some stores can't keep and no keyboard types."""
    if "\0" in message.text:
        raise ProtocolError("bad_message", "NUL in `$.text`", reply_to=message.id)
    return message


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_DETAIL else reason[:_LONGEST_DETAIL] + "…"

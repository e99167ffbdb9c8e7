"""The last replies by message id, so that a message sent twice is answered once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from bot.channels.protocol import Message, Pressed, ReplyOut

_encode = msgspec.msgpack.Encoder().encode


class Answered:
    """Remembers the last `capacity` replies, without what the patient wrote.

    A reply comes back only for the same id with the same content: an id that is used again for
    something else must not hide an emergency behind an old answer.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._replies: OrderedDict[bytes, ReplyOut] = OrderedDict()

    def find(self, message: Message | Pressed, *, sender: str = "") -> ReplyOut | None:
        """Return the reply that this message got before."""
        return self._replies.get(_key(message, sender)) if message.id else None

    def keep(self, message: Message | Pressed, reply: ReplyOut, *, sender: str = "") -> None:
        """Remember a reply; the oldest one is forgotten."""
        if not message.id:
            return
        self._replies[_key(message, sender)] = reply
        if len(self._replies) > self._capacity:
            self._replies.popitem(last=False)

    def about(self, id: str) -> ReplyOut | None:  # noqa: A002  the protocol's own word
        """Return the last reply to the message with this id."""
        replies = reversed(self._replies.values())
        return next((reply for reply in replies if reply.reply_to == id), None)


def _key(message: Message | Pressed, sender: str) -> bytes:
    return hashlib.sha256(_encode((sender, message))).digest()

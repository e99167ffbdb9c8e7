"""The last replies by message id, so that a message sent twice is answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.protocol import Message, Prepared, Pressed


class Answered:
    """Remembers the last `capacity` replies, without what the patient wrote.

    A reply comes back only for the same id with the same content: an id that is used again for
    something else must not hide an emergency behind an old answer.
    """

    __slots__ = ("_capacity", "_replies")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._replies: dict[int, Prepared] = {}

    @staticmethod
    def mark(message: Message | Pressed, *, sender: str = "") -> int | None:
        """Return what a message is known by: 64 bits of it, hashed with this process's own key.

        None for a message without an id, which is never the same as another one.
        """
        return hash((sender, message)) if message.id else None

    def find(self, mark: int | None) -> Prepared | None:
        """Return the reply that the message with this mark got before."""
        return self._replies.get(mark) if mark is not None else None

    def keep(self, mark: int | None, reply: Prepared) -> None:
        """Remember a reply; the oldest one is forgotten."""
        if mark is None:
            return
        self._replies[mark] = reply
        if len(self._replies) > self._capacity:
            del self._replies[next(iter(self._replies))]

    def about(self, id: str) -> Prepared | None:  # noqa: A002  the protocol's own word
        """Return the last reply to the message with this id."""
        replies = reversed(self._replies.values())
        return next((reply for reply in replies if reply.reply_to == id), None)

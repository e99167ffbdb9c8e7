"""The last replies by message id, so that a message sent twice is answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.protocol import Message, Prepared, Pressed


class Answered:
    """Remembers at least the last `capacity` replies, without what the patient wrote.

    A reply comes back only for the same id with the same content: an id that is used again for
    something else must not hide an emergency behind an old answer.
    """

    __slots__ = ("_capacity", "_newer", "_older")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._newer: dict[int, Prepared] = {}
        self._older: dict[int, Prepared] = {}

    @staticmethod
    def mark(message: Message | Pressed, *, sender: str = "") -> int | None:
        """Return what a message is known by: 64 bits of it, hashed with this process's own key.

        None for a message without an id, which is never the same as another one.
        """
        return hash((sender, message)) if message.id else None

    def find(self, mark: int | None) -> Prepared | None:
        """Return the reply that the message with this mark got before."""
        return None if mark is None else self._newer.get(mark) or self._older.get(mark)

    def keep(self, mark: int | None, reply: Prepared) -> None:
        """Remember a reply; when as many as may be came after the old ones, those are forgotten."""
        if mark is None:
            return
        if len(self._newer) >= self._capacity:
            self._older, self._newer = self._newer, {}
        self._newer[mark] = reply

    def about(self, id: str) -> Prepared | None:  # noqa: A002  the protocol's own word
        """Return the last reply to the message with this id."""
        replies = (*reversed(self._newer.values()), *reversed(self._older.values()))
        return next((reply for reply in replies if reply.reply_to == id), None)

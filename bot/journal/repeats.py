"""Recognising a message that comes a second time, with bounded memory."""

from __future__ import annotations

from typing import Final

_MOST: Final = 20_000
"""Messages in one generation; the two take about 3 MB."""


class Repeats:
    """Remembers the last 20,000 to 40,000 messages by a hash of 64 bits, and no word of them."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._newer: set[int] = set()
        self._older: set[int] = set()

    def seen(self, *parts: str | None) -> bool:
        """Whether these parts came before; from now on they did."""
        mark = hash(parts)
        if mark in self._newer or mark in self._older:
            return True
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, set()
        self._newer.add(mark)
        return False

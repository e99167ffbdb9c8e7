"""Snapshots that were replaced, freed piece by piece: all at once would hold up answers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.snapshot.record import Snapshot

_AT_ONCE: Final = 32
"""Pieces that are freed in one go, in a millisecond at most."""
_PAUSE: Final = 0.002
"""Seconds between two goes, for the answers that came meanwhile."""


class Replaced:
    """Holds the pieces of replaced snapshots until they are freed.

    Nothing in a snapshot refers to itself in a circle, so it is freed with the last reference to
    it: wherever a turn ends, were it not for those in here.
    """

    def __init__(self) -> None:
        self._pieces: list[object] = []

    def add(self, snapshot: Snapshot) -> None:
        """Hold a snapshot's pieces beyond its end."""
        entries = snapshot.faq.entries
        parts = (snapshot.faq, snapshot.index, snapshot.screen, snapshot.replies)
        self._pieces += [*entries, *(each.phrasings for each in entries), *parts]

    def free(self) -> None:
        """Free all that nobody else refers to. Takes its time, so call it off the event loop."""
        while self._pieces:
            del self._pieces[-_AT_ONCE:]
            time.sleep(_PAUSE)

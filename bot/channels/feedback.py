"""The journal as the channels see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.journal.health import Health
from bot.journal.notes import Note, Opinion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Faq, Problem

__all__ = ["Journal", "Note", "Opinion"]


class Journal(Protocol):
    """Where notes and feedback go; without one, feedback is refused instead of pretended.

    A simple journal keeps only opinions and inherits the rest, which does nothing.
    """

    async def add_opinion(self, opinion: Opinion) -> None:
        """Keep the opinion; returns when it is on disk, raises when it can't be."""

    def note(self, note: Note) -> None:
        """Take note of a turn; takes microseconds and never raises."""
        return

    def went_live(self, faq: Faq) -> None:
        """Note that a content version went live."""
        return

    def reload_failed(self, problems: Sequence[Problem]) -> None:
        """Note why an edit could not be loaded."""
        return

    async def start(self) -> None:
        """Begin to write; returns at once."""
        return

    async def close(self) -> None:
        """Write what waits, and end."""
        return

    @property
    def takes_opinions(self) -> bool:
        """Whether feedback is kept at all."""
        return True

    @property
    def health(self) -> Health:
        """Return how the journal is."""
        return Health()

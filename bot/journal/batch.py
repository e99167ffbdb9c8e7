"""What is written in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Row: TypeAlias = "Mapping[str, Any]"
"""Columns of one row, as in `bot.journal.schema`."""


@dataclass
class Tallies:
    """What is added up in memory before it is written."""

    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """Hour, kind, entry → replies."""
    timings: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    """Hour, kind, microseconds → replies."""
    losses: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Hour, what → how many."""

    def add(self, other: Tallies) -> None:
        """Add up what others counted."""
        self.counts.update(other.counts)
        self.timings.update(other.timings)
        self.losses.update(other.losses)

    def __len__(self) -> int:
        return len(self.counts) + len(self.timings) + len(self.losses)


@dataclass
class Batch:
    """Rows and tallies that are committed together."""

    questions: list[Row] = field(default_factory=list)
    feedback: dict[bytes, Row] = field(default_factory=dict)
    """By key; the last one on the same reply."""
    versions: list[Row] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)
    tallies: Tallies = field(default_factory=Tallies)

    def __len__(self) -> int:
        rows = len(self.questions) + len(self.feedback) + len(self.versions) + len(self.faults)
        return rows + len(self.tallies)

    def parts(self) -> list[Batch]:
        """Return one batch for each row, and one for the tallies."""
        return [
            *(Batch(questions=[row]) for row in self.questions),
            *(Batch(feedback={key: row}) for key, row in self.feedback.items()),
            *(Batch(versions=[row]) for row in self.versions),
            *(Batch(faults=[row]) for row in self.faults),
            Batch(tallies=self.tallies),
        ]


def bucket(seconds: float) -> int:
    """Return the least time, in whole microseconds, of the bucket that a duration falls in.

    Four leading binary digits are kept, so a bucket is at most an eighth wide.
    """
    micros = int(seconds * 1_000_000)
    drop = micros.bit_length() - 4
    return micros >> drop << drop if drop > 0 else max(micros, 0)

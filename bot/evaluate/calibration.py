"""Does confidence mean what it says? Of a hundred answers at 0.9, ninety should be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.evaluate.asking import Outcome

BINS = 10
"""Bins of equal width; ten is what published reliability diagrams use."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose best hit had a confidence between two bounds."""

    start: float
    stop: float
    questions: int
    confidence: float
    """Mean confidence; the bin's middle when it is empty."""
    right: float
    """Share of best hits that were right; 0 when it is empty."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the confidence of best hits foretells that they are right."""

    bins: tuple[Bin, ...]
    error: float
    """Expected calibration error: mean distance of confidence and share of right ones, bins
    weighted by their size (Naeini et al. 2015). 0 is best."""
    brier: float
    """Mean squared distance of confidence and rightness (Brier 1950). 0 is best."""

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Calibration:
        """Measure every question for which something was ranked, out of scope included."""
        pairs = [
            (outcome.confidence, outcome.best_is_right)
            for outcome in outcomes
            if outcome.confidence is not None
        ]
        bins = tuple(_bin(pairs, number) for number in range(BINS))
        many = len(pairs) or 1
        error = sum(each.questions * abs(each.confidence - each.right) for each in bins) / many
        return cls(bins, error, sum((sure - right) ** 2 for sure, right in pairs) / many)

    @property
    def questions(self) -> int:
        """How many questions were ranked."""
        return sum(each.questions for each in self.bins)


def bin_number(confidence: float) -> int:
    """Return the number of the bin that a confidence belongs to."""
    return min(int(confidence * BINS), BINS - 1)


def _bin(pairs: list[tuple[float, bool]], number: int) -> Bin:
    inside = [pair for pair in pairs if bin_number(pair[0]) == number]
    start, stop = number / BINS, (number + 1) / BINS
    if not inside:
        return Bin(start, stop, 0, (start + stop) / 2, 0.0)
    many = len(inside)
    mean, right = sum(sure for sure, _ in inside) / many, sum(right for _, right in inside) / many
    return Bin(start, stop, many, mean, right)

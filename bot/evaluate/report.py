"""All that one evaluation found out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.evaluate.calibration import Calibration
from bot.evaluate.figures import Figures, confusions, joined, worst_first
from bot.evaluate.folds import WEAK, strengths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.evaluate.asking import Outcome
    from bot.evaluate.comparison import Change
    from bot.evaluate.figures import Pair
    from bot.evaluate.folds import Strength


@dataclass(frozen=True)
class Report:
    """The outcomes, and what follows from them."""

    outcomes: tuple[Outcome, ...]
    version: str
    """Version of the content that answered."""
    titles: Mapping[str, str]
    """Entry id → its question, as patients see it."""
    folds: int = 0
    """In how many parts the phrasings were held back; 0 when questions were asked instead."""
    changes: tuple[Change, ...] | None = None
    """What is different from an earlier run, where one was given."""
    since: str = ""
    """Version of the content that answered in the earlier run."""

    @cached_property
    def figures(self) -> Figures:
        """How often each verdict came."""
        return Figures.of(self.outcomes)

    @cached_property
    def calibration(self) -> Calibration:
        """How well confidence foretold what was right."""
        return Calibration.of(self.outcomes)

    @cached_property
    def failed(self) -> tuple[Outcome, ...]:
        """What did not go as it should, the most confident wrong answer first."""
        return tuple(worst_first(self.outcomes))

    @cached_property
    def confusions(self) -> tuple[Pair, ...]:
        """Which entry took whose questions; in cross-validation both directions are one pair."""
        pairs = confusions(self.outcomes)
        return joined(pairs) if self.folds else pairs

    @cached_property
    def weak(self) -> tuple[Strength, ...]:
        """The entries that found too few of their held-back phrasings; only in cross-validation."""
        if not self.folds:
            return ()
        return tuple(each for each in strengths(self.outcomes) if each.share < WEAK)

"""Figures that papers report, from scores and rightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import matthews_corrcoef, roc_auc_score

if TYPE_CHECKING:
    from collections.abc import Sequence

Array: TypeAlias = NDArray[np.float64]

STEPS = 101
"""How many thresholds are tried: the quantiles of all scores, in steps of a hundredth."""
NINE = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""The thresholds at which HINT3 publishes its figures."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was asked, and what a ranker said."""

    expected: tuple[str | None, ...]
    """None where nothing answers."""
    got: tuple[str | None, ...]
    """The best label."""
    score: Array
    """How sure the ranker is, by any measure that grows with sureness."""

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which of the texts an entry answers."""
        return np.array([label is not None for label in self.expected])

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which got the expected label."""
        pairs = zip(self.expected, self.got, strict=True)
        return np.array([label is not None and label == got for label, got in pairs])

    @property
    def accuracy(self) -> float:
        """Share of the answerable texts that got the expected label, without any threshold."""
        return float(self.right[self.inside].mean())

    @property
    def auroc(self) -> float | None:
        """How likely an answerable text scores above one that nothing answers."""
        inside = self.inside
        return None if inside.all() else float(roc_auc_score(inside, self.score))

    def at(self, threshold: float) -> tuple[float, float]:
        """Return in-scope accuracy and out-of-scope recall when lower scores are refused."""
        answered, inside = self.score >= threshold, self.inside
        accuracy = float((self.right & answered)[inside].mean())
        return accuracy, float((~answered)[~inside].mean()) if not inside.all() else 1.0

    def mcc(self, threshold: float) -> float:
        """Return Matthews' correlation over all labels, refusal being one of them."""
        answers = [
            got if sure >= threshold else None
            for got, sure in zip(self.got, self.score, strict=True)
        ]
        return float(matthews_corrcoef([*map(str, self.expected)], [*map(str, answers)]))

    def best_mcc(self, thresholds: Sequence[float] | None = None) -> tuple[float, float]:
        """Return the best correlation over thresholds, and that threshold; by default quantiles."""
        tried = self.quantiles() if thresholds is None else thresholds
        return max((self.mcc(threshold), float(threshold)) for threshold in tried)

    def quantiles(self) -> Array:
        """Return the thresholds that are tried."""
        return np.quantile(self.score, np.linspace(0, 1, STEPS))

    def best_threshold(self) -> float:
        """Return the threshold with the most right decisions, refusal counted as a label.

        Of several the highest: a refusal does less harm than a wrong answer.
        """
        right, inside = self.right, self.inside
        tried = np.unique(self.score)
        decided = [(right & (self.score >= t)).sum() + (~inside & (self.score < t)).sum()
                   for t in tried]  # fmt: skip
        return float(tried[::-1][int(np.argmax(decided[::-1]))])

    def calibration_error(self, bins: int = 10) -> float:
        """Return the expected calibration error of scores that are probabilities."""
        number = np.minimum((self.score * bins).astype(int), bins - 1)
        right = self.right.astype(float)
        gaps = [
            abs(self.score[number == at].mean() - right[number == at].mean()) * (number == at).sum()
            for at in np.unique(number)
        ]
        return float(sum(gaps) / len(number))

    def part(self, kept: NDArray[np.bool_]) -> Judged:
        """Return some of the texts."""
        some = np.flatnonzero(kept)
        expected = tuple(self.expected[at] for at in some)
        return Judged(expected, tuple(self.got[at] for at in some), self.score[kept])


def halves(judged: Judged) -> tuple[float, float]:
    """Choose a threshold on each half and apply it to the other; return accuracy and recall.

    For sets whose only out-of-scope texts are those that are asked.
    """
    even = np.arange(len(judged.expected)) % 2 == 0
    parts = judged.part(even), judged.part(~even)
    crossed = [parts[1].at(parts[0].best_threshold()), parts[0].at(parts[1].best_threshold())]
    return sum(acc for acc, _ in crossed) / 2, sum(recall for _, recall in crossed) / 2

"""From the parts of a score to a probability that the entry is the right answer.

A logistic regression over a few features of a hit, fitted again on every build. Nobody has to
label out-of-scope questions: each fold hides some entries and subjects as if nobody had written
them (their phrasings must then be refused) and holds back some phrasings of the others (they must
find their entry); the shipped general questions must be refused in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.scoring import stems_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.scoring import Floats, Parts, Rows

_UP, _DOWN, _FREE = (0.0, None), (None, 0.0), (None, None)
FEATURES = {
    "score": _UP,  # the score itself
    "over other entries": _UP,  # lead over the best other entry
    "over refusals": _UP,  # lead over the best subject that is not covered, or the background
    "nearest phrasing": _UP,  # best TF-IDF cosine
    "nearest meaning": _UP,  # best cosine of static vectors
    "covered": _UP,  # share of the query's idf in stems that the entry's rows have
    "foreign": _DOWN,  # share of the query's idf in stems that no entry has
    "length": _FREE,  # logarithm of the number of words
}
"""Feature → which way it may move the confidence."""
SIGNS = tuple(FEATURES.values())


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted logistic regression."""

    weights: Floats
    """(features,) in the order of FEATURES."""
    bias: float

    def confidence(self, features: Floats) -> Floats:
        """(hits,) probabilities for (hits, features)."""
        return np.asarray(1 / (1 + np.exp(-(features @ self.weights + self.bias))), np.float32)


def features(
    rows: Rows, parts: Parts, words: Sequence[str], answerable: int, top: int
) -> tuple[list[int], Floats]:
    """Return the numbers of the `top` best answerable labels, and (top, features)."""
    score = parts.score
    refusal = score[answerable:].max(initial=-1.0)
    order = np.argsort(-score[:answerable], kind="stable")[: max(top, 2)]
    rival = np.where(
        np.arange(len(order)) == 0, score[order[1:2]].max(initial=-1.0), score[order[0]]
    )
    weight, known = stems_known(rows, words, answerable)
    total = weight.sum() or 1.0
    table = np.column_stack(
        [
            score[order],
            score[order] - rival,
            score[order] - refusal,
            parts.nearest[order],
            parts.nearest_meaning[order],
            weight @ known[:, order] / total,
            np.full(len(order), weight @ ~known.any(axis=1) / total),
            np.full(len(order), np.log1p(len(words))),
        ]
    )
    return order[:top].tolist(), table[:top].astype(np.float32)

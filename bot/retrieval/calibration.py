"""From the parts of a score to a probability that the entry is the right answer.

A logistic regression over a few features of a hit, fitted again on every build. Nobody has to
label out-of-scope questions: each fold hides some entries and subjects as if nobody had written
them (their phrasings must then be refused) and holds back some phrasings of the others (they must
find their entry); the shipped general questions must be refused in each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.analysis import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.scoring import Floats, Lexicon, Parts, Rows
    from bot.retrieval.vectors import Vectors

_UP, _DOWN, _FREE = (0.0, None), (None, 0.0), (None, None)
FEATURES = {
    "score": _UP,  # the score itself
    "over other entries": _UP,  # lead over the best other entry
    "over refusals": _UP,  # lead over the best subject that is not covered, or the background
    "nearest phrasing": _UP,  # best TF-IDF cosine
    "nearest meaning": _UP,  # best cosine of static vectors
    "explained": _UP,  # how much of the query's idf the entry's words come near to in meaning
    "left over": _DOWN,  # the largest idf of a word that they do not come near to
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
        odds = features @ self.weights + self.bias
        return np.asarray(0.5 + 0.5 * np.tanh(odds / 2), np.float32)  # never overflows, as exp can


def feature_table(
    entries: tuple[Floats, Floats, Floats],
    *,
    refusal: float,
    coverage: tuple[Floats, Floats],
    words: int,
) -> Floats:
    """(entries, features) for the best entries, best first, and the runner-up if there is one.

    `entries` are their scores and their best cosines of terms and of vectors, `refusal` is the
    best score of what can't be shown, `coverage` what of the query they explain and leave over,
    `words` the length of the query.
    """
    score, nearest, nearest_meaning = entries
    table = np.empty((len(score), len(FEATURES)), np.float32)
    table[:, 0] = score
    table[:, 1] = score - score[0]
    table[0, 1] = score[0] - (score[1] if len(score) > 1 else refusal)
    table[:, 2] = score - refusal
    table[:, 3], table[:, 4] = nearest, nearest_meaning
    table[:, 5], table[:, 6] = coverage
    table[:, 7] = math.log1p(words)
    return table


@dataclass(frozen=True)
class Evidence:
    """What the features are made from, beside the parts of the score."""

    rows: Rows
    lexicon: Lexicon
    vectors: Vectors
    answerable: int
    """How many of the labels, from the first, are entries that can be shown."""

    def features(self, parts: Parts, words: Sequence[str], top: int) -> tuple[list[int], Floats]:
        """Return the numbers of the `top` best entries, best first, and (top, features)."""
        if not self.answerable:
            return [], np.zeros((0, len(FEATURES)), np.float32)
        score = parts.score
        refusal = float(score[self.answerable :].max())
        order = np.argsort(-score[: self.answerable], kind="stable")[: max(top, 2)]
        explained, left_over = self.coverage(words, order.tolist())
        table = feature_table(
            (score[order], parts.nearest[order], parts.nearest_meaning[order]),
            refusal=refusal,
            coverage=(explained, left_over),
            words=len(words),
        )
        return order[:top].tolist(), table[:top]

    def coverage(self, words: Sequence[str], labels: Sequence[int]) -> tuple[Floats, Floats]:
        """Return (labels,) the share of the query's idf that is explained, and the most left."""
        distinct = list(dict.fromkeys(words))
        if not distinct:
            return np.zeros(len(labels), np.float32), np.zeros(len(labels), np.float32)
        weight = np.array([self.idf(word) for word in distinct], np.float32)
        near = np.array([self._near(word, labels) for word in distinct], np.float32)
        left_over = (weight[:, None] * (1 - near)).max(axis=0)
        return np.asarray(weight @ near / weight.sum(), np.float32), left_over

    def idf(self, word: str) -> float:
        """Return how rare a word is; the largest value for one that no row has."""
        number = self.rows.terms.get(stem(word))
        return self._rarest if number is None else float(self.rows.idf[number])

    @cached_property
    def _rarest(self) -> float:
        return float(self.rows.idf[: self.rows.word_terms].max(initial=1.0))

    def _near(self, word: str, labels: Sequence[int]) -> list[float]:
        return self.lexicon.explained(word, self.vectors.encode_words([word]), labels)

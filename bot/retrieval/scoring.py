"""The arithmetic of ranking, on immutable arrays. Only numpy is needed.

The score of a label (an entry, a subject that is not covered, or BACKGROUND) adds up three parts:

- `classifier`: linear support vectors over TF-IDF terms and static vectors, and discriminants
  over static vectors;
- `phrasings`: the mean of the three best TF-IDF cosines with the label's rows;
- `meaning`: the same mean over cosines of static vectors.

The cosines equal scikit-learn's `TfidfVectorizer.transform` and dot product (held by a test) at a
fraction of the time, because a query touches only the postings of its own terms.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.analysis import char_terms, stem, word_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.retrieval.vectors import Vectors
    from bot.retrieval.weights import TermWeights

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]

PHRASINGS_WEIGHT = 0.5
MEANING_WEIGHT = 2.0
"""Weights of the parts beside the classifier's 1."""
NEAREST = 3
"""How many of a label's best rows are averaged."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The labelled texts as sparse TF-IDF columns and dense static vectors."""

    label: Ints
    """(rows,) label number, ascending; every label has at least one row."""
    weight: Floats
    """(rows,) how much a row's similarity counts, 0 to 1."""
    terms: Mapping[str, int]
    """Term → number. Word terms as they are, character n-grams behind a `#`."""
    word_terms: int
    """How many of the terms, from the first, are word terms."""
    idf: Floats
    """(terms,) inverse document frequency."""
    start: Ints
    """(terms + 1,) where each term's postings start."""
    row: Ints
    """(postings,) row number."""
    value: Floats
    """(postings,) weight of the term in the row. A row's word block and its character block have
    the length √½ each, so a product with a query is the mean of the two blocks' cosines."""
    vectors: Floats
    """(rows, dimensions) static vectors of unit length, or all zero."""

    @classmethod
    def none(cls, dimensions: int) -> Rows:
        """Return what an index has that keeps its texts in another way."""
        ints, floats = np.zeros(0, np.int32), np.zeros(0, np.float32)
        start, vectors = np.zeros(1, np.int32), np.zeros((0, dimensions), np.float32)
        return cls(ints, floats, {}, 0, floats, start, ints, floats, vectors)

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return int(self.label[-1]) + 1

    def label_starts(self) -> tuple[Ints, Ints]:
        """(labels,) the first row of each label, and (labels,) how many rows it has."""
        counts = np.bincount(self.label).astype(np.int32)
        return (np.cumsum(counts) - counts).astype(np.int32), counts


@dataclass(frozen=True, slots=True)
class Classifier:
    """A linear classifier over terms and static vectors."""

    terms: TermWeights
    """Weights of the support vectors, sparse."""
    vectors: Floats
    """(dimensions, labels) weights of the support vectors and the discriminants, added up."""
    intercept: Floats
    """(labels,)"""

    def __call__(self, query: Encoded) -> Floats:
        """(labels,) how far a query is on each label's side."""
        by_terms = self.by_terms(query.terms, query.values)
        return np.asarray(by_terms + query.vector @ self.vectors + self.intercept, np.float32)

    def by_terms(self, terms: Sequence[int] | NDArray[Any], values: Floats) -> Floats:
        """(labels,) what some terms of these values add."""
        return self.terms.product(terms, values, len(self.intercept))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A query as numbers."""

    terms: Ints
    """Numbers of the query's known terms, each once."""
    values: Floats
    """Their TF-IDF weights; each block has the length √½."""
    vector: Floats
    """(dimensions,) static vector."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each part says of each label: (labels,) each."""

    classifier: Floats
    phrasings: Floats
    meaning: Floats
    nearest: Floats
    """The best TF-IDF cosine with a row of the label."""
    nearest_meaning: Floats
    """The best cosine of static vectors."""

    @property
    def score(self) -> Floats:
        """(labels,) the sum that ranks."""
        weighted = PHRASINGS_WEIGHT * self.phrasings + MEANING_WEIGHT * self.meaning
        return np.asarray(self.classifier + weighted, np.float32)


def encode(rows: Rows, words: Sequence[str], vector: Floats) -> Encoded:
    """Return the TF-IDF terms and weights of a query's words beside its static vector."""
    grams = ("#" + gram for gram in char_terms(words))
    known = (rows.terms.get(term) for term in (*word_terms(words), *grams))
    counts = Counter(number for number in known if number is not None)
    terms = np.fromiter(counts.keys(), np.int32, len(counts))
    values = np.fromiter(counts.values(), np.float32, len(counts)) * rows.idf[terms]
    is_word = terms < rows.word_terms
    for block in (is_word, ~is_word):
        values[block] /= math.sqrt(2 * float(values[block] @ values[block])) or 1.0
    return Encoded(terms, values, vector)


def cosines(rows: Rows, query: Encoded) -> Floats:
    """(rows,) the TF-IDF cosine of the query with each row, times the row's weight."""
    spans = [(rows.start[term], rows.start[term + 1]) for term in query.terms.tolist()]
    if not spans:
        return np.zeros(len(rows.label), np.float32)
    found = np.concatenate([rows.row[start:stop] for start, stop in spans])
    values = np.concatenate([rows.value[start:stop] for start, stop in spans])
    products = values * np.repeat(query.values, [stop - start for start, stop in spans])
    summed = np.bincount(found, products, minlength=len(rows.label))
    return (summed * rows.weight).astype(np.float32)


def meanings(rows: Rows, query: Encoded) -> Floats:
    """(rows,) the cosine of the query's static vector with each row's, times the row's weight."""
    return np.asarray((rows.vectors @ query.vector) * rows.weight, np.float32)


def best_rows(similarity: Floats, starts: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """Return (labels,) the mean of each label's NEAREST best rows, and the best alone.

    A label without a row (`counts` 0) gets 0.
    """
    filled = counts > 0
    at, many = starts[filled], counts[filled]
    left = similarity + np.arange(len(similarity)) * 1e-12  # breaks ties: one leaves at a time
    best = np.maximum.reduceat(left, at)
    total = best.copy()
    for taken in range(1, NEAREST):
        left = np.where(left >= np.repeat(np.maximum.reduceat(left, at), many), -1.0, left)
        total += np.where(many > taken, np.maximum.reduceat(left, at), 0.0)
    mean, nearest = np.zeros((2, len(counts)), np.float32)
    mean[filled], nearest[filled] = total / np.minimum(many, NEAREST), best
    return mean, nearest


def score(rows: Rows, classifier: Classifier, query: Encoded) -> Parts:
    """Score every label for one query."""
    starts, counts = rows.label_starts()
    phrasings, nearest = best_rows(cosines(rows, query), starts, counts)
    meaning, nearest_meaning = best_rows(meanings(rows, query), starts, counts)
    return Parts(classifier(query), phrasings, meaning, nearest, nearest_meaning)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which words each label uses, with their meanings, to see what of a query is left over."""

    words: tuple[str, ...]
    """The words of all labels but the background."""
    vectors: Floats
    """(words, dimensions) static vectors of unit length, or all zero."""
    start: Ints
    """(labels + 1,) where each label's words start in `word`."""
    word: Ints
    """Numbers of the words of each label."""
    _number: Mapping[str, int] = field(repr=False, compare=False)
    """Word → its place in `words`."""

    @classmethod
    def of(
        cls, rows: Sequence[tuple[int, Sequence[str]]], labels: int, vectors: Vectors
    ) -> Lexicon:
        """Collect the words of rows given as (label, words); later labels may have none."""
        used: list[set[str]] = [set() for _ in range(labels)]
        for label, words in rows:
            used[label].update(words)
        names = {word: at for at, word in enumerate(sorted(set().union(*used)))}
        counts = [len(words) for words in used]
        table = np.zeros((len(names), vectors.dimensions), np.float32)
        for name, at in names.items():
            table[at] = vectors.encode_words([name])
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        word = np.array([names[name] for words in used for name in sorted(words)], np.int32)
        return cls.from_arrays(tuple(names), vectors=table, start=start, word=word)

    @classmethod
    def from_arrays(
        cls, words: tuple[str, ...], *, vectors: Floats, start: Ints, word: Ints
    ) -> Lexicon:
        """Put a lexicon together from its stored parts."""
        return cls(words, vectors, start, word, {name: at for at, name in enumerate(words)})

    def explained(self, word: str, vector: Floats, labels: Sequence[int]) -> list[float]:
        """Return how near each label's nearest word comes to a query's word, 0 to 1."""
        number = self._number.get(word)
        return [self._nearest(number, vector, label) for label in labels]

    def _nearest(self, number: int | None, vector: Floats, label: int) -> float:
        own = self.word[self.start[label] : self.start[label + 1]]
        if number is not None and bool((own == number).any()):
            return 1.0
        return max(float((self.vectors[own] @ vector).max(initial=0.0)), 0.0)

    def stems(self, label: int) -> frozenset[str]:
        """Return the stems of the words that a label uses."""
        numbers = self.word[self.start[label] : self.start[label + 1]].tolist()
        return frozenset(stem(self.words[number]) for number in numbers)

    def nearest(self, words: Sequence[str], vectors: Floats) -> Floats:
        """(words, labels) how near each label's nearest word comes to a query's words, 0 to 1."""
        near = np.maximum(vectors @ self.vectors.T, 0.0)
        for at, word in enumerate(words):
            if (number := self._number.get(word)) is not None:
                near[at, number] = 1.0
        found = np.zeros((len(words), len(self.start) - 1), np.float32)
        filled = np.diff(self.start) > 0
        if filled.any():
            starts = self.start[:-1][filled]
            found[:, filled] = np.maximum.reduceat(near[:, self.word], starts, axis=1)
        return found

"""The labels that can matter for a query, worked out exactly: the fast way to rank.

What comes out equals what `scoring.score` gives over all labels (held by a test). The words'
contributions are added up; then each label's score is bounded from above; then labels are worked
out, the most promising first, until no other one can come up to them.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.contributions import Contributions
from bot.retrieval.scoring import MEANING_WEIGHT, NEAREST, PHRASINGS_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.contributions import Known
    from bot.retrieval.scoring import Classifier, Floats, Lexicon, Rows
    from bot.retrieval.vectors import Vectors

Integers: TypeAlias = NDArray[np.integer[Any]]

SPARE = 6
"""How many labels beyond those that are asked for are worked out at once."""
REFUSALS = 3
"""How many labels that can't be shown are worked out at once, to find the best one."""
SLACK = 1e-3
"""Rounding that a bound is given."""
WIDE = 128
"""Labels with more rows than this are worked out one by one."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A query's contributions, added up and scaled."""

    places: list[int]
    """Where its words' summaries stand."""
    classifier: Floats
    """(labels,)"""
    phrasings: Floats
    """(rows + 1,) TF-IDF cosines, times the row's weight; the last one is minus infinity."""
    vector: Floats
    """(dimensions,) static vector of unit length."""
    bound: Floats
    """(labels,) no score is above."""


@dataclass(frozen=True, slots=True)
class Worked:
    """Labels that were worked out exactly: (n,) each."""

    labels: Integers
    score: Floats
    nearest: Floats
    """The best TF-IDF cosine with a row."""
    nearest_meaning: Floats
    """The best cosine of static vectors with a row."""

    def take(self, order: Integers) -> Worked:
        """Return some of the labels, in this order."""
        return Worked(
            self.labels[order], self.score[order], self.nearest[order], self.nearest_meaning[order]
        )

    def and_more(self, other: Worked) -> Worked:
        """Return both."""
        both = np.concatenate
        return Worked(
            both([self.labels, other.labels]),
            both([self.score, other.score]),
            both([self.nearest, other.nearest]),
            both([self.nearest_meaning, other.nearest_meaning]),
        )


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What a ranking is made from."""

    entries: Worked
    """The best entries, best first: as many as were asked for, and at least two."""
    refusal: int
    """The label with the best score among those that can't be shown."""
    refusal_score: float
    rarity: Floats
    """(distinct words,) idf."""
    near: Floats
    """(distinct words, entries) how near the entry's words come to each word, 0 to 1."""

    def coverage(self) -> tuple[Floats, Floats]:
        """(entries,) the share of the query's idf that is explained, and the most left over."""
        left_over = (self.rarity[:, None] * (1 - self.near)).max(axis=0)
        return self.rarity @ self.near / self.rarity.sum(), left_over


class Lister:
    """Makes shortlists from one index; safe to share between threads."""

    def __init__(
        self,
        rows: Rows,
        classifier: Classifier,
        *,
        lexicon: Lexicon,
        vectors: Vectors,
        answerable: int,
    ) -> None:
        self._rows, self._classifier, self._answerable = rows, classifier, answerable
        self._words = Contributions(rows, classifier, lexicon, vectors)
        self._starts, self._counts = rows.label_starts()
        self._taken = np.minimum(self._counts, NEAREST).astype(np.float32)
        self._layout()
        self._postings()
        self._grams = np.zeros(len(rows.terms), np.float32)
        self._lock = Lock()

    def _layout(self) -> None:
        """Note which rows each label has."""
        stops = self._starts + self._counts
        spans = zip(self._starts.tolist(), stops.tolist(), strict=True)
        self._blocks = [self._rows.vectors[start:stop] for start, stop in spans]
        width = int(self._counts[self._counts <= WIDE].max(initial=NEAREST))
        places = self._starts[:, None] + np.arange(width)
        self._slots = np.where(places < stops[:, None], places, len(self._rows.label))
        self._weights = np.append(self._rows.weight, np.float32(1))[self._slots]
        self._all_full = bool(self._counts.min(initial=NEAREST) >= NEAREST)

    def _postings(self) -> None:
        """Multiply the postings of word terms by all that is known before a query comes."""
        rows = self._rows
        start = rows.start[: rows.word_terms + 1]
        self._row = rows.row[: start[-1]].astype(np.intp)
        idf = np.repeat(rows.idf[: rows.word_terms], np.diff(start))
        self._value = rows.value[: start[-1]] * idf * rows.weight[self._row]
        self._start: list[int] = start.tolist()
        self._squares: list[float] = (rows.idf[: rows.word_terms].astype(float) ** 2).tolist()

    def can_list(self, words: Sequence[str], top: int) -> bool:
        """Whether this way is worth it: not for most of all entries, nor for very long texts."""
        return top + SPARE <= self._answerable and len(words) <= self._words.most_words

    def shortlist(self, words: Sequence[str], top: int) -> Shortlist | None:
        """Return the `top` best entries for a query; None if it has no known term."""
        with self._lock:  # the slabs are written to
            sums = self.add_up(words)
            if sums is None:
                return None
            worked = self._work_out(sums, max(top, 2))
            return self._shortlist(worked, sums, words, max(top, 2))

    # --- adding up -------------------------------------------------------------------------

    def add_up(self, words: Sequence[str]) -> Sums | None:
        """Add up what the words contribute; None if no term is known. Not safe between threads."""
        known = [self._words.known(word) for word in words]
        terms = self._word_terms(known)
        by_words, by_chars = self._scale_words(terms), self._scale_chars(known)
        if not by_words and not by_chars:
            return None
        places, columns = self._words.summaries.places(words), self._words.columns
        total = np.add.reduce(self._words.summaries.table[places])
        vector = total[columns.vector]
        length = math.sqrt(vector @ vector)
        by_vector = 1 / length if length else 0.0
        phrasings = self._phrasings(words, terms, by_words, by_chars)
        classifier = self._classifier.intercept + by_chars * total[columns.by_chars]
        classifier += by_vector * total[columns.by_vector]
        if terms:
            weights = by_words * self._rows.idf[terms]
            classifier += self._classifier.by_terms(terms, weights)
        bound = np.maximum.reduceat(total[columns.meaning], self._words.first_groups)
        bound *= MEANING_WEIGHT * by_vector
        np.minimum(bound, MEANING_WEIGHT, out=bound)
        bound += classifier
        bound += PHRASINGS_WEIGHT * np.maximum.reduceat(phrasings[:-1], self._starts)
        return Sums(places, classifier, phrasings, vector * by_vector, bound)

    def _word_terms(self, known: Sequence[Known]) -> list[int]:
        """Return the numbers of known stems and pairs of stems, repeats included."""
        found = self._rows.terms.get
        terms = [each.term for each in known if each.term is not None]
        for left, right in pairwise(known):
            if left.term is not None and right.term is not None:
                pair = found(f"{left.stem} {right.stem}")
                if pair is not None:
                    terms.append(pair)
        return terms

    def _scale_words(self, terms: list[int]) -> float:
        """Return what makes the block of word terms √½ long; 0 where there is none."""
        if not terms:
            return 0.0
        squares = self._squares
        if len(set(terms)) == len(terms):
            return 1 / math.sqrt(2 * sum([squares[term] for term in terms]))
        counts = Counter(terms).items()
        return 1 / math.sqrt(2 * sum([count * count * squares[term] for term, count in counts]))

    def _scale_chars(self, known: Sequence[Known]) -> float:
        """Return what makes the block of n-grams √½ long: n-grams of several words add up."""
        grams = np.concatenate([each.grams for each in known])
        if not grams.size:
            return 0.0
        weights = np.concatenate([each.weights for each in known])
        np.add.at(self._grams, grams, weights)
        square = float(weights @ self._grams[grams])
        self._grams[grams] = 0
        return 1 / math.sqrt(2 * square)

    def _phrasings(
        self, words: Sequence[str], terms: list[int], by_words: float, by_chars: float
    ) -> Floats:
        """(rows + 1,) cosines of TF-IDF, the last one minus infinity."""
        table = self._words.products.table
        first, *others = self._words.products.places(words)
        out = np.empty(table.shape[1] + 1, np.float32)
        out[-1] = -np.inf
        sums = out[:-1]
        sums[:] = table[first]
        for place in others:
            np.add(sums, table[place], sums)
        sums *= by_chars
        if terms:
            spans = [slice(self._start[term], self._start[term + 1]) for term in terms]
            values = np.concatenate([self._value[span] for span in spans])
            values *= by_words
            np.add.at(sums, np.concatenate([self._row[span] for span in spans]), values)
        return out

    # --- working out -----------------------------------------------------------------------

    def _work_out(self, sums: Sums, top: int) -> Worked:
        """Work out labels until no other can be among the `top` entries or the best refusal."""
        answerable, bound = self._answerable, sums.bound
        shown = _largest(bound[:answerable], top + SPARE)
        refused = answerable + _largest(bound[answerable:], REFUSALS)
        worked = self._exact(sums, np.concatenate([shown, refused]))
        floor = np.partition(worked.score[: len(shown)], -top)[-top]
        left = bound + SLACK >= floor
        left[answerable:] = bound[answerable:] + SLACK >= worked.score[len(shown) :].max()
        left[worked.labels] = False
        rest = np.flatnonzero(left)
        return worked.and_more(self._exact(sums, rest)) if rest.size else worked

    def _exact(self, sums: Sums, labels: Integers) -> Worked:
        """Score some labels as `scoring.score` does."""
        meaning, phrasings = self._best_rows(sums, labels)
        nearest_meaning, nearest = meaning[:, -1].copy(), phrasings[:, -1].copy()
        if not self._all_full:
            meaning[np.isneginf(meaning)] = phrasings[np.isneginf(phrasings)] = 0
        mean = MEANING_WEIGHT * meaning.sum(axis=1) + PHRASINGS_WEIGHT * phrasings.sum(axis=1)
        score = sums.classifier[labels] + mean / self._taken[labels]
        return Worked(labels, score, nearest, nearest_meaning)

    def _best_rows(self, sums: Sums, labels: Integers) -> tuple[Floats, Floats]:
        """(labels, NEAREST) cosines of vectors and of terms with the best rows, ascending."""
        many, wide = len(labels), []
        table = np.full((2 * many, self._slots.shape[1]), -np.inf, np.float32)
        for at, label in enumerate(labels.tolist()):
            block = self._blocks[label]
            if len(block) > WIDE:
                wide.append((at, label))
            else:
                np.dot(block, sums.vector, table[at, : len(block)])
        table[:many] *= self._weights[labels]
        table[many:] = sums.phrasings[self._slots[labels]]
        table.sort(axis=1)
        best = table[:, -NEAREST:]
        for at, label in wide:
            best[at], best[many + at] = self._best_of_wide(sums, label)
        return best[:many], best[many:]

    def _best_of_wide(self, sums: Sums, label: int) -> tuple[Floats, Floats]:
        rows = slice(self._starts[label], self._starts[label] + self._counts[label])
        meaning = (self._blocks[label] @ sums.vector) * self._rows.weight[rows]
        phrasings = sums.phrasings[rows].copy()
        meaning.partition(-NEAREST)
        phrasings.partition(-NEAREST)
        return np.sort(meaning[-NEAREST:]), np.sort(phrasings[-NEAREST:])

    def _shortlist(self, worked: Worked, sums: Sums, words: Sequence[str], top: int) -> Shortlist:
        order = np.lexsort((worked.labels, -worked.score))
        shown = worked.labels[order] < self._answerable
        refusal = order[~shown][0]
        entries = order[shown][:top]
        distinct = dict(zip(words, sums.places, strict=True))
        rarity = [self._words.known(word).rarity for word in distinct]
        explained = self._words.columns.explained.start + worked.labels[entries]
        places = np.array([*distinct.values()])
        return Shortlist(
            worked.take(entries),
            refusal=int(worked.labels[refusal]),
            refusal_score=float(worked.score[refusal]),
            rarity=np.array(rarity, np.float32),
            near=self._words.summaries.table[places[:, None], explained],
        )


def _largest(values: Floats, many: int) -> Integers:
    """Return where the largest values stand, in no order."""
    if many >= len(values):
        return np.arange(len(values))
    return np.argpartition(values, -many)[-many:]

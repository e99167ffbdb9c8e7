"""Rank in a large FAQ: sift out the labels that may matter, then compare with their rows only.

The classifier says something of all labels for a few multiplications each. Only the best of these
are compared with row by row. That is no bound: what the classifier puts behind all of them is not
seen, however near one of its rows is. docs/decisions/0012 says how often that happens.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.analysis import char_ngrams, stem
from bot.retrieval.calibration import FEATURES, feature_table
from bot.retrieval.compared import Entry, Ranked, open_comparer
from bot.retrieval.large import find, find_sorted, in_common
from bot.retrieval.scoring import MEANING_WEIGHT, PHRASINGS_WEIGHT, Encoded, Parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.calibration import Calibration
    from bot.retrieval.compared import Comparer
    from bot.retrieval.large import Integers, Large
    from bot.retrieval.scoring import Classifier, Floats
    from bot.retrieval.vectors import Vectors

SIFTED = 16
"""How many entries are compared with row by row."""
REFUSALS = 4
"""The same for what can't be shown."""
WORDS_KEPT = 4_096
"""How many words' numbers are remembered; 2 KiB each."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a query's word is to the FAQ."""

    number: int
    """Its number; -1 for one that no text has. So for its stem."""
    stem: int
    rarity: float
    """The stem's inverse document frequency; the largest one for a stem that no text has."""
    grams: Integers
    """Its known n-grams, repeats included."""
    meaning: Floats
    """(dimensions,) static vector of length one, or zeros."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as numbers."""

    known: dict[str, Known]
    """By its distinct words."""
    words: Encoded
    """Its stems and pairs, and its static vector."""
    chars: Encoded
    """Its character n-grams, and its static vector."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a ranking is made from."""

    entries: Integers
    """The best entries, best first."""
    features: Floats
    """(entries, features)"""
    refusal: int
    """The label with the best score among those that can't be shown."""
    refusal_score: float


@dataclass(frozen=True, slots=True)
class Without:
    """What is taken as if it were not there, to learn from the FAQ's own texts; -1 for nothing."""

    label: int = -1
    row: int = -1


NOTHING = Without()


@dataclass(frozen=True)
class Sifter:
    """Ranks in one large FAQ; safe to share between threads."""

    large: Large
    classifier: Classifier
    calibration: Calibration
    vectors: Vectors
    answerable: int
    """How many of the labels, from the first, are entries that can be shown."""

    @cached_property
    def _look_up(self) -> _LookUp:
        return _LookUp(self.large, self.vectors)

    @cached_property
    def comparer(self) -> Comparer | None:
        """The compiled way to rank; None where it was not compiled."""
        return open_comparer(self)

    def rank(self, words: Sequence[str], top: int, *, every: bool = False) -> Ranked:
        """Return the `top` best entries for a query, the most likely first.

        With `every` all labels are compared with: to see what sifting misses.
        """
        ranked = self.comparer.rank(words, top, every=every) if words and self.comparer else None
        return ranked or self.rank_plainly(words, top, every=every)

    def rank_plainly(self, words: Sequence[str], top: int, *, every: bool = False) -> Ranked:
        """Return the same, worked out with NumPy."""
        found = self.find_plainly(words, top, every=every)
        if found is None:
            return Ranked()
        confidence = self.calibration.confidence(found.features).tolist()
        rows = zip(found.entries.tolist(), confidence, found.features.tolist(), strict=True)
        entries = sorted((Entry(*row) for row in rows), key=lambda entry: -entry.confidence)
        return Ranked(tuple(entries[:top]), found.refusal, found.refusal_score)

    def find(self, words: Sequence[str], without: Without) -> tuple[int, Floats] | None:
        """Return the best entry and (features,) of it; None if a query has no known part."""
        ranked = None
        if words and self.comparer:
            ranked = self.comparer.rank(words, 1, label=without.label, row=without.row)
        if ranked is None:
            found = self.find_plainly(words, 1, without=without)
            return None if found is None else (int(found.entries[0]), found.features[0])
        if not ranked.entries:
            return None
        return ranked.entries[0].label, np.array(ranked.entries[0].features, np.float32)

    def ask(self, words: Sequence[str]) -> Asked:
        """Return a query's words as numbers."""
        known = {word: self._look_up(word) for word in dict.fromkeys(words)}
        vector = self.vectors.encode_words(words)
        grams = np.concatenate([known[word].grams for word in words])
        return Asked(
            known,
            _encoded(
                self._terms([known[word].stem for word in words]), self.large.word_idf, vector
            ),
            _encoded(grams, self.large.gram_idf, vector),
        )

    def _terms(self, stems: Sequence[int]) -> Integers:
        """Return the numbers of known stems and pairs, repeats included."""
        many = len(self.large.stems)
        codes = [left * many + right for left, right in pairwise(stems) if left >= 0 and right >= 0]
        pairs = find_sorted(self.large.pairs, np.array(codes, np.int64))
        known = [number for number in stems if number >= 0]
        return np.array([*known, *(many + pairs[pairs >= 0])], np.int32)

    def _said(self, asked: Asked) -> Floats:
        """(labels,) what the classifier says; it may know n-grams, numbered behind all pairs."""
        by_words, by_chars = asked.words, asked.chars
        if len(self.classifier.terms.start) - 1 == len(self.large.word_idf):
            return self.classifier(by_words)
        terms = [by_words.terms, len(self.large.word_idf) + by_chars.terms]
        values = [by_words.values, by_chars.values]
        both = Encoded(np.concatenate(terms), np.concatenate(values), by_words.vector)
        return self.classifier(both)

    def find_plainly(
        self,
        words: Sequence[str],
        top: int,
        *,
        every: bool = False,
        without: Without = NOTHING,
        also: int = -1,
    ) -> Found | None:
        """Return the `top` best entries for a query; None if it has no known part.

        With `every` all labels are compared with, with `also` one beside those that are sifted
        out, which comes last then.
        """
        asked = self.ask(words) if words and self.answerable else None
        if asked is None or not (asked.words.terms.size or asked.chars.terms.size):
            return None
        said = self._said(asked)
        if without.label >= 0:
            said[without.label] = -np.inf
        labels = np.arange(len(said)) if every else self.sift(said)
        if also >= 0:
            labels = np.append(labels[labels != also], also)
        parts = self._parts(asked, said, labels, without.row)
        order = np.lexsort((labels, -parts.score))
        shown = labels[order] < self.answerable
        best, refusal = order[shown][: max(top, 2)], order[~shown][0]
        if also >= 0:
            best = np.append(best, len(labels) - 1)
        features = feature_table(
            (parts.score[best], parts.nearest[best], parts.nearest_meaning[best]),
            refusal=float(parts.score[refusal]),
            coverage=self._coverage(asked.known, labels[best], without.row),
            words=len(words),
        )
        refused = int(labels[refusal]), float(parts.score[refusal])
        return Found(labels[best], features, *refused)

    def explain(self, words: Sequence[str], label: int) -> tuple[tuple[float, ...], Floats]:
        """Return what each part adds to a label's score, and (features,) of it."""
        asked = self.ask(words)
        parts = self._parts(asked, self._said(asked), np.array([label]), -1)
        found = self.find_plainly(words, 2, also=label)
        features = np.zeros(len(FEATURES), np.float32)
        if found is not None:
            features = found.features[found.entries.tolist().index(label)]
        phrasings, meaning = PHRASINGS_WEIGHT * parts.phrasings, MEANING_WEIGHT * parts.meaning
        return tuple(float(part[0]) for part in (parts.classifier, phrasings, meaning)), features

    def used(self, words: Sequence[str], label: int) -> frozenset[str]:
        """Return those of the words whose stem a label uses."""
        stems = set(self.large.stem[self.large.words_of(label)].tolist())
        return frozenset(word for word in words if self._look_up(word).stem in stems)

    def sift(self, said: Floats) -> Integers:
        """Return the labels that may matter, by what the classifier says of all."""
        shown = _largest(said[: self.answerable], SIFTED)
        return np.concatenate(
            [shown, self.answerable + _largest(said[self.answerable :], REFUSALS)]
        )

    def _coverage(
        self, known: dict[str, Known], labels: Integers, row: int
    ) -> tuple[Floats, Floats]:
        """Return (labels,) the share of the query's idf that is explained, and the most left."""
        rarity = np.array([each.rarity for each in known.values()], np.float32)
        numbers = np.array([each.number for each in known.values()])
        meanings = np.stack([each.meaning for each in known.values()])
        best = self._near(numbers, meanings, labels, row)
        left_over = (rarity[:, None] * (1 - best)).max(axis=0)
        return rarity @ best / rarity.sum(), left_over

    def _parts(self, asked: Asked, said: Floats, labels: Integers, row: int) -> Parts:
        """Compare with some labels' rows, but for one row."""
        common = in_common(self.large, asked.words, asked.chars, labels).without(row)
        (phrasings, nearest), (meaning, nearest_meaning) = common.best()
        return Parts(said[labels], phrasings, meaning, nearest, nearest_meaning)

    def _near(self, numbers: Integers, meanings: Floats, labels: Integers, row: int) -> Floats:
        """(words, labels) how near each label's words come to words; those of one row left out."""
        owns = [self.large.words_of(label, row) for label in labels.tolist()]
        own, starts = np.concatenate(owns), np.cumsum([0, *map(len, owns[:-1])])
        near = meanings @ self.large.meaning[own].T.astype(np.float32)
        near *= self.large.meaning_scale[own]
        near[own == numbers[:, None]] = 1
        return np.asarray(np.maximum.reduceat(np.maximum(near, 0), starts, axis=1))

    def idf(self, word: str) -> float:
        """Return how rare a word is."""
        return self._look_up(word).rarity


class _LookUp:
    """Looks words up, and remembers those that were looked up last."""

    def __init__(self, large: Large, vectors: Vectors) -> None:
        self._large, self._vectors = large, vectors
        self._rarest = float(large.word_idf[: len(large.stems)].max(initial=1.0))
        self._known = lru_cache(maxsize=WORDS_KEPT)(self._find)

    def __call__(self, word: str) -> Known:
        return self._known(word)

    def _find(self, word: str) -> Known:
        large = self._large
        number = int(find(large.words, large.word_number, [word])[0])
        known: Integers
        if number >= 0:
            known = large.gram[large.gram_start[number] : large.gram_start[number + 1]]
            root = int(large.stem[number])
        else:
            known, root = (
                find(large.grams, large.gram_number, char_ngrams(word)),
                int(find(large.stems, large.stem_number, [stem(word)])[0]),
            )
            known = known[known >= 0]
        rarity = self._rarest if root < 0 else float(large.word_idf[root])
        return Known(number, root, rarity, known, self._vectors.encode_words([word]))


def _encoded(terms: Integers, idf: Floats, vector: Floats) -> Encoded:
    """Weigh terms by TF-IDF; the block gets the length √½."""
    counts = Counter(terms.tolist())
    distinct = np.fromiter(counts.keys(), np.int32, len(counts))
    values = np.fromiter(counts.values(), np.float32, len(counts)) * idf[distinct]
    values /= math.sqrt(2 * float(values @ values)) or 1.0
    return Encoded(distinct, values, vector)


def _largest(values: Floats, many: int) -> Integers:
    """Return where the largest values stand, in no order."""
    if many >= len(values):
        return np.arange(len(values))
    return np.argpartition(values, -many)[-many:]

"""The texts of a large FAQ, as numbers of their words. Only numpy is needed.

A small FAQ keeps what each text has of each term, and a query walks along its terms' lists. For a
million texts that would be two hundred million numbers, and lists of which each query walks half.
Here a text is the numbers of its words, and a word is its n-grams: as n-grams never cross a word,
what a query has in common with a text is the sum of what it has in common with the text's words.
That gives the same cosines, in a twentieth of the room, for those labels that are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.scoring import best_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.retrieval.scoring import Encoded, Floats, Ints

Hashes: TypeAlias = NDArray[np.uint64]
Integers: TypeAlias = NDArray[np.integer[Any]]

_SEED, _PRIME, _ALL = 0xCBF29CE484222325, 0x100000001B3, 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Large:
    """Labelled texts and the words that they are made of.

    Words, stems and n-grams are numbered as they occur first, so that those of one label, and those
    that all labels have, lie together in memory. Their hashes are all that is kept of them.
    """

    first: Ints
    """(labels + 1,) where each label's rows start."""
    start: Ints
    """(rows + 1,) where each row's words start."""
    word: Ints
    """(words of all rows,) numbers of words."""
    weight: Floats
    """(rows,) how much a row's similarity counts, 0 to 1."""
    by_words: Floats
    """(rows,) what makes the block of the row's stems and pairs √½ long."""
    by_chars: Floats
    """(rows,) the same for its character n-grams."""
    vectors: NDArray[np.int8]
    """(rows, dimensions) static vectors; each row's largest number is 127."""
    scale: Floats
    """(rows,) what makes a row's vector 1 long."""
    own_start: Ints
    """(labels + 1,) where each label's words start in `own`."""
    own: Ints
    """Numbers of the distinct words of each label."""
    words: Hashes
    """(distinct words,) ascending."""
    word_number: Ints
    """(distinct words,) their numbers; so for stems and n-grams."""
    stems: Hashes
    """(stems,) ascending."""
    stem_number: Ints
    grams: Hashes
    """(n-grams,) ascending."""
    gram_number: Ints
    pairs: NDArray[np.int64]
    """(pairs,) number of a left stem times the number of all stems, plus that of a right one;
    ascending."""
    stem: Ints
    """(distinct words,) numbers of their stems."""
    gram_start: Ints
    """(distinct words + 1,) where each word's n-grams start in `gram`."""
    gram: Ints
    """Numbers of the n-grams of each word, repeats included."""
    word_idf: Floats
    """(stems + pairs,) inverse document frequency."""
    gram_idf: Floats
    """(n-grams,)"""
    meaning: NDArray[np.int8]
    """(distinct words, dimensions) static vectors, as in `vectors`."""
    meaning_scale: Floats
    """(distinct words,) what makes a word's vector 1 long; 0 for one that has none."""
    digest: Hashes
    """(labels,) changes with a label's phrasings."""

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return len(self.first) - 1

    def words_of(self, label: int, row: int = -1) -> Ints:
        """Return the numbers of a label's distinct words, those of one of its rows left out."""
        if not self.first[label] <= row < self.first[label + 1]:
            return self.own[self.own_start[label] : self.own_start[label + 1]]
        start, stop = self.start[self.first[label]], self.start[self.first[label + 1]]
        others = [self.word[start : self.start[row]], self.word[self.start[row + 1] : stop]]
        return np.unique(np.concatenate(others))

    def vector(self, rows: Integers) -> Floats:
        """(rows, dimensions) the static vectors of some rows."""
        return self.vectors[rows] * self.scale[rows, None]


@dataclass(frozen=True, slots=True)
class Common:
    """What a query has in common with the rows of some labels."""

    rows: Integers
    """(rows,) numbers of the rows, label by label."""
    by_terms: Floats
    """(rows,) the TF-IDF cosine, times the row's weight."""
    by_meaning: Floats
    """(rows,) the cosine of static vectors, times the row's weight."""
    starts: Ints
    """(labels,) where each label's rows start in this."""
    counts: Ints
    """(labels,) how many they are."""

    def without(self, row: int) -> Common:
        """Return the same as if there were not this row."""
        self.by_terms[self.rows == row] = self.by_meaning[self.rows == row] = 0
        return self

    def best(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Return by terms, and by meaning: (labels,) the mean of the best rows, and the best."""
        by_terms = best_rows(self.by_terms, self.starts, self.counts)
        return by_terms, best_rows(self.by_meaning, self.starts, self.counts)


def hashed(name: bytes) -> int:
    """Return 64 bits for some letters, the same in every process: FNV-1a, as in sift_asking.c."""
    value = _SEED
    for letter in name:
        value = (value ^ letter) * _PRIME & _ALL
    return value


def hashes(names: Iterable[str]) -> Hashes:
    """(names,) `hashed` of the letters of each, one letter of all names after the other."""
    letters = [name.encode("utf-8", "surrogatepass") for name in names]
    lengths = np.fromiter(map(len, letters), np.int64, len(letters))
    order = np.argsort(-lengths, kind="stable")
    start, longer = (np.cumsum(lengths) - lengths)[order], -lengths[order]
    text = np.frombuffer(b"".join(letters), np.uint8)
    values = np.full(len(letters), _SEED, np.uint64)
    for at in range(int(lengths.max(initial=0))):
        many = int(longer.searchsorted(-at))  # so many names have a letter there
        values[:many] = (values[:many] ^ text[start[:many] + at]) * np.uint64(_PRIME)
    found = np.empty_like(values)
    found[order] = values
    return found


def sorted_hashes(names: Iterable[str]) -> tuple[Hashes, Ints]:
    """Return the hashes of names, ascending, and which name each is of."""
    found = hashes(names)
    order = np.argsort(found, kind="stable").astype(np.int32)
    return found[order], order


def find(known: Hashes, numbers: Ints, names: Iterable[str]) -> Integers:
    """(names,) the numbers of names, -1 for one that is not known."""
    at = find_sorted(known, hashes(names))
    return np.where(at >= 0, numbers[at] if len(numbers) else -1, -1)


def find_sorted(known: NDArray[Any], wanted: NDArray[Any]) -> Integers:
    """(wanted,) where values stand among ascending ones, -1 for one that does not."""
    if not len(known):
        return np.full(len(wanted), -1)
    at = np.minimum(known.searchsorted(wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


def spans(starts: Integers, stops: Integers) -> Integers:
    """Return all numbers from each start up to its stop, one span after the other."""
    many = (stops - starts).astype(np.intp)
    return np.repeat(starts - np.cumsum(many) + many, many) + np.arange(many.sum())


def sums(values: NDArray[Any], many: Integers) -> NDArray[np.float64]:
    """(spans,) the sum of each span's values, where spans of so many stand side by side."""
    ends = np.cumsum(many)
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray(total[ends] - total[ends - many])


def in_common(large: Large, words: Encoded, chars: Encoded, labels: Integers) -> Common:
    """Compare a query, given as its stems and pairs and as its n-grams, with some labels' rows."""
    rows = spans(large.first[labels], large.first[labels + 1])
    tokens, many = spans(large.start[rows], large.start[rows + 1]), large.start[rows + 1]
    many = many - large.start[rows]
    word = large.word[tokens]
    by_chars = sums(_by_chars(large, chars, word), many) * large.by_chars[rows]
    by_words = sums(_by_words(large, words, word, many), many) * large.by_words[rows]
    meaning = (large.vectors[rows] @ words.vector) * large.scale[rows]
    counts = (large.first[labels + 1] - large.first[labels]).astype(np.int32)
    weight = large.weight[rows]
    return Common(
        rows,
        np.asarray((by_chars + by_words) * weight, np.float32),
        np.asarray(meaning * weight, np.float32),
        (np.cumsum(counts) - counts).astype(np.int32),
        counts,
    )


def _by_chars(large: Large, query: Encoded, word: Integers) -> Floats:
    """(words of rows,) what each word's n-grams have in common with the query's."""
    distinct, place = np.unique(word, return_inverse=True)
    starts, stops = large.gram_start[distinct], large.gram_start[distinct + 1]
    value = np.zeros(len(large.gram_idf), np.float32)
    value[query.terms] = query.values * large.gram_idf[query.terms]
    common = sums(value[large.gram[spans(starts, stops)]], stops - starts)
    return np.asarray(common[place], np.float32)


def _by_words(large: Large, query: Encoded, word: Integers, many: Integers) -> Floats:
    """(words of rows,) what each word, and the pair with the next one, has in common."""
    value = query.values * large.word_idf[query.terms]
    stems, stem = len(large.stems), large.stem[word].astype(np.int64)
    is_pair = query.terms >= stems
    by_stem = np.zeros(stems, np.float32)
    by_stem[query.terms[~is_pair]] = value[~is_pair]
    common = by_stem[stem]
    if is_pair.any():
        pair = np.append(stem[:-1] * stems + stem[1:], -1)
        pair[np.cumsum(many)[many > 0] - 1] = -1
        for code, worth in zip(
            large.pairs[query.terms[is_pair] - stems], value[is_pair], strict=True
        ):
            common[pair == code] += worth
    return common

"""Count the terms of many texts, as scikit-learn's vectorizers do, in a tenth of the time.

Each distinct word is looked at once: its stem, its character n-grams. What a text has of n-grams
is then a product of sparse tables, for they never cross a word. A few texts are counted at a time,
so that a million of them need no more room than the numbers of their words.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from bot.retrieval.analysis import char_ngrams, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from bot.retrieval.scoring import Floats, Ints

AT_ONCE = 20_000
"""How many texts are counted at once; takes some 100 MB."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts as numbers of words, one after the other, and what the words are made of."""

    start: Ints
    """(texts + 1,) where each text's words start."""
    word: Ints
    """(words of all texts,) numbers of words."""
    pair: Ints
    """(words of all texts,) number of the pair of stems that a word and the next one of its text
    make; -1 for a text's last word."""
    words: tuple[str, ...]
    """The distinct words; like stems and n-grams, in the order in which they occur first."""
    stems: tuple[str, ...]
    stem: Ints
    """(distinct words,) numbers of their stems."""
    pairs: NDArray[np.int64]
    """(pairs,) number of the left stem times the number of all stems, plus that of the right one;
    ascending."""
    grams: tuple[str, ...]
    gram_start: Ints
    """(distinct words + 1,) where each word's n-grams start in `gram`."""
    gram: Ints
    """Numbers of the n-grams of each word, repeats included."""

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Counted:
        """Count what texts are made of."""
        words, word, start = _numbered(texts)
        stems, stem_of, _ = _numbered([map(stem, words)])
        grams, gram, gram_start = _numbered(map(char_ngrams, words))
        pair, pairs = _paired(start, stem_of[word], len(stems))
        return cls(start, word, pair, words, stems, stem_of, pairs, grams, gram_start, gram)

    def __len__(self) -> int:
        return len(self.start) - 1

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield the first text, and the one behind the last, of some that are counted at once."""
        for first in range(0, len(self), AT_ONCE):
            yield first, min(first + AT_ONCE, len(self))

    def by_words(self, first: int, stop: int) -> sp.csr_matrix:
        """(texts, stems + pairs) how often some texts have each stem and pair."""
        span = slice(self.start[first], self.start[stop])
        text = np.repeat(np.arange(stop - first), np.diff(self.start[first : stop + 1]))
        pair = self.pair[span]
        joined = pair >= 0
        term = np.concatenate([self.stem[self.word[span]], len(self.stems) + pair[joined]])
        text = np.concatenate([text, text[joined]])
        shape = (stop - first, len(self.stems) + len(self.pairs))
        return sp.coo_matrix((np.ones(len(term), np.float32), (text, term)), shape).tocsr()

    def table(self, first: int, stop: int) -> sp.csr_matrix:
        """(texts, distinct words) how often some texts have each word."""
        start = self.start[first : stop + 1]
        word = self.word[start[0] : start[-1]]
        return _ones(word, start - start[0], len(self.words))

    def by_chars(self, first: int, stop: int) -> sp.csr_matrix:
        """(texts, grams) how often some texts have each character n-gram."""
        parts = _ones(self.gram, self.gram_start, len(self.grams))
        return self.table(first, stop) @ parts

    def idf(self) -> tuple[Floats, Floats]:
        """(stems + pairs,), (grams,) inverse document frequencies as scikit-learn smooths them."""
        found = [np.zeros(len(self.stems) + len(self.pairs)), np.zeros(len(self.grams))]
        for first, stop in self.spans():
            for which, count in enumerate((self.by_words, self.by_chars)):
                terms = count(first, stop).indices
                found[which] += np.bincount(terms, minlength=len(found[which]))
        by_words, by_chars = (np.log((1 + len(self)) / (1 + texts)) + 1 for texts in found)
        return by_words.astype(np.float32), by_chars.astype(np.float32)


def weighed(counts: sp.csr_matrix, idf: Floats) -> sp.csr_matrix:
    """(texts, terms) TF-IDF weights, each text's of length √½."""
    values = counts.data * idf[counts.indices]
    lengths = np.sqrt(2 * _sums(values.astype(np.float64) ** 2, counts.indptr))
    values /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(counts.indptr))
    return sp.csr_matrix((values, counts.indices, counts.indptr), counts.shape)


def _sums(values: NDArray[np.float64], start: Ints) -> NDArray[np.float64]:
    """(texts,) the sum of each text's values; np.add.reduceat has no empty spans."""
    return np.diff(np.concatenate([[0.0], np.cumsum(values)])[start])


def _ones(column: Ints, start: Ints, columns: int) -> sp.csr_matrix:
    """Return a table that has a one for each number; repeats add up."""
    return sp.csr_matrix(
        (np.ones(len(column), np.float32), column, start), (len(start) - 1, columns)
    )


def _numbered(texts: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], Ints, Ints]:
    """Return distinct names, and of all names of all texts the numbers, and where a text starts."""
    names: dict[str, int] = {}
    numbers, start = array("i"), array("i", [0])
    for text in texts:
        numbers.extend([names.setdefault(name, len(names)) for name in text])
        start.append(len(numbers))
    return tuple(names), np.array(numbers, np.int32), np.array(start, np.int32)


def _paired(start: Ints, stem: Ints, stems: int) -> tuple[Ints, NDArray[np.int64]]:
    """Give each two stems that stand side by side in a text a number."""
    joined = np.ones(len(stem), bool)
    joined[start[1:][start[1:] > 0] - 1] = False
    left = np.flatnonzero(joined)
    pairs, number = np.unique(
        stem[left].astype(np.int64) * stems + stem[left + 1], return_inverse=True
    )
    pair = np.full(len(stem), -1, np.int32)
    pair[left] = number
    return pair, pairs

"""What each word of a query adds to the parts of a score: computed once and kept.

Nearly everything in a score is a sum over the words of a query. Character n-grams never cross a
word and TF-IDF weights are linear in counts, so a query's product with a row is the sum of its
words' products, and only the length by which it is divided is the query's own; static vectors are
sums of words anyway. Most words of most questions were seen before, so most of a score is a few
additions of kept numbers.

For static vectors the products with all rows would be too many to keep. What is kept is the largest
product with each few rows of a label that stand together. The words' sum of those is more than any
of the rows reaches, which tells without a look at the rows which labels can't matter.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.analysis import char_ngrams, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from bot.retrieval.scoring import Classifier, Floats, Ints, Lexicon, Rows
    from bot.retrieval.vectors import Vectors

WORDS_KEPT = 1_536
"""How many words' summaries are kept; 8 KiB each with 110 labels and 5,000 rows."""
TOGETHER = 4
"""How many rows share their largest product: with fewer, fewer labels need a closer look."""
PRODUCTS_KEPT = (20 << 20, 64 << 20)
"""Bytes for the products of words with every row: at least, and at most."""
FEWEST_KEPT = 512
"""For how many words there shall be room, in a large FAQ too."""


class Slab:
    """A bounded table with a row of numbers for each of the words that were asked for last."""

    def __init__(
        self, kept: int, width: int, fill: Callable[[list[str]], Iterable[Floats]]
    ) -> None:
        self.table = np.empty((kept, width), np.float32)  # takes memory when it is written to
        self._fill = fill
        self._places: OrderedDict[str, int] = OrderedDict()

    def places(self, words: Sequence[str]) -> list[int]:
        """Return where each word's numbers stand; no more distinct words than are kept."""
        known = self._places
        for word in words:
            if word in known:
                known.move_to_end(word)
        if new := [word for word in dict.fromkeys(words) if word not in known]:
            for word, numbers in zip(new, self._fill(new), strict=True):
                full = len(known) == len(self.table)
                place = known.popitem(last=False)[1] if full else len(known)
                self.table[place] = numbers
                known[word] = place
        return [known[word] for word in words]


@dataclass(frozen=True, slots=True)
class Known:
    """What a word is to TF-IDF."""

    stem: str
    term: int | None
    """Number of its stem's term."""
    rarity: float
    """The stem's idf; the largest one for a stem that no row has."""
    grams: NDArray[np.intp]
    """Numbers of its known character n-grams, each once."""
    weights: Floats
    """(grams,) counts times idf."""


class Columns:
    """Where what stands in a word's summary."""

    def __init__(self, dimensions: int, labels: int, groups: int) -> None:
        stops = [dimensions, *(dimensions + at * labels for at in (1, 2, 3))]
        self.vector = slice(0, dimensions)
        """The word's static vector."""
        self.by_chars, self.by_vector, self.explained = map(slice, stops, stops[1:])
        """What the classifier makes of its n-grams and of its vector, and how near the label's
        words come to it: (labels,) each."""
        self.width = stops[-1] + groups
        self.meaning = slice(stops[-1], self.width)
        """(groups,) the largest product of its vector with a row."""


class Contributions:
    """Keeps what words add, for one index."""

    def __init__(
        self, rows: Rows, classifier: Classifier, lexicon: Lexicon, vectors: Vectors
    ) -> None:
        self._rows, self._classifier = rows, classifier
        self._lexicon, self._vectors = lexicon, vectors
        self._rarest = float(rows.idf[: rows.word_terms].max(initial=1.0))
        self._known: dict[str, Known] = {}
        self._groups, self.first_groups = group(*rows.label_starts())
        self.columns = Columns(vectors.dimensions, rows.labels, len(self._groups))
        self.summaries = Slab(WORDS_KEPT, self.columns.width, self._summarise)
        least, most = PRODUCTS_KEPT
        width = 4 * len(rows.label)
        many = max(min(most, max(least, FEWEST_KEPT * width)) // width, 1)
        self.products = Slab(min(many, WORDS_KEPT), len(rows.label), self._multiply)
        self.most_words = len(self.products.table)
        """How many distinct words can be looked up at once."""

    def known(self, word: str) -> Known:
        """Return what a word is to TF-IDF."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= WORDS_KEPT:
                self._known.clear()
            found = self._known[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> Known:
        terms, idf = self._rows.terms, self._rows.idf
        counts = Counter(
            number for gram in char_ngrams(word) if (number := terms.get("#" + gram)) is not None
        )
        grams = np.fromiter(counts.keys(), np.intp, len(counts))
        weights = np.fromiter(counts.values(), np.float32, len(counts)) * idf[grams]
        number = terms.get(stem(word))
        rarity = self._rarest if number is None else float(idf[number])
        return Known(stem(word), number, rarity, grams, weights)

    def _summarise(self, words: list[str]) -> Floats:
        """(words, width) all at once, for most of the time goes into fetching the rows."""
        out = np.empty((len(words), self.columns.width), np.float32)
        vectors = np.stack([self._vectors.word(word) for word in words])
        out[:, self.columns.vector] = vectors
        known = [self.known(word) for word in words]
        by_chars = [self._classifier.by_terms(each.grams, each.weights) for each in known]
        out[:, self.columns.by_chars] = by_chars
        out[:, self.columns.by_vector] = vectors @ self._classifier.vectors
        products = (vectors @ self._rows.vectors.T) * self._rows.weight
        out[:, self.columns.meaning] = np.maximum.reduceat(products, self._groups, axis=1)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
        out[:, self.columns.explained] = self._lexicon.nearest(words, units)
        return out

    def _multiply(self, words: list[str]) -> Iterator[Floats]:
        for word in words:
            known = self.known(word)
            products = add_postings(self._rows, known.grams.tolist(), known.weights)
            yield products * self._rows.weight


def group(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return (groups,) the first row of each, and (labels,) each label's first group.

    A group is TOGETHER rows of a label that stand together, or what is left of them.
    """
    many = -(-counts // TOGETHER)
    first = np.cumsum(many) - many
    inside = np.arange(many.sum()) - np.repeat(first, many)
    return np.repeat(starts, many) + TOGETHER * inside, first


def add_postings(rows: Rows, terms: Sequence[int], values: Floats) -> Floats:
    """(rows,) the product of some terms' values with each row."""
    spans = [(rows.start[term], rows.start[term + 1]) for term in terms]
    if not spans:
        return np.zeros(len(rows.label), np.float32)
    found = np.concatenate([rows.row[start:stop] for start, stop in spans])
    weights = np.concatenate([rows.value[start:stop] for start, stop in spans])
    products = weights * np.repeat(values, [stop - start for start, stop in spans])
    return np.bincount(found, products, minlength=len(rows.label)).astype(np.float32)

"""Keep a FAQ of some thousand phrasings as a large one is kept, with the classifier it was fitted.

It is ranked as a large one then: what the classifier puts first is compared with, row by row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.gathering import gather_texts
from bot.retrieval.large import find, find_sorted
from bot.retrieval.scoring import Classifier, Lexicon, Rows
from bot.retrieval.weights import TermWeights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.corpus import Corpus
    from bot.retrieval.index import Index
    from bot.retrieval.large import Integers, Large


def compacted(index: Index, corpus: Corpus) -> Index:
    """Return an index with its texts as numbers of their words, and its classifier's terms."""
    large, fitted = gather_texts(corpus)[1], index.classifier
    numbers = term_numbers(large, [*index.rows.terms], index.rows.word_terms)
    terms = TermWeights.gathered(
        numbers[fitted.terms.term()],
        fitted.terms.label,
        fitted.terms.weight,
        shape=(terms_of(large), len(fitted.intercept)),
    )
    vectors = np.asfortranarray(fitted.vectors)
    return replace(
        index,
        rows=Rows.none(index.vectors.dimensions),
        lexicon=Lexicon.of([], len(index.labels), index.vectors),
        classifier=Classifier(terms, vectors, fitted.intercept),
        phrasings=(),
        large=large,
    )


def is_fitted(index: Index) -> bool:
    """Whether an index's classifier was fitted, so that it can be carried over; else it is closed.

    Only one that was fitted knows n-grams.
    """
    large = index.large
    return large is None or len(index.classifier.terms.start) - 1 == terms_of(large)


def terms_of(large: Large) -> int:
    """Return how many stems, pairs and n-grams there are, which are numbered in this order."""
    return len(large.word_idf) + len(large.gram_idf)


def term_numbers(large: Large, names: Sequence[str], word_terms: int) -> Integers:
    """(names,) the numbers of `Rows.terms` in a large FAQ, -1 for one that it does not have."""
    sides = [name.partition(" ")[::2] for name in names[:word_terms]]
    left, right = (
        find(large.stems, large.stem_number, side).astype(np.int64)
        for side in zip(*sides, strict=True)
    )
    single = np.array([not side[1] for side in sides])
    pair = find_sorted(large.pairs, left * len(large.stems) + right)
    paired = np.where((pair >= 0) & (left >= 0) & (right >= 0), len(large.stems) + pair, -1)
    grams = find(large.grams, large.gram_number, (name[1:] for name in names[word_terms:]))
    by_chars = np.where(grams >= 0, len(large.word_idf) + grams, -1)
    return np.concatenate([np.where(single, left, paired), by_chars])

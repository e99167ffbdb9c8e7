"""Counting word by word gives what scikit-learn's vectorizers give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval import counting
from bot.retrieval.analysis import char_terms, word_terms
from bot.retrieval.counting import Counted, weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = ("park", "parking", "car", "banana", "é", "i", "how", "long", "does", "it", "last")
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(tuple), min_size=1, max_size=8)


def theirs(rows: Sequence[Sequence[str]], analyzer: Callable[..., list[str]]) -> TfidfVectorizer:
    """Return scikit-learn's vectorizer, fitted."""
    return TfidfVectorizer(analyzer=analyzer).fit(rows)


@settings(max_examples=40)
@given(rows=texts.filter(any))
def test_weights_are_those_of_scikit_learn(rows: list[tuple[str, ...]]) -> None:
    """Stems, pairs and n-grams weigh what `TfidfVectorizer` says, to 1e-6."""
    counted = Counted.of(rows)
    by_words, by_chars = counted.idf()
    many = len(counted.stems)
    pairs = [f"{counted.stems[p // many]} {counted.stems[p % many]}" for p in counted.pairs]
    for analyzer, names, count, idf in (
        (word_terms, [*counted.stems, *pairs], counted.by_words, by_words),
        (char_terms, [*counted.grams], counted.by_chars, by_chars),
    ):
        vectorizer = theirs(rows, analyzer)
        order = [vectorizer.vocabulary_[name] for name in names]
        assert len(order) == len(vectorizer.vocabulary_)
        assert idf == pytest.approx(vectorizer.idf_[order], abs=1e-6)
        expected = vectorizer.transform(rows)[:, order].toarray() * np.sqrt(0.5)
        assert weighed(count(0, len(rows)), idf).toarray() == pytest.approx(expected, abs=1e-6)


def test_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting some texts after the other gives the same."""
    rows = [("park", "the", "car"), (), ("park", "park"), ("how", "long", "does", "it", "last")]
    counted = Counted.of(rows)
    whole = counted.idf(), counted.by_chars(0, 4), counted.by_words(0, 4)
    monkeypatch.setattr(counting, "AT_ONCE", 1)
    assert [*counted.spans()] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    for one, other in zip(counted.idf(), whole[0], strict=True):
        assert one.tolist() == other.tolist()
    for count, expected in ((counted.by_chars, whole[1]), (counted.by_words, whole[2])):
        parts = [count(first, stop) for first, stop in counted.spans()]
        assert (sp.vstack(parts) != expected).nnz == 0

"""The fast arithmetic gives what scikit-learn and plain loops would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analysis import char_terms, word_terms
from bot.retrieval.scoring import NEAREST, Lexicon, best_rows, cosines, encode, meanings, score
from bot.retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.retrieval.scoring import Encoded, Floats
    from bot.snapshot import Snapshot


asked = st.sampled_from("how long does botox take to park my car is it xyzzy привет 10 do".split())
queries = st.lists(asked | st.text(st.characters(categories=["L", "N"]), min_size=1), max_size=8)


@pytest.fixture(scope="module")
def by_scikit_learn(windmill: Snapshot) -> Callable[[Sequence[str]], Floats]:
    """Return a function that computes the similarity with each row as scikit-learn does."""
    texts = [text.split() for text in windmill.index.phrasings]
    vectorizers = [TfidfVectorizer(analyzer=each).fit(texts) for each in (word_terms, char_terms)]

    def transform(many: Sequence[Sequence[str]]) -> sp.csr_matrix:
        return sp.hstack([each.transform(many) for each in vectorizers]).tocsr()

    rows = transform(texts).T

    def similarity(words: Sequence[str]) -> Floats:
        product = (transform([list(words)]) @ rows).toarray()[0] / 2
        return np.asarray(product * windmill.index.rows.weight, np.float32)

    return similarity


def encoded(windmill: Snapshot, words: Sequence[str]) -> Encoded:
    """Encode words with the Windmill Clinic's vocabulary."""
    return encode(windmill.index.rows, words, windmill.index.vectors.encode_words(words))


@settings(max_examples=25)
@given(words=queries)
@example(words=[])
@example(words=["xyzzy"])
@example(words=["how", "how", "how", "long"])
def test_cosines_equal_those_of_scikit_learn(
    windmill: Snapshot, by_scikit_learn: Callable[[Sequence[str]], Floats], words: list[str]
) -> None:
    """Encoding and multiplying give what `TfidfVectorizer.transform` and a dot product give."""
    ours = cosines(windmill.index.rows, encoded(windmill, words))
    np.testing.assert_allclose(ours, by_scikit_learn(words), atol=1e-6)


@given(words=queries)
def test_each_block_of_a_query_has_the_same_length(windmill: Snapshot, words: list[str]) -> None:
    """Words and letters count the same: a half each, or nothing where none is known."""
    query, of_words = encoded(windmill, words), windmill.index.rows.word_terms
    for block in (query.terms < of_words, query.terms >= of_words):
        length = float(query.values[block] @ query.values[block])
        assert length == pytest.approx(0.5 if block.any() else 0.0, abs=1e-5)


def test_a_phrasing_is_nearest_to_itself(windmill: Snapshot) -> None:
    """A text that is a row to the letter has the similarity 1 with it, if it is no answer."""
    rows = windmill.index.rows
    for at in np.flatnonzero(rows.weight == 1)[:20].tolist():
        query = encoded(windmill, windmill.index.phrasings[at].split())
        assert cosines(rows, query)[at] == pytest.approx(1, abs=1e-5)
        assert meanings(rows, query)[at] == pytest.approx(1, abs=1e-5)


# --- the best rows of each label -----------------------------------------------------------

similarities = st.floats(-1, 1, width=32).map(lambda each: round(each, 3))
labels = st.lists(st.lists(similarities, max_size=6), min_size=1, max_size=6).filter(any)


@given(labels)
@example([[0.5, 0.5, 0.5, 0.5], [], [0.5]])
@example([[], [-0.3, -0.2]])
def test_best_rows_equal_a_plain_loop(labels: list[list[float]]) -> None:
    """The mean of the best rows and the best alone are those that sorting finds."""
    counts = np.array([len(rows) for rows in labels], np.int32)
    starts = (np.cumsum(counts) - counts).astype(np.int32)
    rows = np.array([each for label in labels for each in label], np.float32)
    mean, best = best_rows(rows, starts, counts)
    tops = [sorted(label, reverse=True)[:NEAREST] for label in labels]
    assert mean.tolist() == pytest.approx([sum(top) / max(len(top), 1) for top in tops], abs=1e-5)
    assert best.tolist() == pytest.approx([max(top, default=0) for top in tops], abs=1e-5)


@given(words=queries)
def test_scores_are_finite(windmill: Snapshot, words: list[str]) -> None:
    """Every label gets a score for every query, known or unknown."""
    index = windmill.index
    parts = score(index.rows, index.classifier, encoded(windmill, words))
    assert parts.score.shape == (len(index.labels),)
    assert np.isfinite(parts.score).all()
    assert (parts.nearest >= parts.phrasings - 1e-6).all()


# --- the lexicon ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """Return the words of two labels, and of one that has none."""
    rows = [(0, ["park", "the", "car"]), (1, ["pain"]), (1, ["pain", "relief"])]
    return Lexicon.of(rows, 3, Vectors.load())


@pytest.mark.parametrize(
    ("word", "near"),
    [("car", (1.0, 0.0)), ("vehicle", (0.3, 0.0)), ("ache", (0.0, 0.3)), ("pain", (0.0, 1.0))],
)
def test_explained(lexicon: Lexicon, word: str, near: tuple[float, float]) -> None:
    """A label explains its own words wholly, and words of like meaning in part."""
    found = lexicon.explained(word, Vectors.load().encode_words([word]), [0, 1, 2])
    assert found[2] == 0
    assert [each >= least for each, least in zip(found, near, strict=False)] == [True, True]
    assert max(found) <= 1 + 1e-6
    assert (found[0] > found[1]) == (near[0] > near[1])


@given(vector=hnp.arrays(np.float32, 256, elements=st.floats(-1, 1, width=32)))
def test_explained_is_a_share(lexicon: Lexicon, vector: Floats) -> None:
    """No word is explained less than not at all."""
    length = np.linalg.norm(vector) or np.float32(1)
    lexicon = Lexicon.from_arrays(
        lexicon.words, vectors=lexicon.vectors, start=lexicon.start, word=lexicon.word
    )
    found = lexicon.explained("unknown", vector / length, [0, 1, 2])
    assert all(0 <= each <= 1 + 1e-5 for each in found)


def test_stems(lexicon: Lexicon) -> None:
    """The words of a label are known by their stems."""
    assert lexicon.stems(1) == {"pain", "relief"}
    assert lexicon.stems(2) == frozenset()

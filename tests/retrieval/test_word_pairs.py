"""Packed pairs of words: those that were packed, and no others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.word_pairs import WordPairs, read_words, stored

WORDS = st.text("abcé'", min_size=1, max_size=3)
PAIRS = st.frozensets(st.tuples(WORDS, WORDS))


@given(PAIRS, PAIRS)
def test_pairs(pairs: frozenset[tuple[str, str]], others: frozenset[tuple[str, str]]) -> None:
    """Each pair is there, in its order; another one is not, nor is anything else."""
    packed = WordPairs.of(pairs)
    assert all(pair in packed for pair in pairs)
    assert all((pair in packed) == (pair in pairs) for pair in others)
    assert "a b" not in packed


@given(st.lists(WORDS, unique=True))
def test_stored_words_come_back(words: list[str]) -> None:
    """Words go through an array, as they are kept in an index."""
    assert list(read_words(stored(words))) == words

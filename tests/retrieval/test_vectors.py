"""The static vectors: words are split as the encoder's own library does, and meaning is found."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.vectors import (
    INSIDE,
    LONGEST_WORD,
    PIECES,
    TABLE,
    WORDS_KEPT,
    Vectors,
    pack_pieces,
    split,
)
from bot.text import fold, words

VECTORS = Vectors.load()
GOLDEN = Path(__file__).with_name("pieces.tsv")
"""Words and their pieces as Hugging Face's tokenizers 0.23 splits them with the shipped pieces."""


def cosine(left: str, right: str) -> float:
    """Compare two texts."""
    return float(VECTORS.encode(left) @ VECTORS.encode(right))


def test_words_are_split_as_the_reference_splits_them() -> None:
    """The longest known piece comes first, as in the library that the encoder was made with."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    golden = dict(line.split("\t") for line in lines if not line.startswith("#"))
    names = list(VECTORS.pieces)
    own = {word: " ".join(names[row] for row in split(word, VECTORS.pieces)) for word in golden}
    assert own == golden
    assert len(golden) > 100


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=30))
def test_every_plain_word_is_known(word: str) -> None:
    """Pieces put together give the word back; no English word or number is without any."""
    names = list(VECTORS.pieces)
    pieces = [names[row] for row in split(word, VECTORS.pieces)]
    assert pieces[0] + "".join(piece.removeprefix(INSIDE) for piece in pieces[1:]) == word


@given(st.text(max_size=200))
def test_any_text_has_a_vector_of_length_one_or_none(text: str) -> None:
    """Whatever is typed, the vector is finite, and scaled unless nothing is known."""
    vector = VECTORS.encode(text)
    assert vector.dtype == np.float32
    assert vector.shape == (VECTORS.dimensions,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5) or not vector.any()


@pytest.mark.parametrize("text", ["", "?!", "😀", "你好", "xy" * LONGEST_WORD])
def test_a_text_without_a_known_word_is_all_zero(text: str) -> None:
    """Nothing known means no similarity to anything, not to everything."""
    assert not VECTORS.encode(text).any()


def test_a_text_is_the_sum_of_its_words() -> None:
    """What one word adds can be remembered, whatever stands beside it."""
    text = "Can't I drive home after the injections?"
    total = sum(VECTORS.word(word) for word in words(fold(text)))
    assert VECTORS.encode(text) == pytest.approx(total / np.linalg.norm(total), abs=1e-6)


def test_a_remembered_word_can_not_be_changed() -> None:
    """A caller can't spoil the table for others."""
    with pytest.raises(ValueError, match="read-only"):
        VECTORS.word("botox")[0] = 1.0


def test_memory_stays_bounded() -> None:
    """Ten thousand different words leave no more vectors behind than may be kept."""
    for number in range(WORDS_KEPT + 10):
        VECTORS.word(f"w{number}")
    assert len(VECTORS.known) <= WORDS_KEPT


@pytest.mark.parametrize(
    ("asked", "same", "other"),
    [
        ("how much is it", "what does the treatment cost", "when are you open"),
        ("does it hurt", "is the injection painful", "is the clinic far"),
        ("how long until I see results", "when does it start to work", "where do I park"),
        ("I need to move my visit", "reschedule an appointment", "get a refund"),
        ("who gives the shot", "which doctor does the injections", "what is in it"),
        ("wieght loss pills", "weight loss pills", "hair color"),
    ],
)
def test_the_same_meaning_is_nearer_than_another(asked: str, same: str, other: str) -> None:
    """Questions that share no word are near when they mean the same."""
    assert cosine(asked, same) > cosine(asked, other) + 0.1


def test_the_file_is_small_and_read_at_once() -> None:
    """The table stays under 8 MB and costs a start little; a second load costs nothing."""
    assert TABLE.stat().st_size <= 8_000_000
    started = time.process_time()
    first = Vectors.load(Path(str(TABLE)))
    assert time.process_time() - started < 0.5  # 25 ms on an idle machine
    assert Vectors.load() is first


def test_pieces_are_packed() -> None:
    """The packed pieces are the table's; `python -m bot.retrieval.vectors` renews them."""
    assert PIECES.read_bytes() == pack_pieces()

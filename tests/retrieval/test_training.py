"""Making the table of static vectors, but for what needs the encoder."""

# ruff: noqa: S311  random sentences are no secret

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.retrieval.training.packing import Table, pack
from bot.retrieval.training.phrases import read_grammar, sentences
from bot.retrieval.training.texts import piece_sentences, read_sets, without
from bot.retrieval.training.typing_errors import NEIGHBOURS, SHORTEST, mistype
from bot.retrieval.training.wordnet import Sense, read_wordnet
from bot.retrieval.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path

COLD = (
    "14168792 26 n 02 cold 0 common_cold 0 001 @ 14145501 n 0000 | a mild viral infection; "
    '"will they never find a cure for the common cold?"  \n'
)


def test_every_slot_of_the_grammar_is_filled() -> None:
    """No subject lacks what a sentence may ask for, and no slot is left open."""
    names = {name for grammar in read_grammar() for name in grammar}
    assert all(names == set(grammar) for grammar in read_grammar())
    assert not any("{" in text or "}" in text for text in sentences(3000, random.Random(1)))


def test_the_same_seed_gives_the_same_sentences() -> None:
    """The table can be made again from the same texts."""
    assert sentences(200, random.Random(3)) == sentences(200, random.Random(3))
    assert len(set(sentences(200, random.Random(3)))) == 200


def test_wordnet_lines_are_read(tmp_path: Path) -> None:
    """Words, definition, examples and counts come out; licence lines don't."""
    for part in ("verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text("  1 licence\n", encoding="utf-8")
    (tmp_path / "data.noun").write_text("  1 licence\n" + COLD, encoding="utf-8")
    (tmp_path / "cntlist.rev").write_text("cold%1:26:00:: 1 7\nhot%1:26:00:: 1 9\n")
    names, example = ("cold", "common cold"), "will they never find a cure for the common cold?"
    expected = Sense("noun", names, "a mild viral infection", (example,), 7)
    assert list(read_wordnet(tmp_path)) == [expected]


def test_texts_of_an_evaluation_set_are_left_out(tmp_path: Path) -> None:
    """A text that a set has too is not learnt from, however it is spelled out."""
    path = tmp_path / "set.json"
    path.write_text('{"test": [["What\'s my PIN?", "pin"]]}', encoding="utf-8")
    assert without(["what is my pin", "where is my card", "?"], read_sets([path])) == [
        "where is my card"
    ]


def test_every_piece_is_seen_once() -> None:
    """No row of the table stays as it was before tuning."""
    pieces = [f"w{number}" for number in range(60)]
    texts = piece_sentences(pieces, random.Random(0))
    assert all(piece in text.split() for piece, text in zip(pieces, texts, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_a_typing_error_is_one_slip(seed: int) -> None:
    """The first letter stays, the length changes by at most one, short words stay whole."""
    rng = random.Random(seed)
    wrong = mistype("appointment", rng)
    assert wrong[0] == "a"
    assert abs(len(wrong) - len("appointment")) <= 1
    assert mistype("a" * (SHORTEST - 1), rng) == "a" * (SHORTEST - 1)
    assert "s" in NEIGHBOURS["a"]
    assert "p" not in NEIGHBOURS["a"]


def test_a_packed_table_loads_as_it_was(tmp_path: Path) -> None:
    """Small whole numbers keep a row's direction."""
    vectors = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    vectors[2] = 0
    pack(Table(["he", "##llo", "x"], vectors), tmp_path / "table.npz")
    loaded = Vectors.load(tmp_path / "table.npz")
    assert loaded.word("hello") == pytest.approx(vectors[0] + vectors[1], abs=0.03)
    assert not loaded.encode("x").any()

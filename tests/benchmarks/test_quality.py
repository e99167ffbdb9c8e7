"""The measurements that docs/quality.md rests on."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.figures import tables
from benchmarks.measures import Judged, halves
from benchmarks.pictures import pictures
from benchmarks.ranker import STEPS, Ranker, textbook
from benchmarks.sets import HINT3_BOTS, SETS, PublicSet, Split, load
from benchmarks.typos import misspell
from tests.conftest import SHIPPED

TRAIN = (
    ("where do I leave my car", "parking"), ("is there a car park", "parking"),
    ("is parking free", "parking"), ("how long does it take", "length"),
    ("is it quick", "length"), ("how many minutes is the session", "length"),
    ("what does it cost", "price"), ("how much do I pay", "price"), ("is it expensive", "price"),
)  # fmt: skip
ASKED = (("where can I park my car", "parking"), ("how many minutes will it take", "length"))
OUTSIDE = ("who won the football match",)
SPLITS: tuple[Split, Split] = ("validation", "test")
SMALL = PublicSet("small", TRAIN, ASKED, {"any": OUTSIDE})


def judged(*rows: tuple[str | None, str, float]) -> Judged:
    """Return (expected, got, score) rows."""
    expected, got, score = zip(*rows, strict=True)
    return Judged(expected, got, np.array(score))


MIXED = judged(("a", "a", 0.9), ("b", "a", 0.6), (None, "a", 0.4), ("b", "b", 0.3))
"""Right and sure, wrong, nothing answers, right but unsure."""


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    """Return the product over three labels."""
    return Ranker(TRAIN)


def test_accuracy_needs_no_threshold() -> None:
    """Two of three in-scope texts are right."""
    assert MIXED.accuracy == pytest.approx(2 / 3)
    assert MIXED.auroc == pytest.approx(2 / 3)


def test_a_threshold_refuses_right_and_wrong_alike() -> None:
    """At 0.5 one is right, one wrong, and what nothing answers is refused."""
    assert MIXED.at(0.5) == pytest.approx((1 / 3, 1.0))
    assert MIXED.at(0.0) == pytest.approx((2 / 3, 0.0))


def test_the_best_threshold_has_the_most_right_decisions() -> None:
    """Three of four decisions: refusing both unsure ones loses one and gains one."""
    rows = judged(("a", "a", 0.9), ("a", "a", 0.8), (None, "a", 0.7), (None, "b", 0.1))
    assert rows.best_threshold() == 0.8
    assert rows.at(rows.best_threshold()) == (1.0, 1.0)
    assert halves(judged(*[("a", "a", 0.9), ("a", "a", 0.8), (None, "a", 0.2)] * 4)) == (1.0, 1.0)


def test_the_best_correlation_is_no_worse_than_a_fixed_one() -> None:
    """It is 1 for what is all right."""
    perfect = judged(("a", "a", 0.9), ("b", "b", 0.8), (None, "a", 0.1))
    assert perfect.best_mcc([0.5]) == pytest.approx((1.0, 0.5))
    assert MIXED.best_mcc()[0] >= MIXED.mcc(0.5)


def test_the_last_step_of_the_ablation_is_the_products_score(ranker: Ranker) -> None:
    """So the table ends with what ships."""
    steps = ranker.ablation(ASKED, OUTSIDE)
    whole = ranker.measure(ASKED, OUTSIDE)
    assert [*steps] == [*STEPS]
    assert steps[STEPS[-1]].score == pytest.approx(whole.score, abs=1e-4)


def test_a_set_becomes_an_index_of_its_labels(ranker: Ranker) -> None:
    """And answers as the product does."""
    assert ranker.index.labels[:3] == ("length", "parking", "price")
    assert ranker.measure(ASKED).by_score.accuracy == 1.0
    assert textbook(SMALL).auroc is not None


def test_typing_errors_are_the_same_each_time() -> None:
    """Only in words of four letters or more, one each."""
    texts = ("where is the parking garage for my big car",) * 50
    assert misspell(texts) == misspell(texts)
    pairs = zip(" ".join(misspell(texts)).split(), " ".join(texts).split(), strict=True)
    changed = [(typo, word) for typo, word in pairs if typo != word]
    assert changed
    assert all(len(word) >= 4 and abs(len(word) - len(typo)) <= 1 for typo, word in changed)


def test_what_was_not_measured_is_a_dash() -> None:
    """Tables of an empty run have the published figures all the same."""
    text = tables({})
    assert "| **Askwell** | – | – | – |" in text
    assert "| BERT | 96.2 | 52.3 | 0.942 |" in text
    assert pictures({}) == {}


@pytest.mark.skipif("ASKWELL_DATA" not in os.environ, reason="ASKWELL_DATA names no folder")
@pytest.mark.parametrize("name", SETS)
def test_validation_does_not_ask_what_is_tested(name: str) -> None:
    """But for a few texts that the sets repeat between their splits."""
    data = Path(os.environ["ASKWELL_DATA"]) / "public"
    asked, tested = (set(load(name, data, split).asked) for split in SPLITS)
    assert len(asked & tested) <= 0.06 * len(asked)


@pytest.mark.skipif("ASKWELL_DATA" not in os.environ, reason="ASKWELL_DATA names no folder")
@pytest.mark.parametrize("name", ["banking", "banking5", "hwu10", *map(str.lower, HINT3_BOTS)])
def test_what_is_held_out_is_not_trained_on(name: str) -> None:
    """Not even under another label."""
    public = load(name, Path(os.environ["ASKWELL_DATA"]) / "public", "validation")
    trained = {text.lower() for text, _ in public.train}
    assert public.asked
    assert not trained & {text.lower() for text, _ in public.asked}


def test_the_page_has_a_place_for_the_figures() -> None:
    """`--write` would else change nothing."""
    page = (SHIPPED.parent / "docs" / "quality.md").read_text("utf-8")
    assert page.count("<!-- figures -->") == page.count("<!-- end of figures -->") == 1

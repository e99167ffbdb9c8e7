"""Counts, shares, confusions, calibration: small cases worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate import Calibration, Figures, Pair, Verdict, confusions
from bot.evaluate.figures import interval, joined, worst_first
from tests.evaluate.made import FOUR, outcome


def test_shares_are_of_the_questions_they_are_about() -> None:
    """One of three answerable ones is right; none of the others was answered."""
    figures = Figures.of(FOUR)
    assert figures.right == pytest.approx(1 / 3)
    assert figures.wrong == pytest.approx(2 / 3)
    assert figures.wrongly_answered == 0


def test_there_is_no_share_of_nothing() -> None:
    """An empty file is neither right nor wrong."""
    figures = Figures.of([])
    assert (figures.right, figures.wrong, figures.wrongly_answered) == (None, None, None)


def test_the_most_confident_wrong_answer_stands_first() -> None:
    """Then other wrong ones, then what was only not answered."""
    missed = outcome("missed", Verdict.FALLBACK, got="", confidence=0.99)
    texts = [each.question.text for each in worst_first([missed, *FOUR])]
    assert texts == ["sure", "unsure", "missed"]


def test_a_confusion_is_a_wrong_answer_or_a_wrong_first_option() -> None:
    """The right answer and a clarification led by the right entry are none."""
    led = outcome("led", Verdict.ASTRAY, got="a/two")
    fine = outcome("fine", Verdict.CLARIFIED)
    assert confusions([*FOUR, led, fine]) == (Pair("a/one", "a/two", ("unsure", "sure", "led")),)


def test_in_a_joined_pair_the_direction_does_not_matter() -> None:
    """Both directions are one pair."""
    pairs = [Pair("b", "a", ("x",)), Pair("a", "b", ("y",)), Pair("a", "c", ("z",))]
    assert [(p.expected, p.got, len(p.questions)) for p in joined(pairs)] == [
        ("a", "b", 2),
        ("a", "c", 1),
    ]


def test_the_calibration_error_is_the_mean_gap() -> None:
    """0.9 and right, 0.3 and wrong, 0.8 and wrong: gaps of 0.1, 0.3, 0.8 in bins of one each."""
    calibration = Calibration.of(FOUR)
    assert calibration.questions == 3
    assert calibration.error == pytest.approx((0.1 + 0.3 + 0.8) / 3)
    assert calibration.brier == pytest.approx((0.01 + 0.09 + 0.64) / 3)


@given(st.lists(st.floats(0, 1), max_size=50))
def test_every_ranked_question_is_in_one_bin(confidences: list[float]) -> None:
    """Both ends included, and the error stays within its bounds."""
    calibration = Calibration.of(outcome("q", confidence=each) for each in confidences)
    assert calibration.questions == len(confidences)
    assert 0 <= calibration.error <= 1


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(counts: tuple[int, int]) -> None:
    """And stays between 0 and 1."""
    part, whole = counts
    low, high = interval(part, whole)
    assert 0 <= low <= part / whole + 1e-9
    assert part / whole - 1e-9 <= high <= 1


def test_an_interval_as_published() -> None:
    """Wilson's interval for 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Table I)."""
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)

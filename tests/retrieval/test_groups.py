"""Texts that ask the same stand together, whatever else there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.groups import centred, group

PARKING = ["where can I park my car", "is there parking", "parking for my car"]
MONEY = ["what does it cost", "how much does it cost", "what is the cost of it"]
ALONE = "can I bring my parrot"
TEXTS = [*PARKING, *MONEY, ALONE]


def named(texts: list[str]) -> list[set[str]]:
    return [{texts[at] for at in members} for members in group(texts)]


def test_what_asks_the_same_stands_together() -> None:
    """Two subjects make two groups, and a question of its own stays alone."""
    assert sorted(named(TEXTS), key=sorted) == sorted([{ALONE}, {*PARKING}, {*MONEY}], key=sorted)


def test_the_largest_group_stands_first() -> None:
    """Whatever was asked first."""
    assert [len(members) for members in group([ALONE, *MONEY])] == [3, 1]


def test_the_same_texts_give_the_same_groups() -> None:
    """There is no chance in it."""
    assert group(TEXTS) == group(TEXTS)


def test_nothing_makes_no_group() -> None:
    """No text, no group; one text, one group."""
    assert group([]) == ()
    assert group(["hello"]) == ((0,),)


def test_progress_counts_each_text_once() -> None:
    """So that a bar knows how far it is."""
    steps: list[int] = []
    group(TEXTS, step=lambda: steps.append(1))
    assert len(steps) == len(TEXTS)


@given(st.lists(st.text(max_size=30), max_size=12))
def test_each_text_is_in_exactly_one_group(texts: list[str]) -> None:
    """Also texts without a word."""
    places = [at for members in group(texts) for at in members]
    assert sorted(places) == list(range(len(texts)))


def test_vectors_have_length_one_or_zero() -> None:
    """A text without a known word has no direction."""
    lengths = (centred([*TEXTS, "…"]) ** 2).sum(axis=1)
    assert all(abs(length - 1) < 1e-4 for length in lengths)

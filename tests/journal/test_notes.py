"""Of a turn only that is kept which helps staff; every other word is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.dialogue import choose, respond
from bot.journal.notes import MISSED, NONE_OF_THESE, NOTHING_SAID, Asked, Note, asked
from bot.journal.records import Near, Outcome
from bot.models import Clarify, Fallback, Handoff, State

if TYPE_CHECKING:
    from bot.models import Turn
    from bot.snapshot import Snapshot

HERE = State(conversation="c")
OFFERED = State(
    conversation="c", offered=("botox/how-long", "parking/where-can-i-park"), tail="x y"
)


def kept(turn: Turn, text: str | None, before: State = HERE, *, answered: bool = False) -> (
    Asked | None
):  # fmt: skip
    """Return what is kept of a turn."""
    return asked(Note("1", text, before, turn, "v1", 0.001), answered=answered)


@pytest.mark.parametrize(
    "text",
    [
        "how long is the session",  # answered
        "I can't breathe",  # a red flag
        "I want to kill myself",
        "hi",  # small talk
        "can I speak to someone",
        "",
        "?!",
    ],
)
def test_these_are_not_kept(windmill: Snapshot, text: str) -> None:
    """What was answered, what a red flag answered, small talk, and nothing."""
    assert kept(respond(windmill, HERE, text), text) is None


def test_a_question_without_an_answer_is_kept(windmill: Snapshot) -> None:
    """With the entries that came nearest, and how near."""
    text = "do you treat giraffes on the moon"
    found = kept(respond(windmill, HERE, text), text)
    assert found is not None
    assert (found.outcome, found.text, found.conversation) == (Outcome.UNANSWERED, text, "c")
    assert 0 < len(found.near) <= 3
    assert all(0 <= (near.confidence or 0) <= 1 for near in found.near)


def test_a_subject_that_is_not_covered_is_named(windmill: Snapshot) -> None:
    """Staff see that the question was understood."""
    text = "how much does it cost"
    found = kept(respond(windmill, HERE, text), text)
    assert found is not None
    assert (found.outcome, found.subject) == (Outcome.UNANSWERED, "not-covered/prices")


def test_what_was_asked_back_about_is_kept(windmill: Snapshot) -> None:
    """As clarified."""
    turn = respond(windmill, HERE, "how long")
    clarified = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.5, "close")
    found = kept(turn._replace(decision=clarified), "how long")
    assert found is not None
    assert found.outcome is Outcome.CLARIFIED


@pytest.mark.parametrize("misses", [0, 9])
def test_none_of_these_is_kept_with_the_words_asked_about(windmill: Snapshot, misses: int) -> None:
    """And with what was offered, whether it leads to a person or not."""
    before = OFFERED._replace(misses=misses)
    found = kept(choose(windmill, before, None), None, before)
    assert found is not None
    assert (found.outcome, found.text) == (Outcome.NONE_OF_THESE, "x y")
    assert found.near == (Near("botox/how-long", None), Near("parking/where-can-i-park", None))


def test_none_of_these_may_be_typed(windmill: Snapshot) -> None:
    """It is the same as pressing it."""
    found = kept(respond(windmill, OFFERED, "none of these"), "none of these", OFFERED)
    assert found is not None
    assert (found.outcome, found.text) == (Outcome.NONE_OF_THESE, "x y")


def test_none_of_these_pressed_twice_is_kept_once(windmill: Snapshot) -> None:
    """The second time nothing is offered any more."""
    assert kept(choose(windmill, HERE, None), None) is None


def test_an_answer_is_kept_where_a_setting_asks_for_it(windmill: Snapshot) -> None:
    """But not one that was pressed: it has no words."""
    text = "how long is the session"
    found = kept(respond(windmill, HERE, text), text, answered=True)
    assert found is not None
    assert found.outcome is Outcome.ANSWERED
    pressed = choose(windmill, HERE, "botox/how-long")
    assert kept(pressed, None, answered=True) is None


def test_a_fault_of_ours_leaves_no_words() -> None:
    """A turn that failed is counted only."""
    assert asked(Note("1", "words", HERE, None, "v1", 0.001), answered=True) is None


def test_the_rules_are_those_of_the_policy(windmill: Snapshot) -> None:
    """The names by which a decision says why it was made."""
    missed = State(conversation="c", misses=9)
    decisions = [
        choose(windmill, OFFERED, None).decision,
        respond(windmill, HERE, "").decision,
        respond(windmill, missed, "do you treat giraffes on the moon").decision,
    ]
    assert all(isinstance(each, Fallback | Handoff) for each in decisions)
    assert [each.rule for each in decisions] == [NONE_OF_THESE, NOTHING_SAID, MISSED]

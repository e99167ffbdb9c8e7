"""What counts as right, and what as wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.evaluate import Question, Verdict, ask

if TYPE_CHECKING:
    from bot.evaluate import Outcome
    from bot.snapshot import Snapshot

HOW_LONG, PARKING = "botox/how-long", "parking/where-can-i-park"
PERSON = "small-talk/talk-to-a-person"


def asked(snapshot: Snapshot, text: str, *expected: str) -> Outcome:
    """Ask one question."""
    (outcome,) = ask(snapshot, [Question(text, expected)])
    return outcome


@pytest.mark.parametrize(
    ("text", "expected", "verdict", "fine"),
    [
        ("how long is the session", [HOW_LONG], Verdict.RIGHT, True),
        ("how long is the session", [PARKING, HOW_LONG], Verdict.RIGHT, True),
        ("how long is the session", [PARKING], Verdict.WRONG, False),
        ("how long is the session", [], Verdict.WRONG, False),
        ("how long is the session", ["not-covered/prices"], Verdict.WRONG, False),
        ("is it quick? and where do I leave my car?", [PARKING], Verdict.RIGHT, True),
        ("thanks a lot", ["small-talk/thanks"], Verdict.RIGHT, True),
        ("give me a human", [PERSON], Verdict.RIGHT, True),
        ("give me a human", [HOW_LONG], Verdict.HANDOFF, False),
        ("give me a human", [], Verdict.HANDOFF, True),
        ("what do you charge", ["not-covered/prices"], Verdict.FALLBACK, True),
        ("what do you charge", [HOW_LONG], Verdict.FALLBACK, False),
        ("I can't breathe", [HOW_LONG], Verdict.RED_FLAG, False),
        ("I can't breathe", [], Verdict.RED_FLAG, True),
    ],
)
def test_verdicts(
    windmill: Snapshot, text: str, expected: list[str], verdict: Verdict, *, fine: bool
) -> None:
    """Any of the expected entries is right; an answer where nothing answers is wrong."""
    outcome = asked(windmill, text, *expected)
    assert (outcome.verdict, outcome.fine) == (verdict, fine)


def test_each_question_is_a_conversation_of_its_own(windmill: Snapshot) -> None:
    """Misses do not add up to a hand-off, and no question leans on the one before."""
    questions = [Question("what do you charge")] * 4
    assert {outcome.verdict for outcome in ask(windmill, questions)} == {Verdict.FALLBACK}


def test_a_red_flag_has_no_confidence(windmill: Snapshot) -> None:
    """Nothing was ranked."""
    assert asked(windmill, "I can't breathe").confidence is None


def test_the_best_hit_of_a_question_that_nothing_answers_is_never_right(
    windmill: Snapshot,
) -> None:
    """That is what confidence must foretell."""
    assert asked(windmill, "is it quick", HOW_LONG).best_is_right
    assert not asked(windmill, "is it quick").best_is_right

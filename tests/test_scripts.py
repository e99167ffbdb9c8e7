"""Scripted conversations: what counts as passed, and what a failure tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.talk import LocalTalk
from bot.content.questions import Conversation, Step
from bot.errors import ContentError
from bot.models import Reply, ReplyKind
from bot.scripts import judge, outcome_record, read_scripts, run, select, steps
from tests.faqs import write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot

REPLY = Reply(ReplyKind.ANSWER, (), "Park in Lot B.\nIt is free.", entries=("parking/where",))


@pytest.mark.parametrize(
    ("step", "misses"),
    [
        (Step(1, "?", entry="parking/where"), []),
        (Step(1, "?", contains=("LOT  b", "it’s your provider")), []),
        (Step(1, "?", kind=ReplyKind.ANSWER), []),
        (Step(1, "?", entry="a/b"), ["expected the entry a/b, got parking/where"]),
        (Step(1, "?", contains=("Lot C",)), ["expected the words “Lot C”"]),
        (Step(1, "?", kind=ReplyKind.CRISIS), ["expected the kind crisis, got answer"]),
    ],
)
def test_a_step_names_each_expectation_that_fails(step: Step, misses: list[str]) -> None:
    """Words are compared as patients' words are: case, quotes and spaces do not matter."""
    reply = Reply(REPLY.kind, (), REPLY.text, REPLY.entries, disclaimer="It's your provider")
    assert list(judge(step, reply)) == misses


def test_an_offer_is_no_answer() -> None:
    """An entry in a "did you mean" counts only where the step asks for that kind."""
    offer = Reply(ReplyKind.CLARIFY, (), "", entries=("parking/where",))
    assert len(list(judge(Step(1, "?", entry="parking/where"), offer))) == 1
    asked = Step(1, "?", entry="parking/where", kind=ReplyKind.CLARIFY)
    assert not list(judge(asked, offer))


def test_each_conversation_starts_anew(windmill: Snapshot) -> None:
    """A follow-up is understood within its conversation only."""
    follow_up = Step(2, "tell me more", kind=ReplyKind.ANSWER)
    together = Conversation("a.txt", 1, (Step(1, "is it quick"), follow_up))
    alone = Conversation("a.txt", 5, (follow_up,))
    outcomes = [*run([together, alone], LocalTalk(windmill, longest=1000))]
    assert [outcome.passed for outcome in outcomes] == [True, False]


def test_a_failure_has_the_ranking(windmill: Snapshot) -> None:
    """Its record says what was expected, what came, and what was near."""
    step = Step(3, "where can I park", entry="botox/how-long")
    (outcome,) = run([Conversation("a.txt", 3, (step,))], LocalTalk(windmill, longest=1000))
    record = outcome_record(outcome)
    assert (record["path"], record["line"], record["passed"]) == ("a.txt", 3, False)
    assert record["expected"]["entry"] == "botox/how-long"
    assert record["got"]["entries"] == ["parking/where-can-i-park"]
    assert record["ranking"][0]["entry"] == "parking/where-can-i-park"


def test_steps_without_expectations_are_not_counted(windmill: Snapshot) -> None:
    """They only lead to those that have some."""
    told = Conversation("a.txt", 1, (Step(1, "hi"), Step(2, "thanks", kind=ReplyKind.SMALL_TALK)))
    assert steps([told]) == 1
    assert len([*run([told], LocalTalk(windmill, longest=1000))]) == 1


def test_scripts_are_files_folders_and_faq_folders(tmp_path: Path) -> None:
    """All three name the same conversations."""
    faq = write_faq(tmp_path / "faq")
    assert read_scripts([faq])[0].path == "faq/questions/botox.txt"
    assert len(read_scripts([faq])) == len(read_scripts([faq / "questions"])) == 5
    (only,) = read_scripts([faq / "questions" / "parking.txt"])
    assert only.steps[0].entry == "parking/where-can-i-park"


def test_all_broken_scripts_are_reported_at_once(tmp_path: Path) -> None:
    """With their files and lines."""
    (tmp_path / "a.txt").write_text("> hello\n= a/b\n? what\n")
    (tmp_path / "b.txt").write_bytes(b"> caf\xe9\n")
    with pytest.raises(ContentError) as error:
        read_scripts([tmp_path])
    assert [problem.line for problem in error.value.problems] == [3, 1]


@pytest.mark.parametrize(("text", "found"), [("LOT", 0), ("by car", 1), ("botox/", 2), ("q", 5)])
def test_conversations_are_selected_by_their_words(tmp_path: Path, text: str, found: int) -> None:
    """By file, question or expected entry, in any case."""
    assert len(select(read_scripts([write_faq(tmp_path / "faq")]), text)) == found

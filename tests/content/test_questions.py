"""Scripted conversations say what must come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content.questions import Conversation, Step, load_questions, parse_questions
from bot.errors import ContentError
from bot.models import Level, ReplyKind
from tests.content.loading import load_small, problems_of
from tests.faqs import write_faq

if TYPE_CHECKING:
    from pathlib import Path


def test_conversations_and_steps() -> None:
    """A blank line starts a new conversation; what is expected follows the utterance."""
    text = "# note\n> hi\n! small talk\n> how long\n= how-long\n~ 10\n~ 30 min\n\n"
    text += "> fees?\n! fallback\n"
    conversations, problems = parse_questions(text, "faq/questions/botox.txt")

    assert problems == []
    assert conversations == (
        Conversation(
            "faq/questions/botox.txt",
            2,
            (
                Step(2, "hi", kind=ReplyKind.SMALL_TALK),
                Step(4, "how long", "botox/how-long", ("10", "30 min"), entry_line=5),
            ),
        ),
        Conversation("faq/questions/botox.txt", 9, (Step(9, "fees?", kind=ReplyKind.FALLBACK),)),
    )


def test_signs_need_no_space_and_utterances_keep_theirs() -> None:
    """What the patient writes comes through as it is, signs and all."""
    (conversation,), _ = parse_questions(">> is 1 = 2?\n=parking/x\n", "faq/questions/a.txt")

    assert conversation.steps[0] == Step(1, "> is 1 = 2?", "parking/x", entry_line=2)


def test_comments_do_not_end_a_conversation() -> None:
    """A line with # is for readers only."""
    conversations, _ = parse_questions("> a\n# why\n! answer\n> b\n", "faq/questions/a.txt")

    assert len(conversations) == 1
    assert len(conversations[0].steps) == 2


@pytest.mark.parametrize("line", ["= a/b", "! answer"])
def test_one_expectation_of_a_kind(line: str) -> None:
    """A second entry or kind for the same utterance is a mistake; more words are not."""
    _, problems = parse_questions(f"> a\n~ x\n~ y\n{line}\n{line}\n", "faq/questions/a.txt")

    assert [problem.line for problem in problems] == [5]


def test_all_scripts_of_a_folder(tmp_path: Path) -> None:
    """The conversations of all files are read in order of the files."""
    conversations = load_questions(write_faq(tmp_path / "faq"))

    assert [each.path.rpartition("/")[2] for each in conversations] == [
        "botox.txt", "botox.txt", "not-covered.txt", "parking.txt", "small-talk.txt",
    ]  # fmt: skip


def test_no_scripts(tmp_path: Path) -> None:
    """A folder without scripts has no conversations."""
    assert load_questions(tmp_path) == ()


def test_broken_scripts_are_told_all_at_once(tmp_path: Path) -> None:
    """Reading scripts raises with every problem of every file."""
    scripts = {"questions/botox.txt": b"where\n", "questions/parking.txt": b"\xff\xfe"}
    folder = write_faq(tmp_path / "faq", **scripts)
    with pytest.raises(ContentError) as caught:
        load_questions(folder)

    assert [problem.path for problem in caught.value.problems] == [
        "faq/questions/botox.txt",
        "faq/questions/parking.txt",
    ]


def test_a_copied_question_proves_nothing(tmp_path: Path) -> None:
    """A phrasing of the entry itself is no test, but may open a longer conversation."""
    alone = {"questions/parking.txt": "> Is parking FREE\n= where-can-i-park\n"}
    longer = {"questions/parking.txt": "> is parking free\n= where-can-i-park\n> why\n! clarify\n"}

    assert "so it proves nothing" in problems_of(tmp_path / "a", **alone)[0].message
    assert problems_of(tmp_path / "b", **longer) == ()


def test_broken_scripts_never_stop_serving(tmp_path: Path) -> None:
    """What is wrong with a script is a warning for whoever loads the FAQ."""
    loaded = load_small(tmp_path, **{"questions/parking.txt": "> a\n= no/such\n! nonsense\nx\n"})

    assert {problem.level for problem in loaded.problems} == {Level.WARNING}
    assert len(loaded.problems) == 3

"""Two runs side by side, and the record that a run leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.errors import ContentError
from bot.evaluate import Past, Verdict, as_record, compare, read_record
from tests.evaluate.made import FOUR, outcome, report

if TYPE_CHECKING:
    from pathlib import Path

    from bot.evaluate import Outcome

RIGHT = outcome("q")
WRONG = outcome("q", Verdict.WRONG, got="a/two")
MISSED = outcome("q", Verdict.FALLBACK, got="")
TWO = outcome("q", got="a/one b/two")


def past(*outcomes: Outcome) -> list[Past]:
    """Return outcomes as an earlier run has them."""
    return [Past(o.question.text, o.verdict, o.entries, o.fine) for o in outcomes]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (RIGHT, WRONG, "became a wrong answer"),
        (MISSED, WRONG, "became a wrong answer"),
        (RIGHT, MISSED, "is no longer right"),
        (WRONG, RIGHT, "became right"),
        (WRONG, MISSED, "is different"),
        (RIGHT, TWO, "is different"),
    ],
)
def test_a_change_is_named(before: Outcome, now: Outcome, kind: str) -> None:
    """By what it means for patients."""
    (change,) = compare(past(before), [now])
    assert change.kind == kind


def test_the_same_outcome_is_no_change() -> None:
    """However often the same question is asked."""
    assert compare(past(RIGHT, WRONG), [RIGHT, WRONG]) == ()


def test_questions_that_came_or_went_are_listed_last() -> None:
    """Behind what became worse or better."""
    before = past(outcome("gone"), RIGHT)
    changes = compare(before, [outcome("new"), WRONG])
    assert [(change.question, change.now is None) for change in changes] == [
        ("q", False),
        ("new", False),
        ("gone", True),
    ]


def test_a_record_comes_back_from_its_file(tmp_path: Path) -> None:
    """So that a run compared with itself has no changes."""
    path = tmp_path / "run.json"
    path.write_text(json.dumps(as_record(report())))
    version, outcomes = read_record(path)
    assert version == "version1"
    assert compare(outcomes, FOUR) == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', "\x00", '{"format": 1}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    """In one sentence that names it."""
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(ContentError, match="not a saved evaluation"):
        read_record(path)

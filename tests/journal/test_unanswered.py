"""What is not answered today, in groups that staff can work off."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from bot.journal.records import Kept, Outcome, Question
from bot.journal.unanswered import unanswered
from tests.cli.commands import run
from tests.journal.kept import DAY, HOUR, NOON, asked, edited, kept, refused, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot

PARROT = "can I bring my parrot"
PARROTS = "may I bring a parrot with me"
BLOOD = "do you draw blood samples"
HOW_LONG = "how long is the session"


def test_similar_questions_stand_together(windmill: Snapshot) -> None:
    """With their number, their first and last hour, and their wordings."""
    rows = (
        asked(PARROT, NOON),
        asked(BLOOD, NOON),
        asked(PARROTS, NOON + DAY),
        asked(PARROT + "?"),
    )
    found = unanswered(kept(*rows), windmill)
    assert [(group.count, set(group.examples)) for group in found.groups] == [
        (3, {PARROT, PARROTS}), (1, {BLOOD}),
    ]  # fmt: skip
    assert (found.groups[0].first, found.groups[0].last) == (NOON, NOON + DAY)
    assert found.questions == 4


def test_the_most_frequent_wording_stands_first(windmill: Snapshot) -> None:
    """It is the group's heading."""
    rows = (asked(PARROT), asked(PARROTS), asked(PARROTS, NOON + HOUR))
    (group,) = unanswered(kept(*rows), windmill).groups
    assert group.examples == (PARROTS, PARROT)


def test_what_is_answered_today_vanishes(windmill: Snapshot) -> None:
    """An entry that staff have added since takes its questions off the list."""
    found = unanswered(kept(asked(HOW_LONG), asked(BLOOD)), windmill)
    assert [group.examples for group in found.groups] == [(BLOOD,)]
    assert found.answered_today == 1


def test_a_red_flag_of_today_vanishes(windmill: Snapshot) -> None:
    """What gets the emergency text now is no gap of the FAQ."""
    assert unanswered(kept(asked("I can't breathe")), windmill).groups == ()


def test_clarified_questions_are_not_unanswered(windmill: Snapshot) -> None:
    """Only what came of it counts; the same question would count twice otherwise."""
    row = Question(NOON, Outcome.CLARIFIED, BLOOD, (), None, "v1")
    assert unanswered(kept(row), windmill).groups == ()


def test_none_of_these_counts_as_unanswered(windmill: Snapshot) -> None:
    """And the group says how often."""
    (group,) = unanswered(kept(refused(BLOOD, "botox/how-long"), asked(BLOOD)), windmill).groups
    assert (group.count, group.none_of_these) == (2, 1)


def test_what_was_refused_is_no_answer(windmill: Snapshot) -> None:
    """The patient has said that this entry does not help."""
    found = unanswered(kept(refused(HOW_LONG, "botox/how-long")), windmill)
    assert (len(found.groups), found.answered_today) == (1, 0)


def test_an_edited_entry_may_answer_what_it_did_not(windmill: Snapshot) -> None:
    """Once staff have worked on the entry, the refusal is past; an edit before it is not."""
    row = refused(HOW_LONG, "botox/how-long")
    for at, left in ((NOON + HOUR, 0), (NOON - HOUR, 1)):
        versions = (edited("botox/how-long", at),)
        assert len(unanswered(kept(row, versions=versions), windmill).groups) == left


def test_refusals_without_words_are_counted(windmill: Snapshot) -> None:
    """Nothing can be shown of them."""
    found = unanswered(kept(refused("", "botox/how-long")), windmill)
    assert (found.wordless, found.groups) == (1, ())


def test_identifiers_make_no_group(windmill: Snapshot) -> None:
    """Two questions are not alike because a name stood in both."""
    rows = (asked(f"my name is [name], {PARROT}"), asked(f"my name is [name], {BLOOD}"))
    assert len(unanswered(kept(*rows), windmill).groups) == 2


def test_nearest_entries_are_those_of_today(windmill: Snapshot) -> None:
    """With today's confidence, best first, and none that is gone."""
    (group,) = unanswered(kept(asked(BLOOD, near="gone/entry")), windmill).groups
    assert {near.entry for near in group.nearest} <= windmill.entries.keys()
    sure = [near.confidence or 0 for near in group.nearest]
    assert sure == sorted(sure, reverse=True)


def test_a_subject_that_is_not_covered_is_named(windmill: Snapshot) -> None:
    """Staff see that the gap is on purpose."""
    (group,) = unanswered(kept(asked("how much does it cost")), windmill).groups
    assert group.subject == "not-covered/prices"


def test_an_empty_journal_has_no_group(windmill: Snapshot) -> None:
    """Nothing was asked."""
    found = unanswered(Kept(), windmill)
    assert (found.groups, found.questions, found.answered_today) == ((), 0, 0)


# --- the command ---------------------------------------------------------------------------


@pytest.fixture
def journal(tmp_path: Path) -> str:
    """Write a journal of the last days."""
    now = int(time.time()) // HOUR * HOUR
    rows = [asked(PARROT, now - DAY), asked(PARROTS, now - 3 * DAY), refused(BLOOD, "x/y", now)]
    write(tmp_path / "journal.db", kept(*rows, asked(HOW_LONG, now), asked(BLOOD, now - 40 * DAY)))
    return f"sqlite:{tmp_path / 'journal.db'}"


def test_the_command_prints_a_list(windmill_folder: Path, journal: str) -> None:
    """The largest group first, a sentence at the end, no colours in a pipe."""
    result = run("unanswered", "--faq", windmill_folder, "--journal", journal)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == f"   2  {PARROT}"
    assert lines[1] == f"      {PARROTS}"
    assert "1 × “None of these”" in result.stdout
    assert "3 questions in 2 groups, since " in lines[-2]
    assert lines[-1] == "1 more question would be answered today."
    assert "\x1b" not in result.stdout


def test_the_list_can_be_cut(windmill_folder: Path, journal: str) -> None:
    """And says what it leaves out."""
    result = run("unanswered", "--faq", windmill_folder, "--journal", journal, "--top", "1")
    assert BLOOD not in result.stdout
    assert "… and 1 smaller group; --top 2" in result.stdout


def test_the_time_can_be_chosen(windmill_folder: Path, journal: str) -> None:
    """Older questions are left out."""
    result = run("unanswered", "--faq", windmill_folder, "--journal", journal, "--since", "2d")
    assert PARROTS not in result.stdout
    assert "2 questions in 2 groups" in result.stdout


def test_json_has_everything(windmill_folder: Path, journal: str) -> None:
    """One line, days as ISO has them."""
    result = run("unanswered", "--faq", windmill_folder, "--journal", journal, "--json")
    record = json.loads(result.stdout)
    assert (record["questions"], record["answered_today"]) == (3, 1)
    assert [group["count"] for group in record["groups"]] == [2, 1]
    assert record["groups"][0]["examples"] == [PARROT, PARROTS]
    assert "UTC" in record["zone"]


def test_lines_fit_the_width(windmill_folder: Path, journal: str) -> None:
    """A narrow window breaks no word."""
    result = run("unanswered", "--faq", windmill_folder, "--journal", journal, COLUMNS="50")
    assert max(map(len, result.stdout.splitlines())) <= 50


def test_an_absent_journal_is_said(windmill_folder: Path, tmp_path: Path) -> None:
    """Nothing was kept yet, which is no fault."""
    nowhere = f"sqlite:{tmp_path / 'none.db'}"
    result = run("unanswered", "--faq", windmill_folder, "--journal", nowhere)
    assert result.exit_code == 0
    assert result.stdout.startswith("No question is without an answer, since ")


@pytest.mark.parametrize("since", ["yesterday", "3 moons", ""])
def test_a_time_that_makes_no_sense_is_refused(windmill_folder: Path, since: str) -> None:
    """With what would be right."""
    result = run("unanswered", "--faq", windmill_folder, "--since", since)
    assert result.exit_code == 2
    assert "a time such as 30d" in result.stderr

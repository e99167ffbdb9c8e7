"""What is looked at when all files are known: ids, reviews, style, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content.grammar import near_name, suggestion
from bot.models import Level
from tests.content.loading import load_small, messages_of, problems_of
from tests.faqs import BOTOX, NOT_COVERED, PARKING, WORDING

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Reveiwed", "Reviewed"),
        ("reviewed by", "Review by"),
        ("kidn", "Kind"),
        ("Mind", None),
        ("Note", None),
        ("Remember", None),
        ("Please", None),
        ("", None),
    ],
)
def test_near_names(typed: str, meant: str | None) -> None:
    """A few slips are seen through; another word is another word."""
    assert near_name(typed, ["Kind", "Source", "Reviewed", "Review by"]) == meant


def test_suggestions() -> None:
    """The nearest known text is offered, if it is near at all."""
    assert suggestion("Fallbak", ["Fallback", "Greeting"]) == "Fallback"
    assert suggestion("xyz", ["Fallback", "Greeting"]) is None
    assert suggestion("x", []) is None


@pytest.mark.parametrize(
    ("due", "level"),
    [
        ("2026-11-19", Level.WARNING),
        ("2026-11-20", Level.HINT),
        ("2026-12-20", Level.HINT),
        ("2026-12-21", None),
    ],
)
def test_reviews_that_are_due(tmp_path: Path, due: str, level: Level | None) -> None:
    """An overdue review is a warning, one that is due within 30 days a hint."""
    botox = BOTOX.replace("2027-11-20", due).replace("Reviewed: 2026-11-20", "Reviewed: 2025-11-20")
    found = load_small(tmp_path, botox=botox).problems

    assert [problem.level for problem in found] == ([level] if level else [])


def test_a_review_of_a_whole_file_is_told_once(tmp_path: Path) -> None:
    """One line under the title is one problem, however many entries it holds for."""
    botox = BOTOX.replace("2027-11-20", "2026-11-19").replace("2026-11-20", "2025-11-20")

    assert messages_of(tmp_path, botox=botox) == ["faq/botox.md:5 The review was due 1 day ago."]


@pytest.mark.parametrize("field", ["Source: treatment-page\n", "Reviewed: 2026-11-20\n",
                                   "Review by: 2027-11-20\n"])  # fmt: skip
def test_clinical_answers_must_be_traceable(tmp_path: Path, field: str) -> None:
    """A clinical answer without source or review dates is not served; an empty line counts."""
    empty = field.partition(":")[0] + ":\n"
    for number, botox in enumerate([BOTOX.replace(field, ""), BOTOX.replace(field, empty)]):
        (problem,) = problems_of(tmp_path / str(number), botox=botox)

        assert problem.level is Level.ERROR
        assert "clinical answer" in problem.message


def test_practical_answers_need_no_source(tmp_path: Path) -> None:
    """Parking has no source, and its review date is watched if it has one."""
    parking = PARKING.replace("practical\n", "practical\nReview by: 2026-01-01\n")

    assert messages_of(tmp_path, parking=parking) == [
        "faq/parking.md:3 The review was due 323 days ago."
    ]


def test_a_file_without_a_kind_is_served_with_care(tmp_path: Path) -> None:
    """Where no kind is written, answers carry the disclaimer and one warning says so."""
    loaded = load_small(tmp_path, parking=PARKING.replace("Kind: practical\n", ""))

    assert loaded.faq.topics[2].entries[0].kind == "clinical"
    assert [problem.level for problem in loaded.problems] == [Level.WARNING]


def test_related_by_short_and_full_id(tmp_path: Path) -> None:
    """Ids of the same file go without the file's name; other separators are understood."""
    parking = PARKING.replace("\nPark in", "Related: botox/how-long; where-can-i-park,\n\nPark in")

    assert load_small(tmp_path, parking=parking).faq.topics[2].entries[0].related == (
        "botox/how-long",
        "parking/where-can-i-park",
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("botox/how-lnog", "botox/how-long"),
        ("how-long", "botox/how-long"),
        ("Botox/How-Long", "botox/how-long"),
        ("When does it start to work?", "botox/when-it-works"),
    ],
)
def test_what_an_unknown_id_meant(tmp_path: Path, typed: str, meant: str) -> None:
    """Slips, a forgotten file name and the question's own words are seen through."""
    wording = WORDING.replace("- botox/how-long", f"- {typed}")
    (problem,) = problems_of(tmp_path, wording=wording)

    assert problem.level is Level.ERROR
    assert meant in problem.fix


def test_short_ids_keep_when_the_heading_changes(tmp_path: Path) -> None:
    """An id in braces stays the same whatever the question is called."""
    botox = BOTOX.replace("How long does an appointment take?", "What is the duration?")

    assert "botox/how-long" in {entry.id for entry in load_small(tmp_path, botox=botox).faq.entries}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Call 555-010-0200.", "phone number"),
        ("Call +44 20 7946 0018.", "phone number"),
        ("Write to ann@example.org.", "e-mail address"),
        ("See https://example.org.", "can't click"),
        ("See www.example.org.", "can't click"),
        ("See [our page](https://example.org/a).", ""),
        ("From 2026-11-20 to 2027-11-20, 10 to 30 minutes.", ""),
        ("Call {phone}.", ""),
    ],
)
def test_details_in_answers(tmp_path: Path, answer: str, found: str) -> None:
    """Addresses and numbers that belong elsewhere are told; ordinary numbers are not."""
    messages = messages_of(tmp_path, parking=PARKING.replace("Parking is free.", answer))

    assert len(messages) == bool(found)
    assert found in "".join(messages)


def test_subjects_not_covered_have_no_answer_to_judge(tmp_path: Path) -> None:
    """Only what patients can read is judged."""
    text = NOT_COVERED + "\nCall 555-010-0200.\n"

    assert len(problems_of(tmp_path, not_covered=text)) == 1

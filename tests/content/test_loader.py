"""A folder is loaded as a whole, or all its problems are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content import load
from bot.errors import ContentError
from bot.models import Kind, Level, Listing, Paragraph, Run
from tests.content.loading import TODAY, load_small, messages_of, problems_of
from tests.faqs import BOTOX, NOT_COVERED, PARKING, SYNONYMS, WORDING, write_faq

if TYPE_CHECKING:
    from pathlib import Path


def test_the_small_faq_has_no_problems(tmp_path: Path) -> None:
    """A complete folder loads without a word."""
    loaded = load_small(tmp_path)

    assert loaded.problems == ()
    assert [topic.id for topic in loaded.faq.topics] == [
        "botox", "not-covered", "parking", "small-talk",
    ]  # fmt: skip


def test_an_entry_has_all_that_its_file_says(tmp_path: Path) -> None:
    """Fields under the title hold for every entry that has none of its own."""
    first, second = load_small(tmp_path).faq.topics[0].entries

    assert (first.id, first.kind, first.line) == ("botox/how-long", Kind.CLINICAL, 7)
    assert first.source == 'treatment-page, "How Long Does It Take"'
    assert second.source == "treatment-page"
    assert first.related == ("botox/when-it-works", "parking/where-can-i-park")
    assert str(first.review_by) == "2027-11-20"
    assert first.answer == (
        Paragraph((
            Run("Usually "),
            Run("10 to 30 minutes", strong=True),
            Run(". It depends on the size of the area."),
        )),
    )  # fmt: skip


def test_the_files_around_the_entries(tmp_path: Path) -> None:
    """Clinic, wording, starters, red flags and synonyms are part of the FAQ."""
    faq = load_small(tmp_path).faq

    assert faq.clinic.name == "Windmill Clinic"
    assert faq.wording.texts["none-of-these"] == (Paragraph((Run("None of these"),)),)
    assert faq.wording.starters == ("botox/how-long", "parking/where-can-i-park")
    assert faq.red_flags.flags[0].id == "trouble-breathing"
    assert faq.synonyms[0] == ("injection", "shot", "jab")


def test_a_subject_that_is_not_covered_needs_no_answer(tmp_path: Path) -> None:
    """Its heading is the subject; text below it is never shown, which is told."""
    text = NOT_COVERED + "\nIt costs a lot.\n"
    (problem,) = problems_of(tmp_path, not_covered=text)

    assert problem.level is Level.WARNING
    assert "never shown" in problem.message


def test_a_file_may_mix_kinds(tmp_path: Path) -> None:
    """An entry's own kind wins over its file's."""
    text = PARKING.replace("\nPark in", "Kind: small talk\n\nPark in")

    assert load_small(tmp_path, parking=text).faq.topics[2].entries[0].kind is Kind.SMALL_TALK


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    """Any change of a content file changes the version; the folder's place does not."""
    version = load_small(tmp_path / "a").faq.version

    assert len(version) == 12
    assert version == load_small(tmp_path / "b").faq.version
    assert version != load_small(tmp_path / "c", parking=PARKING + "\n").faq.version
    assert (
        version
        != load_small(tmp_path / "d", synonyms=None, **{"Synonyms.md": SYNONYMS}).faq.version
    )


def test_tests_and_notes_are_not_part_of_the_version(tmp_path: Path) -> None:
    """Scripted conversations and the README can change without a new version."""
    version = load_small(tmp_path / "a").faq.version
    more = {"questions/parking.txt": "> a\n! fallback\n", "README.md": "# Hi", ".x/y.md": "z"}

    assert version == load_small(tmp_path / "b", **more).faq.version


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    """Files are not mended one after the other."""
    with pytest.raises(ContentError) as caught:
        load_small(
            tmp_path,
            botox=BOTOX.replace("Reviewed:", "Reveiwed:"),
            parking=PARKING.replace("Park in", "# Park in"),
            wording=WORDING.replace("## Clarify", "## Claryfi"),
            clinic="# Clinic\nPhone: none\n",
        )

    paths = {problem.path for problem in caught.value.problems if problem.level is Level.ERROR}
    assert paths == {"faq/botox.md", "faq/parking.md", "faq/wording.md", "faq/clinic.md"}


def test_warnings_never_stop_serving(tmp_path: Path) -> None:
    """A folder with warnings and hints in every file is loaded."""
    loaded = load_small(
        tmp_path,
        clinic=None,
        botox=BOTOX.replace("2027", "2026").replace("2026-11-20", "2025-01-01"),
        parking=PARKING.replace("- is there a car park\n", "").replace("Kind: practical\n", ""),
        **{"questions/botox.txt": "nonsense", "questions/parking.txt": None, "old.txt": "x"},
    )

    assert {problem.level for problem in loaded.problems} == {Level.WARNING, Level.HINT}


def test_facts_that_are_not_set_make_one_warning(tmp_path: Path) -> None:
    """Without clinic.md every fact is unset; one line names them all."""
    loaded = load_small(tmp_path, clinic=None)

    assert loaded.faq.clinic.name is None
    assert [problem.message for problem in loaded.problems] == [
        "The clinic's name, phone, website, hours and country are not set yet."
    ]


def test_a_phone_that_is_not_set_is_told_where_it_is_missed(tmp_path: Path) -> None:
    """{phone} without a phone is a warning, but not in the text that is for that case."""
    found = messages_of(tmp_path, clinic=None, parking=PARKING + "\nCall {phone}.\n")

    assert len(found) == 2
    assert found[1].startswith("faq/parking.md:12 Nothing stands for {phone} yet")


def test_a_crisis_line_without_text_messages(tmp_path: Path) -> None:
    """{crisis_text} in a country without such a line is a warning."""
    clinic = "# Clinic\nName: W\nPhone: 1234\nWebsite: https://w.example\n"
    clinic += "Hours: https://w.example\nCountry: UK\n"
    found = messages_of(tmp_path, clinic=clinic, parking=PARKING + "\nText {crisis_text}.\n")

    assert [message.partition(" yet")[0] for message in found] == [
        "faq/parking.md:12 Nothing stands for {crisis_text}"
    ]


def test_a_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is one problem that says what to do."""
    with pytest.raises(ContentError) as caught:
        load(tmp_path / "nowhere", today=TODAY)

    (problem,) = caught.value.problems
    assert problem.message == "There is no such folder."
    assert "--faq" in problem.fix


def test_an_empty_folder(tmp_path: Path) -> None:
    """An empty folder says which files to create."""
    with pytest.raises(ContentError) as caught:
        load(tmp_path, today=TODAY)

    errors = [each for each in caught.value.problems if each.level is Level.ERROR]
    assert [each.path.partition("/")[2] for each in errors] == ["", "red-flags.md", "wording.md"]
    assert all(each.fix.startswith("Create") for each in errors)


@pytest.mark.parametrize("name", ["wording", "red_flags"])
def test_a_missing_file_says_how_it_begins(tmp_path: Path, name: str) -> None:
    """The texts and the red flags can't be done without."""
    problem = problems_of(tmp_path, **{name: None})[0]

    assert problem.level is Level.ERROR
    assert problem.message == "This file is missing."
    assert 'with the title "# ' in problem.fix


def test_files_that_can_be_done_without(tmp_path: Path) -> None:
    """Synonyms, small talk and subjects not covered are optional."""
    loaded = load_small(tmp_path, synonyms=None, small_talk=None, not_covered=None)

    assert loaded.faq.synonyms == ()
    assert len(loaded.faq.entries) == 3


def test_lists_in_wording_keep_their_form(tmp_path: Path) -> None:
    """A text around the answers can hold what an answer can."""
    wording = WORDING.replace("You asked two things.", "You asked:\n\n1. two\n2. things")
    blocks = load_small(tmp_path, wording=wording).faq.wording.texts["two-answers"]

    assert blocks[1] == Listing(((Run("two"),), (Run("things"),)), ordered=True)


def test_a_topic_without_scripted_conversations(tmp_path: Path) -> None:
    """Each topic file has its questions file, or a warning names it."""
    (problem,) = problems_of(tmp_path, **{"questions/parking.txt": None})

    assert problem.level is Level.WARNING
    assert "faq/questions/parking.txt" in problem.fix


def test_errors_come_first(tmp_path: Path) -> None:
    """What must be mended stands above what can wait."""
    found = problems_of(tmp_path, clinic=None, parking=PARKING.replace("Park in", "# Park in"))

    assert [problem.level for problem in found] == sorted(
        (problem.level for problem in found), key=list(Level).index
    )
    assert found[0].path == "faq/parking.md"


def test_messages_name_the_folder_as_it_is_called(tmp_path: Path) -> None:
    """The folder's own name leads every path, wherever the folder stands."""
    folder = write_faq(tmp_path / "clinic-b", botox="")
    with pytest.raises(ContentError) as caught:
        load(folder, today=TODAY)

    assert str(caught.value).startswith("clinic-b/botox.md: This file is empty.")


def test_files_that_ids_can_not_tell_apart(tmp_path: Path) -> None:
    """Two files whose names differ in case or spaces only are an error."""
    found = messages_of(tmp_path, **{"Parking.md": PARKING.replace("park", "drive")})

    assert any("Ids can't tell this file from" in message for message in found)


def test_a_file_with_very_many_problems(tmp_path: Path) -> None:
    """The gravest hundred are listed, the rest is counted."""
    lines = "".join(f"- how is it {number % 9}\n" for number in range(300))
    parking = PARKING.replace("- is there", f"{lines}- is there").replace("Park in", "# Park in")
    found = problems_of(tmp_path, parking=parking)

    assert len(found) == 101
    assert found[0].level is Level.ERROR
    assert any(each.message.endswith("more problems are not listed.") for each in found)

"""The files without entries: clinic, wording, red flags and synonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content.clinic import read_clinic
from bot.content.grammar import CLINIC
from bot.content.parser import parse_document
from bot.content.wording import TEXTS
from bot.models import Clinic, Level, Tier
from tests.content.loading import load_small, messages_of, problems_of
from tests.faqs import RED_FLAGS, WORDING

if TYPE_CHECKING:
    from pathlib import Path


def clinic(text: str) -> tuple[Clinic, list[str]]:
    document, problems = parse_document(f"# Clinic\n{text}", "faq/clinic.md", grammar=CLINIC)
    facts, more = read_clinic(document)
    return facts, [problem.message for problem in problems + more]


def test_facts_that_are_empty_are_unset() -> None:
    """Nothing behind the colon means that the clinic has not said."""
    assert clinic("Name:\nPhone: \nCountry:\n") == (Clinic(), [])


@pytest.mark.parametrize(
    "phone", ["+1 555 010 0200", "(555) 010-0200", "555.010.0200", "911", "555 0102 ext. 12"]
)
def test_phone_numbers(phone: str) -> None:
    """Phone numbers are kept as people write them."""
    assert clinic(f"Phone: {phone}") == (Clinic(phone=phone), [])


@pytest.mark.parametrize("line", ["Phone: 555 or 556", "Website: http://a.example", "Hours: 9 to 5",
                                  "Country: USA", "Languages: Elvish"])  # fmt: skip
def test_values_that_make_no_sense(line: str) -> None:
    """A fact that can't be used is an error, and counts as unset."""
    facts, messages = clinic(line)

    assert facts == Clinic()
    assert len(messages) == 1


def test_languages_by_name_or_code() -> None:
    """Languages are written by name or as two letters, each counted once."""
    assert clinic("Languages: English, español, fr, EN")[0].languages == ("en", "es", "fr")


def test_facts_have_no_sections() -> None:
    """A question in clinic.md is sent to where it belongs."""
    assert clinic("\n## When are you open?\n\nAt 8.")[1] == [
        "clinic.md holds facts only, no questions."
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_must_be_there(tmp_path: Path, name: str) -> None:
    """A reply is never left without its words."""
    wording = WORDING.replace(f"## {name}\n", "## Aside\n", 1)
    errors = [each for each in problems_of(tmp_path, wording=wording) if each.level is Level.ERROR]

    assert errors[0].message == f'A text is missing: "{name}".'


def test_a_button_has_one_line(tmp_path: Path) -> None:
    """The label of "None of these" fits on a button."""
    wording = WORDING.replace("\nNone of these\n", "\nNone of these\nReally none\n")

    assert messages_of(tmp_path, wording=wording) == [
        "faq/wording.md:23 A button has one line only."
    ]


def test_placeholders_belong_to_their_texts(tmp_path: Path) -> None:
    """{subject} and {query} stand for something in one text each; {contact} not in itself."""
    wording = WORDING.replace("Did you mean", "{query} {subject}").replace("{phone}", "{contact}")

    assert [message.split()[1] for message in messages_of(tmp_path, wording=wording)] == [
        "{query}",
        "{contact}",
    ]


def test_red_flags(tmp_path: Path) -> None:
    """A danger has its tier, its patterns with lines, its language and who reviewed it."""
    text = RED_FLAGS.replace("# Red flags\n", "# Red flags\nReviewed by: Dr Doe\n").replace(
        "Tier: crisis\nReviewed by: Dr. Miller, 2026-11-20\n",
        "Tier: Crisis\nLanguage: es\nSource: label\nReviewed by:\n",
    )
    flag = load_small(tmp_path, red_flags=text).faq.red_flags.flags[1]

    assert (flag.id, flag.tier, flag.language) == ("thoughts-of-suicide", Tier.CRISIS, "es")
    assert (flag.sources, flag.reviewed_by) == ("label", "Dr Doe")
    assert (flag.patterns[0].text, flag.patterns[0].line) == ("I want to kill myself", 32)


def test_red_flag_texts_and_lists(tmp_path: Path) -> None:
    """Replies and word lists are found by the slug of their name."""
    text = f"{RED_FLAGS}\n## Can not {{#cant}}\nWords:\n- can't\n- can not\n\n- unable to\n"
    red_flags = load_small(tmp_path, red_flags=text).faq.red_flags

    assert set(red_flags.texts) == {"emergency", "crisis", "crisis-other", "urgent", "advice"}
    assert [word.text for word in red_flags.lists["cant"]] == ["can't", "can not", "unable to"]


def test_patterns_keep_their_signs(tmp_path: Path) -> None:
    """What a pattern means is not decided here: its text comes through as written."""
    pattern = '{can not} [really] (get | catch) ... breath* + "now" # (a'
    text = RED_FLAGS.replace("I can't breathe", pattern)

    assert load_small(tmp_path, red_flags=text).faq.red_flags.flags[0].patterns[0].text == pattern


def test_a_note_for_staff_is_allowed(tmp_path: Path) -> None:
    """Files without answers may explain themselves below the title."""
    notes = {"red_flags": RED_FLAGS.replace("# Red flags\n", "# Red flags\n\nHow to: see docs.\n")}
    notes["wording"] = WORDING.replace("# Wording\n", "# Wording\n\nBe kind.\n")
    notes["synonyms"] = "# Synonyms\n\nThe first word stands for all, always.\n\n- shot, jab\n"

    assert load_small(tmp_path, **notes).faq.synonyms == (("shot", "jab"),)


def test_synonyms_may_have_headings(tmp_path: Path) -> None:
    """Groups of groups only help the reader; a word twice in a line counts once."""
    text = "# Synonyms\n\n- x-ray, x ray, X-Ray\n\n## Care\n- doctor, doc\n• visit, stay\n"

    assert load_small(tmp_path, synonyms=text).faq.synonyms == (
        ("x-ray", "x ray"),
        ("doctor", "doc"),
        ("visit", "stay"),
    )

"""One grammar for every file: title, fields, lists, sections, text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content.document import Document, slug
from bot.content.grammar import RED_FLAGS, TOPIC, WORDING
from bot.content.parser import parse_document

if TYPE_CHECKING:
    from bot.models import Problem


def parse(text: str) -> Document:
    """Parse a topic file that has no problems."""
    document, problems = parse_document(text, "faq/x.md", grammar=TOPIC)
    assert problems == []
    return document


def problems(text: str) -> list[Problem]:
    return parse_document(text, "faq/x.md", grammar=TOPIC)[1]


def test_a_whole_file() -> None:
    """Title, fields, headings, lists and text are found with their lines."""
    document = parse(
        "# Botox\nKind: clinical\n\n## Is it quick? {#quick}\nAlso asked:\n- how long\n- fast?\n\n"
        'Source: page, "Time"\n\nYes.\n\nVery.\n\n## Next?\n\nNo.'
    )
    first, second = document.sections

    assert (document.title, document.fields["Kind"].value) == ("Botox", "clinical")
    assert (first.heading, first.id, first.line, first.next_line) == (
        "Is it quick?",
        "quick",
        4,
        15,
    )
    assert [(item.text, item.line) for item in first.lists["Also asked"]] == [
        ("how long", 6),
        ("fast?", 7),
    ]
    assert first.value("Source") == 'page, "Time"'
    assert [(row.number, row.text) for row in first.body] == [(11, "Yes."), (12, ""), (13, "Very.")]
    assert (second.id, second.next_line) == ("next", 0)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Source: a: b, http://c", "a: b, http://c"),
        ("Source: Room #4", "Room #4"),
        ("Source: no", "no"),
        ("source : 8:30", "8:30"),
        ("SOURCE:x", "x"),
        ("  Source: x", "x"),
    ],
)
def test_a_value_is_text(line: str, value: str) -> None:
    """A line is split at its first colon, and nothing in the value has a meaning."""
    section = parse(f"# T\n\n## Q?\n{line}\n\nText.").sections[0]

    assert section.value("Source") == value


@pytest.mark.parametrize(
    "line",
    ["Note: bring your card", "Mind: the step", "8:30 is early", "https://x.org", "Q: A", "At: 8"],
)
def test_other_lines_with_a_colon_are_text(line: str) -> None:
    """A line whose name is not known is the answer's text."""
    section = parse(f"# T\n\n## Q?\nSource: x\n\n{line}").sections[0]

    assert [row.text for row in section.body] == [line]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Reveiwed", "Reviewed"),
        ("Reviewd", "Reviewed"),
        ("Sources", "Source"),
        ("Also aksed", "Also asked"),
        ("Also ask", "Also asked"),
        ("Knid", "Kind"),
        ("Releated", "Related"),
        ("__Source", "Source"),
    ],
)
def test_a_near_miss_is_named(typed: str, meant: str) -> None:
    """A misspelt name is an error that says what was meant, and is taken as that."""
    (found,) = problems(f"# T\n\n## Q?\n{typed}:\n\nText.")

    assert f'did you mean "{meant}:"?' in found.message


@pytest.mark.parametrize(
    "item",
    ["- where", "-where", "* where", "+ where", "– where", "–where", "• where", "1. where",
     "  - where", "\t- where", "-\u00a0where"],
)  # fmt: skip
def test_every_kind_of_bullet(item: str) -> None:
    """Dashes with and without a space, bullets of word processors and numbers make items."""
    section = parse(f"# T\n\n## Q?\nAlso asked:\n{item}\n- there\n\nText.").sections[0]

    assert [each.text for each in section.lists["Also asked"]] == ["where", "there"]


def test_a_long_item_goes_on_in_the_next_line() -> None:
    """An indented line belongs to the item above."""
    section = parse("# T\n\n## Q?\nAlso asked:\n- where do I\n  park\n- lot\n\nText.").sections[0]

    assert [each.text for each in section.lists["Also asked"]] == ["where do I park", "lot"]


def test_an_empty_line_may_follow_the_lists_name() -> None:
    """The list may begin below an empty line, and a field may follow it at once."""
    section = parse("# T\n\n## Q?\nAlso asked:\n\n- where\nOwner: Ann\n\nText.").sections[0]

    assert [each.text for each in section.lists["Also asked"]] == ["where"]
    assert section.value("Owner") == "Ann"


def test_lists_without_answers_may_have_empty_lines() -> None:
    """Where no answer can follow, an empty line does not end the list."""
    text = "# R\n\n## A\nTier: urgent\nSays:\n- a\n\n- b\n"
    document, found = parse_document(text, "faq/red-flags.md", grammar=RED_FLAGS)

    assert found == []
    assert [each.text for each in document.sections[0].lists["Says"]] == ["a", "b"]


def test_a_text_keeps_its_lists_in_files_without_lists() -> None:
    """Where the grammar knows no list, a list is the section's text."""
    document, found = parse_document("# W\n\n## S\n- a\n- b\n", "faq/w.md", grammar=WORDING)

    assert found == []
    assert [row.text for row in document.sections[0].body] == ["- a", "- b"]


def test_marks_behind_a_heading_are_dropped() -> None:
    """Some people close a heading as they open it; a # inside it stays."""
    document = parse("# T #\n\n## Room #4? ##\n\nYes.\n\n## C#\n\n#1 in town.")

    assert document.title == "T"
    assert [section.heading for section in document.sections] == ["Room #4?", "C#"]
    assert document.sections[1].body[0].text == "#1 in town."


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("How long does it take?", "how-long-does-it-take"),
        ("What's the Café like?", "whats-the-cafe-like"),
        ("What’s new", "whats-new"),
        ("  A -- b / c  ", "a-b-c"),
        ("¿Cuánto dura?", "cuanto-dura"),
        ("???", ""),
    ],
)
def test_slugs(heading: str, expected: str) -> None:
    """An id is the heading in small letters with hyphens."""
    assert slug(heading) == expected


@pytest.mark.parametrize("line", ["Also asked:", "Also aksed:", "Source: x", "**Related:** y"])
def test_names_below_the_text(line: str) -> None:
    """A list or field below the answer is an error: patients would read it."""
    (found,) = problems(f"# T\n\n## Q?\n\nText.\n\n{line}\n- more\n")

    assert found.line == 7
    assert "stands below the text" in found.message


def test_names_inside_a_paragraph_are_text() -> None:
    """A wrapped line may begin with a word that is a name elsewhere."""
    document = parse("# T\n\n## Q?\n\nThis is from the\nSource: a page.\n\nNote: so\n- is this")

    assert len(document.sections[0].body) == 5


def test_headings_have_a_limit() -> None:
    """A file that was glued together from many is told to be split."""
    document, found = parse_document("# T\n" + "## Q\n" * 2001, "faq/x.md", grammar=TOPIC)

    assert len(document.sections) == 2000
    assert [problem.line for problem in found] == [2002]


def test_problems_have_a_limit() -> None:
    """A file that is damaged as a whole does not bury the reader in messages."""
    assert len(problems("# T\n" + "# again\n" * 1000)) == 100

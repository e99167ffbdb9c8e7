"""Answers are the part of Markdown that every channel can show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.answers import MAX_MARKS, Answers, _AnswerReader, _plain_paragraphs
from bot.content.source import Source
from bot.models import Block, Listing, Paragraph, Run


def read(text: str) -> tuple[Block, ...]:
    """Read an answer that has no problems."""
    source = Source.of(text, "faq/x.md")
    answers = Answers(source)
    blocks = answers.read(source.rows)
    assert answers.problems == []
    assert blocks is not None
    return blocks


def wrong(text: str) -> list[str]:
    source = Source.of(text, "faq/x.md")
    answers = Answers(source)
    assert answers.read(source.rows) is None
    return [problem.message for problem in answers.problems]


def test_paragraphs_and_styles() -> None:
    """Lines of a paragraph join; bold and italic may stand inside each other."""
    assert read("One **two *three***\nfour.\n\nFive") == (
        Paragraph(
            (
                Run("One "),
                Run("two ", strong=True),
                Run("three", strong=True, em=True),
                Run(" four."),
            )
        ),
        Paragraph((Run("Five"),)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "- one\n- two",
        "* one\n* two",
        "• one\n• two",
        "•one\n•two",
        "– one\n– two",
        "- one\n\n- two",
    ],
)
def test_lists(text: str) -> None:
    """Bullets of Markdown and of word processors make the same list."""
    assert read(text) == (Listing(((Run("one"),), (Run("two"),))),)


def test_numbered_lists() -> None:
    """A list with numbers keeps its order."""
    assert read("1. one\n2. two") == (Listing(((Run("one"),), (Run("two"),)), ordered=True),)


def test_a_list_may_follow_a_sentence_at_once() -> None:
    """A list needs no empty line above it."""
    paragraph, listing = read("Bring:\n– a card\n– a pen")

    assert paragraph == Paragraph((Run("Bring:"),))
    assert listing == Listing(((Run("a card"),), (Run("a pen"),)))


def test_a_dash_inside_a_sentence_stays() -> None:
    """A dash at the start of a wrapped line is part of the sentence."""
    assert read("It takes 10\n– 30 minutes") == (Paragraph((Run("It takes 10 – 30 minutes"),)),)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c", "tel:+15550100200", "tel:911", "sms:988", "mailto:a@example.org"],
)
def test_links(address: str) -> None:
    """Secure pages, phone numbers, text messages and mail can be linked to."""
    assert read(f"See [this]({address}).") == (
        Paragraph((Run("See "), Run("this", href=address), Run("."))),
    )


def test_an_address_in_angle_brackets_is_a_link() -> None:
    """The address itself can be the words to click on."""
    (block,) = read("<https://example.org/a>")

    assert block == Paragraph((Run("https://example.org/a", href="https://example.org/a"),))


@pytest.mark.parametrize(
    "text",
    ["Room #4 is closed", "5 * 3 * 2", "a_b_c", "x < y and z > w", "8:30", "    indented",
     "[x]: https://example.org", "{phone} & {contact}", "AT&T", "1986 was it", "~half", "- 5 °C"],
)  # fmt: skip
def test_ordinary_text_has_no_hidden_meaning(text: str) -> None:
    """Signs that people write in letters stay as they are."""
    (block,) = read(text)
    runs = block.runs if isinstance(block, Paragraph) else block.items[0]

    assert "".join(run.text for run in runs) in {text, text.strip(), text.removeprefix("- ")}


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "botox.md",
     "//example.org", "https://", "https:///x", "tel:", "tel:ask", "mailto:x", "ftp://x.org",
     "https://{phone}.org", "www.example.org", "&#106;avascript:x", "vbscript:x", "#top"],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    """A link can't lead anywhere but to a secure page, a phone or a mailbox."""
    assert len(wrong(f"See [this]({address}).")) == 1


@pytest.mark.parametrize("tag", ["<b>", "</p>", "<br/>", '<a href="x">', "<!-- x -->"])
def test_html_is_refused(tag: str) -> None:
    """No HTML gets into an answer."""
    assert "HTML can't be used in answers." in wrong(f"A {tag} b")


def test_problems_in_every_list_item_are_seen() -> None:
    """What follows a wrong line in a list is looked at as well."""
    assert len(wrong("- one\n\n  `two`\n- ![three](x)")) == 3


def test_brackets_have_a_limit() -> None:
    """A text that would take long to read is refused before it is read."""
    assert "square brackets" in wrong("[" * 101)[0]


def test_marks_of_a_file_have_a_limit() -> None:
    """Many texts together can't take long to read either."""
    source = Source.of("*a " * 1600, "faq/x.md")
    answers = Answers(source)
    for _ in range(MAX_MARKS // 1600 + 2):
        answers.read(source.rows)

    assert "marks" in answers.problems[0].message


@given(st.text("ab .,:;?!'\"()/é\n", min_size=1, max_size=40))
def test_the_short_way_reads_the_same(text: str) -> None:
    """Text without marks is read as the Markdown parser would read it."""
    source = Source.of(text, "faq/x.md")

    assert _AnswerReader(source.rows, source, []).read() == _plain_paragraphs(source.rows)

"""Whatever stands in a file, loading it ends soon and raises nothing but ContentError."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.content import format_problem
from bot.content.grammar import CLINIC, RED_FLAGS, SYNONYMS, TOPIC, WORDING, Grammar
from bot.content.parser import parse_document
from bot.content.questions import parse_questions
from tests.content.loading import load_small, problems_of
from tests.faqs import FILES

GRAMMARS = [TOPIC, CLINIC, WORDING, RED_FLAGS, SYNONYMS]
SECONDS = 6
"""Longest time for a file of 1 MiB. A quiet machine takes less than two."""

marks = st.sampled_from(
    ["# ", "## ", "### ", "- ", "-", "– ", "•", "> ", "= ", "~ ", "! ", "\n", "\n\n", ": ", "**",
     "*", "[", "](", ")", "{#", "{", "}", "`", "```", "<b>", "|", "---", "1. ", "  ", "\t", "\r",
     "\\", "&#0;", "https://", "Kind: clinical", "Also asked:", "Says:", "Words:", "Tier: urgent",
     "Related: ", "Reviewed: 2026-11-20", "Review by: 1/2/3", "Reply: ", "\u00a0", "\ufeff"]
)  # fmt: skip
scribble = st.lists(marks | st.text(max_size=4), max_size=40).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """Return a file of the small FAQ with a piece cut out and something put in its place."""
    name = draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 40)))
    return name, text[:start] + draw(scribble) + text[end:]


@given(st.text() | scribble, st.sampled_from(GRAMMARS))
@example("{#}", TOPIC)
@example("# {#}\n## {#}", TOPIC)
def test_any_text_is_parsed(text: str, grammar: Grammar) -> None:
    """The parser never raises, and every problem has a line that exists or none."""
    document, problems = parse_document(text, "faq/x.md", grammar=grammar)

    assert all(0 <= problem.line <= len(document.source.lines) for problem in problems)
    assert all(problem.column >= 1 for problem in problems)


@given(st.text() | scribble)
def test_any_text_is_a_script(text: str) -> None:
    """Scripted conversations are parsed or their problems told."""
    conversations, problems = parse_questions(text, "faq/questions/x.txt")

    assert all(step.utterance for each in conversations for step in each.steps)
    assert all(problem.line >= 1 for problem in problems)


@settings(max_examples=60)
@given(mutated())
def test_any_change_of_a_good_file(change: tuple[str, str]) -> None:
    """A file that was edited badly is served, or every problem can be printed."""
    name, text = change
    with TemporaryDirectory() as folder:
        problems = problems_of(Path(folder), **{name: text.encode(errors="surrogatepass")})

    assert all(format_problem(problem).startswith("faq") for problem in problems)


@settings(max_examples=40)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200), st.integers(0, 500))
def test_any_bytes_in_a_file(name: str, data: bytes, at: int) -> None:
    """Bytes that are no text are told, wherever they stand."""
    good = FILES[name].encode()
    with TemporaryDirectory() as folder:
        problems = problems_of(Path(folder), **{name: good[:at] + data + good[at:]})

    assert all(problem.message and problem.path.startswith("faq") for problem in problems)


HEAD = "# T\nKind: practical\n\n"
ODD = {
    "one line of brackets": HEAD + "## Q\n" + "[" * 2**20,
    "one line of stars": HEAD + "## Q\n" + "*a " * 2**18,
    "quotes in quotes": HEAD + "## Q\n" + "> " * 2**19,
    "lists in lists": HEAD + "## Q\n" + "- " * 2**19,
    "short lines": HEAD + "## Q\n" + "a\n" * 2**19,
    "empty lines": "\n" * 2**20,
    "spaces": "# " + " " * 2**20 + "x",
    "marks": "#" * 2**20,
    "titles": "#\n" * 2**19,
    "headings": HEAD + "##\n" * 2**18,
    "fields": HEAD + "## Q\n" + "Reveiwed: x\n" * 2**16,
    "colons": HEAD + "## Q\n" + "a:" * 2**19,
    "braces": HEAD + "## Q\n" + "{#" * 2**19,
    "placeholders": HEAD + "## Q\n\n" + "{a}\n" * 2**18,
    "addresses": HEAD + "## Q\n\n" + ("a.b@" * 1000 + "\n\n## Q\n\n") * 200,
    "marked answers": HEAD + ("## Q\n\n" + "_a*\n" * 1000 + "\n") * 250,
    "phrasings": HEAD + "## Q\nAlso asked:\n" + "- a b c\n" * 2**17,
    "ids": HEAD + "## Q\nRelated: " + "a, " * 2**18,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_files_are_read_in_no_time(text: str, tmp_path: Path) -> None:
    """A file of one megabyte takes seconds at most, whatever it holds."""
    start = time.process_time()
    problems = problems_of(tmp_path, parking=text[: 2**20])

    assert problems
    assert time.process_time() - start < SECONDS


def test_a_large_faq_is_read_in_no_time(tmp_path: Path) -> None:
    """150 entries with 100 phrasings each are loaded and checked within the time of a blink."""
    topics = {f"topic{number}": _large_topic(number) for number in range(10)}
    start = time.process_time()
    loaded = load_small(tmp_path, **topics)

    assert sum(len(entry.phrasings) for entry in loaded.faq.entries) > 15_000
    assert time.process_time() - start < SECONDS


def _large_topic(topic: int) -> str:
    entries = (
        f"\n## What about part {topic}x{entry}?\nAlso asked:\n"
        + "".join(
            f"- {_PARTS[n % 7]} {_PARTS[n % 11]} part{topic}x{entry} {n}\n" for n in range(100)
        )
        + "\nUsually **10 to 30 minutes**, with [more](https://example.org/x).\n"
        for entry in range(15)
    )
    return "# Parts\nKind: practical\n" + "".join(entries)


_PARTS = "how when where why who which what can may must do".split()

"""A problem is printed so that the person who edits the file sees what to do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.content import format_problem
from bot.models import Problem

PROBLEM = Problem(
    "faq/parking.md",
    12,
    "This question has no answer.",
    "Write the answer under line 12. If it is another way to ask the question above, move it to"
    ' that question\'s "Also asked" list.',
    excerpt=((12, "## Is parking free?"), (14, "## Where is the entrance?")),
    pointer="the next question starts here",
)


def test_the_whole_message() -> None:
    """Place and reason, the lines with a caret, and the fix at 80 columns."""
    assert format_problem(PROBLEM) == (
        "faq/parking.md:12: This question has no answer.\n"
        "   12 | ## Is parking free?\n"
        "   14 | ## Where is the entrance?\n"
        "      | ^ the next question starts here\n"
        "   Fix: write the answer under line 12. If it is another way to ask the question\n"
        '   above, move it to that question\'s "Also asked" list.'
    )


def test_a_problem_of_a_whole_file() -> None:
    """Without a line, an excerpt or a fix, one line is left."""
    problem = Problem("faq", 0, "There is no such folder.")

    assert format_problem(problem) == "faq: There is no such folder."


def test_the_caret_stands_under_its_column() -> None:
    """Wide characters take two columns, accents of their own none."""
    problem = replace(PROBLEM, excerpt=((1, "日本e\u0301x here"),), column=5, pointer="")

    assert format_problem(problem).splitlines()[2] == "      |      ^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    """No line of the excerpt is wider than a terminal, and the caret's place is in sight."""
    text = "a" * 500 + "HERE" + "b" * 500
    problem = replace(PROBLEM, excerpt=((1, text),), column=501, pointer="")
    _, excerpt, caret, *_ = format_problem(problem).splitlines()

    assert len(excerpt) == 80
    assert excerpt[caret.index("^") :].startswith("HERE")


def test_a_file_can_not_steer_the_terminal() -> None:
    """Escape sequences and line breaks of a file are not printed as such."""
    problem = replace(PROBLEM, message="\x1b[2Jx", excerpt=((1, "\x1b]0;x\x07\ty"),), fix="\rZz")

    assert "\x1b" not in format_problem(problem)
    assert "\r" not in format_problem(problem)


@given(st.text(), st.text(), st.integers(1, 2000), st.lists(st.tuples(st.integers(), st.text())))
def test_anything_can_be_printed(
    message: str, fix: str, column: int, excerpt: list[tuple[int, str]]
) -> None:
    """Printing never raises, and what is printed has no control characters."""
    problem = Problem("a", 1, message, fix, column=column, excerpt=tuple(excerpt))

    assert format_problem(problem).replace("\n", "").isprintable()

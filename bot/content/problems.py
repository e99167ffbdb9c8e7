"""Problems as staff read them: where, what is wrong, the line with a caret, what to do."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.models import Problem

WIDTH = 80
"""Columns of a printed problem; the width of an ordinary terminal."""
_GUTTER = 5
"""Columns for the line numbers."""
_EXCERPT = WIDTH - _GUTTER - len(" | ")


def format_problem(problem: Problem) -> str:
    """Print a problem as several lines without a final newline.

    The caret stands under the last excerpt line. Control characters of the file are shown as
    `�`, so that a damaged file can't steer the terminal.
    """
    lines = [_headline(problem), *_excerpt(problem)]
    if problem.fix:
        lines.append(_fix(problem.fix))
    return "\n".join(lines)


def _headline(problem: Problem) -> str:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    return _printable(f"{where}: {problem.message}")


def _excerpt(problem: Problem) -> list[str]:
    if not problem.excerpt:
        return []
    start = max(0, problem.column - _EXCERPT // 2) if problem.column > _EXCERPT - 8 else 0
    lines = [
        f"{number:>{_GUTTER}} | {_cut(text, start)}".rstrip() for number, text in problem.excerpt
    ]
    last = problem.excerpt[-1][1]
    indent = " " * _columns(_printable(last[start : problem.column - 1]))
    lines.append(f"{' ' * _GUTTER} | {indent}^ {problem.pointer}".rstrip())
    return lines


def _cut(text: str, start: int) -> str:
    shown = _printable(text[start : start + _EXCERPT])
    if start:
        shown = "…" + shown[1:]
    if len(text) > start + _EXCERPT:
        shown = shown[:-1] + "…"
    return shown


def _fix(text: str) -> str:
    """Print the fix as the end of a sentence that "Fix:" begins."""
    start = text[0].lower() if text[1:2].islower() else text[0]
    return textwrap.fill(
        _printable(start + text[1:]),
        WIDTH,
        initial_indent="   Fix: ",
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text.expandtabs(1))


def _columns(text: str) -> int:
    """Columns that a terminal needs for `text`."""
    return sum(_char_columns(char) for char in text)


def _char_columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

"""The text of one content file: decoded, cleaned and split into lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.models import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 1024 * 1024
"""Largest content file. The largest real FAQs have a tenth of that in all files together."""
MAX_PROBLEMS = 100
"""A file with more problems than this is damaged as a whole; the rest is not listed."""

_ENDS = re.compile(r"\r\n|\r|\n")
_SPACES = str.maketrans(dict.fromkeys("\x0b\x0c\x85\u2028\u2029\u00a0\u2007\u202f\u3000", " "))
# What word processors and web pages leave between letters and nobody sees.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file."""

    number: int
    """From 1."""
    text: str

    @property
    def blank(self) -> bool:
        """Whether nothing stands on the line."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """Number of spaces before the text."""
        return len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True, slots=True)
class Source:
    """A content file under the name that messages use."""

    path: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str, path: str) -> Source:
        """Split `text` into lines; tabs, odd spaces, unseen and trailing characters go."""
        if not text.isascii():
            text = text.translate(_UNSEEN)
        return cls(path, tuple(_clean(line) for line in _ENDS.split(text)))

    @property
    def rows(self) -> list[Row]:
        """All lines with their numbers."""
        return [Row(number, line) for number, line in enumerate(self.lines, start=1)]

    def problem(
        self,
        line: int,
        message: str,
        fix: str,
        *,
        level: Level = Level.ERROR,
        column: int = 1,
        show: Sequence[int] = (),
        pointer: str = "",
    ) -> Problem:
        """Describe what is wrong in `line`; `show` are the lines to print, the caret's last."""
        numbers = [number for number in show or (line,) if 0 < number <= len(self.lines)]
        excerpt = tuple((number, self.lines[number - 1]) for number in numbers)
        return Problem(self.path, line, message, fix, level, column, excerpt, pointer)


def _clean(line: str) -> str:
    if line.isascii() and line.isprintable():  # most lines, and 15,000 of them in a large FAQ
        return line.rstrip()
    return line.expandtabs(4).translate(_SPACES).rstrip()


def decode(data: bytes, path: str) -> Source | Problem:
    """Read a file's bytes as UTF-8 text, or say why that can't be done."""
    if len(data) > MAX_BYTES:
        return Problem(
            path, 0, "This file is larger than 1 MB.", "Split it into several topic files."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_wide(data):
        return _not_utf8(path, 'This file is saved as "Unicode" (UTF-16), not as UTF-8.')
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return _bad_byte(data, fault.start, path)
    return _without_controls(text, path)


def _looks_wide(data: bytes) -> bool:
    """Whether every other byte is zero, as in UTF-16 without a mark."""
    head = data[:200]
    return len(head) >= 4 and max(head[0::2].count(0), head[1::2].count(0)) * 3 > len(head)


_SAVE_AS = 'Open the file in its editor, choose "Save as", and choose the encoding "UTF-8".'


def _not_utf8(path: str, message: str) -> Problem:
    return Problem(path, 0, message, _SAVE_AS)


def _bad_byte(data: bytes, at: int, path: str) -> Problem:
    before = data[:at].decode("utf-8-sig", errors="replace")
    source = Source.of(data.decode("cp1252", errors="replace"), path)
    lines = _ENDS.split(before)
    return source.problem(
        len(lines),
        "This file is not saved as UTF-8, so letters with accents can't be read.",
        _SAVE_AS,
        column=len(lines[-1]) + 1,
        pointer="the first character that can't be read",
    )


def _without_controls(text: str, path: str) -> Source | Problem:
    source = Source.of(text, path)
    if not (found := _CONTROL.search(text)):
        return source
    lines = _ENDS.split(text[: found.start()])
    return source.problem(
        len(lines),
        "There is a damaged character in this line.",
        "Delete it and type the text around it again. If the whole file looks odd, it is not"
        " a text file: save it as plain text (UTF-8).",
        column=len(lines[-1]) + 1,
        pointer=f"character number {ord(found[0])}",
    )

"""How a terminal wants its text: its width, colours and characters; wrapping styled text."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from bot.models import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WIDEST = 88
"""Columns; longer lines are hard to read, however wide the terminal is."""
NARROWEST = 12
UNWRAPPED = 1_000_000
"""Width of what is not a terminal: whoever reads a pipe wants a paragraph on one line."""

RED, YELLOW, BOLD, DIM, ITALIC, UNDERLINE = "31", "33", "1", "2", "3", "4"
"""ANSI codes."""
_ALIKE = dict(zip("┃━•·“”‘’–—", "|=-|\"\"''--", strict=True))
_ASCII = str.maketrans({**_ALIKE, "…": "...", "→": "->", "½": "1/2"})
"""What stands for our characters where the encoding has none of them."""
_BLANKS = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True)
class Look:
    """How a stream wants its text."""

    width: int = UNWRAPPED
    """Columns."""
    colour: bool = False
    unicode: bool = True

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str] = os.environ) -> Look:
        """Read a stream's look: COLUMNS and the terminal, NO_COLOR, TERM, the encoding."""
        plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
        colour = stream.isatty() and not plain
        return cls(_width(stream, environ), colour, encoding.startswith("utf"))

    def paint(self, text: str, *codes: str) -> str:
        """Return the text with ANSI codes around it, where the stream wants colour."""
        if not (self.colour and text and codes):
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"

    def bold(self, text: str) -> str:
        """Return a text that is easy to find."""
        return self.paint(text, BOLD)

    def dim(self, text: str) -> str:
        """Return a text that may be overlooked."""
        return self.paint(text, DIM)

    def spell(self, text: str) -> str:
        """Return the text in characters that the stream can show, without control characters."""
        text = text if self.unicode else text.translate(_ASCII)
        return "".join(char if char.isprintable() else "\ufffd" for char in text)

    def lines(self, runs: Iterable[Run], *, first: str = "", rest: str | None = None) -> list[str]:
        """Wrap runs to the width; `first` and `rest` stand before the lines."""
        rest = " " * columns(first) if rest is None else rest
        room = max(self.width - max(columns(first), columns(rest)), NARROWEST)
        wrapped = [self._painted(line) for line in _wrap([*self._chars(runs)], room)] or [""]
        return [(first if at == 0 else rest) + line for at, line in enumerate(wrapped)]

    def text(self, text: str, *, first: str = "", rest: str | None = None) -> str:
        """Wrap a text without styles, keeping its own line breaks."""
        lines: list[str] = []
        for part in text.split("\n"):
            rest = " " * columns(first) if rest is None else rest
            lines += self.lines((Run(part),), first=rest if lines else first, rest=rest)
        return "\n".join(lines)

    def _chars(self, runs: Iterable[Run]) -> Iterator[_Char]:
        """Yield the characters of runs with their styles; every white space becomes one blank."""
        blank = True
        for run in runs:
            codes = _codes(run)
            for word in _BLANKS.split(_with_address(run)):
                if word and not word.isspace():
                    yield from (_Char(char, codes) for char in self.spell(word))
                elif word and not blank:
                    yield _Char(" ", codes)
                blank = word.isspace() if word else blank

    def _painted(self, line: list[_Char]) -> str:
        """Join a line's characters, those of one style in one go."""
        painted, start = [], 0
        for at in range(1, len(line) + 1):
            if at == len(line) or line[at].codes != line[start].codes:
                text = "".join(char.text for char in line[start:at])
                painted.append(self.paint(text, *line[start].codes))
                start = at
        return "".join(painted)


def columns(text: str) -> int:
    """Return how many columns a terminal needs for `text`."""
    return sum(_columns(char) for char in text)


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    codes: tuple[str, ...]


def _codes(run: Run) -> tuple[str, ...]:
    styles = ((run.strong, BOLD), (run.em, ITALIC), (bool(run.href), UNDERLINE))
    return tuple(code for wanted, code in styles if wanted)


def _with_address(run: Run) -> str:
    """Return a run's text, followed by the address that a link would hide."""
    scheme, _, address = (run.href or "").partition(":")
    if scheme in {"tel", "sms"}:
        hidden = _digits(address) != _digits(run.text)
    else:
        address = address if scheme == "mailto" else run.href or ""
        hidden = address != run.text
    return f"{run.text} ({address})" if address and hidden else run.text


def _wrap(chars: list[_Char], room: int) -> Iterator[list[_Char]]:
    """Split at blanks into lines of at most `room` columns; a longer word gets its own line."""
    line: list[_Char] = []
    used = 0
    for word in _words(chars):
        need = columns("".join(char.text for char in word).rstrip())
        if line and used + need > room:
            yield _without_last_blank(line)
            line, used = [], 0
        line += word
        used += sum(_columns(char.text) for char in word)
    if line:
        yield _without_last_blank(line)


def _words(chars: list[_Char]) -> Iterator[list[_Char]]:
    start = 0
    for at, char in enumerate(chars, 1):
        if char.text == " " or at == len(chars):
            yield chars[start:at]
            start = at


def _without_last_blank(line: list[_Char]) -> list[_Char]:
    return line[:-1] if line[-1].text == " " else line


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    given = environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given):
        return max(NARROWEST, min(int(given), WIDEST))
    if not stream.isatty():
        return UNWRAPPED
    return max(NARROWEST, min(shutil.get_terminal_size().columns or 80, WIDEST))

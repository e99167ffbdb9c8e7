"""Answers: the small part of Markdown that a chat can show on every channel.

Paragraphs, bold, italic, flat lists and links. Everything else is a problem with its line,
because a patient would otherwise read the marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from bot.content.inline import InlineReader
from bot.content.lines import bullet
from bot.content.source import MAX_PROBLEMS
from bot.models import Listing, Paragraph, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from bot.content.source import Row, Source
    from bot.models import Block, Problem

MAX_CHARS = 5000
"""Longest text of one section. Five screens of a chat; nobody reads that much there."""
MAX_BRACKETS = 100
"""Most square brackets in one text; the parser's time grows with them."""
MAX_MARKS = 50_000
"""Most marks in one file, for the same reason; a text rarely has twenty."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|=]|^\s*(?:[-+#–—•·▪◦‣●○−]|\d+[.)])", re.MULTILINE)
_GLUED = re.compile(r"\s*[-–—−](?=[^\W\d_])")
_WORD_BULLET = re.compile(r"(\s*)([•·▪◦‣●○]\s*|[–—−]\s+)")
_TABLE = re.compile(r"\s*\|.*\||[\s|:]*-{3,}\s*\|[\s|:-]*$")


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    # Indented lines, `[x]: y` and underlined lines are text to someone who writes a letter.
    markdown.disable(["code", "reference", "lheading"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # we judge them below
    return markdown


_MARKDOWN = _markdown()


class Answers:
    """Reads the answers of one file; `problems` holds what was found in all of them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._marks = 0

    def read(self, rows: Sequence[Row]) -> tuple[Block, ...] | None:
        """Turn the lines of a section's text into blocks; None if they hold a problem."""
        before = len(self.problems)
        if self._too_much(rows):
            return None
        text = "\n".join(row.text for row in rows)
        if not _SPECIAL.search(text):
            return _plain_paragraphs(rows)
        self._marks += sum(map(text.count, "\\`*_[]<>&!\n"))
        blocks = _AnswerReader(rows, self.source, self.problems).read()
        return blocks if len(self.problems) == before else None

    def _too_much(self, rows: Sequence[Row]) -> bool:
        """Whether reading would take too long; noted as a problem once."""
        if len(self.problems) >= MAX_PROBLEMS:
            return True
        if sum(len(row.text) for row in rows) > MAX_CHARS:
            message = f"This text is longer than {MAX_CHARS:,} characters."
        elif sum(row.text.count("[") for row in rows) > MAX_BRACKETS:
            message = f"This text has more than {MAX_BRACKETS} square brackets."
        elif self._marks > MAX_MARKS:
            message = f"This file has more than {MAX_MARKS:,} marks such as * and [."
        else:
            return False
        fix = "Patients read this on their phones: make several questions or files of it."
        self.problems.append(self.source.problem(rows[0].number, message, fix))
        return True


def _plain_paragraphs(rows: Sequence[Row]) -> tuple[Block, ...]:
    """Read text without a single mark: most answers, and faster than the whole parser."""
    paragraphs: list[list[str]] = [[]]
    for row in rows:
        if row.blank:
            paragraphs.append([])
        else:
            paragraphs[-1].append(row.text.strip())
    return tuple(Paragraph((Run(" ".join(lines)),)) for lines in paragraphs if lines)


class _AnswerReader:
    def __init__(self, rows: Sequence[Row], source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.rows = rows
        self.problems = problems
        self.inline = InlineReader(source, problems)

    def read(self) -> tuple[Block, ...]:
        prepared = [self._prepared(at) for at in range(len(self.rows))]
        tokens = iter(_MARKDOWN.parse("\n".join(prepared)))
        return tuple(self._blocks(tokens))

    # --- lines ------------------------------------------------------------------------------

    def _prepared(self, at: int) -> str:
        """Return a line as Markdown: bullets of word processors become dashes."""
        row = self.rows[at]
        self._check_line(row)
        found = _WORD_BULLET.match(row.text)
        if found and (found[2].strip() not in "–—−" or self._may_start_list(at)):
            return f"{found[1]}- {row.text[found.end() :]}"
        return row.text

    def _may_start_list(self, at: int) -> bool:
        """Whether a line that begins with `– ` is a bullet and no dash inside a sentence."""
        above = self.rows[at - 1].text.rstrip() if at else ""
        return not above or above.endswith(":") or bullet(above) is not None

    def _check_line(self, row: Row) -> None:
        if _GLUED.match(row.text):
            self._error(
                row.number,
                "There is no space after the dash.",
                f'Write "- {row.text.strip()[1:]}" if this is a line of a list.',
                column=row.indent + 2,
                pointer="a space is missing here",
            )
        elif _TABLE.match(row.text):
            self._error(row.number, "Tables can't be shown in a chat.", "Write a list instead.")
        elif row.text.strip("= ") == "" and "==" in row.text:
            self._error(row.number, "A line of = has no meaning here.", "Delete it.")

    # --- blocks -----------------------------------------------------------------------------

    def _blocks(self, tokens: Iterator[Token]) -> Iterator[Block]:
        for token in tokens:
            if token.type == "inline":
                runs = self.inline.runs(token, self._line(token))
                if runs:
                    yield Paragraph(runs)
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                yield self._listing(tokens, ordered=token.type.startswith("ordered"))
            elif token.type not in {"paragraph_open", "paragraph_close"}:
                self._refuse_block(token, tokens)

    def _listing(self, tokens: Iterator[Token], *, ordered: bool) -> Listing:
        items: list[tuple[Run, ...]] = []
        for token in tokens:
            if token.type.endswith("_list_close"):
                break
            if token.type == "list_item_open":
                items.append(self._list_item(token, tokens))
        return Listing(tuple(item for item in items if item), ordered=ordered)

    def _list_item(self, start: Token, tokens: Iterator[Token]) -> tuple[Run, ...]:
        runs: tuple[Run, ...] = ()
        seen = 0
        for token in tokens:
            if token.type == "list_item_close":
                break
            if token.type == "inline":
                seen += 1
                if seen == 2:
                    self._second_paragraph(token)
                found = self.inline.runs(token, self._line(token))
                runs = runs or found
            elif not token.type.startswith("paragraph"):
                self._refuse_block(token, tokens)
        if not seen:
            self._error(self._line(start), "Nothing stands behind this dash.", "Delete it.")
        return runs

    def _second_paragraph(self, token: Token) -> None:
        self._error(
            self._line(token),
            "This line belongs to the list above because spaces stand before it.",
            "Delete the spaces at its start, or write it as a line of the list.",
        )

    def _refuse_block(self, token: Token, tokens: Iterator[Token]) -> None:
        message, fix = _REFUSED.get(token.type, _REFUSED["other"])
        self._error(self._line(token), message, fix)
        _skip(token, tokens)

    def _line(self, token: Token) -> int:
        return self.rows[0].number + (token.map[0] if token.map else 0)

    def _error(
        self, line: int, message: str, fix: str, *, column: int = 1, pointer: str = ""
    ) -> None:
        self.problems.append(
            self.source.problem(line, message, fix, column=column, pointer=pointer)
        )


def _skip(token: Token, tokens: Iterator[Token]) -> None:
    """Leave out everything up to the end of the block that `token` opens."""
    depth = int(token.nesting)
    while depth > 0:
        depth += int(next(tokens).nesting)


_REFUSED = {
    "fence": ("Code can't be used in answers.", "Delete the lines with ``` or ~~~."),
    "blockquote_open": ("Quotes can't be used in answers.", "Delete the > at the start."),
    "hr": ("Lines across the page can't be used in answers.", "Delete the line."),
    "bullet_list_open": (
        "A list inside a list can't be shown in a chat.",
        "Delete the spaces before the dash, or write the lines as a sentence.",
    ),
    "ordered_list_open": (
        "A list inside a list can't be shown in a chat.",
        "Delete the spaces before the number, or write the lines as a sentence.",
    ),
    "other": ("This can't be shown in a chat.", "Use sentences, **bold**, lists and links."),
}

"""Answers: the small part of Markdown that a chat can show on every channel.

Paragraphs, bold, italic, flat lists and links. Everything else is a problem with its line,
because a patient would otherwise read the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from bot.content.head import bullet
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

_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|=]|^\s*(?:[-+#–—•·▪◦‣●○−]|\d+[.)])", re.MULTILINE)
_GLUED = re.compile(r"\s*[-–—−](?=[^\W\d_])")
_WORD_BULLET = re.compile(r"(\s*)([•·▪◦‣●○]\s*|[–—−]\s+)")
_TABLE = re.compile(r"\s*\|.*\||[\s|:]*-{3,}\s*\|[\s|:-]*$")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,200})?/?>|<!--")
_ADDRESS = re.compile(
    r"https://[^\s/?#{}%]+\.[^\s{}]+|https://localhost\b[^\s{}]*"
    r"|(?:tel|sms):\+?\d[\d.()-]*|mailto:[^\s@{}]+@[^\s@{}]+"
)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    # Indented lines, `[x]: y` and underlined lines are text to someone who writes a letter.
    markdown.disable(["code", "reference", "lheading"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # we judge them below
    return markdown


_MARKDOWN = _markdown()


def read_answer(rows: Sequence[Row], source: Source) -> tuple[tuple[Block, ...], list[Problem]]:
    """Turn the lines of a section's text into blocks, with the problems found."""
    if not rows:
        return (), []
    if problem := _too_much(rows, source):
        return (), [problem]
    text = "\n".join(row.text for row in rows)
    if not _SPECIAL.search(text):
        return _plain_paragraphs(rows), []
    reader = _AnswerReader(rows, source)
    return reader.read(), reader.problems


def _too_much(rows: Sequence[Row], source: Source) -> Problem | None:
    if sum(len(row.text) for row in rows) > MAX_CHARS:
        return source.problem(
            rows[0].number,
            f"This text is longer than {MAX_CHARS:,} characters.",
            "Patients read a chat on their phones: split it into several questions.",
        )
    if sum(row.text.count("[") for row in rows) > MAX_BRACKETS:
        return source.problem(
            rows[0].number,
            f"This text has more than {MAX_BRACKETS} square brackets.",
            "Write it without them, or split it into several questions.",
        )
    return None


def _plain_paragraphs(rows: Sequence[Row]) -> tuple[Block, ...]:
    """Read text without a single mark: most answers, and faster than the whole parser."""
    paragraphs: list[list[str]] = [[]]
    for row in rows:
        if row.blank:
            paragraphs.append([])
        else:
            paragraphs[-1].append(row.text.strip())
    return tuple(Paragraph((Run(" ".join(lines)),)) for lines in paragraphs if lines)


@dataclass(slots=True)
class _Style:
    """The style that the next text has."""

    strong: int = 0
    """How many pairs of ** are open."""
    em: int = 0
    href: str | None = None


@dataclass(slots=True)
class _Inline:
    """The runs of one paragraph or list item as they come in."""

    runs: list[Run] = field(default_factory=list)
    style: _Style = field(default_factory=_Style)

    def add(self, text: str) -> None:
        """Append text in the present style; text in one style becomes one run."""
        style = self.style
        run = Run(text, strong=style.strong > 0, em=style.em > 0, href=style.href)
        last = self.runs[-1] if self.runs else None
        if last and (last.strong, last.em, last.href) == (run.strong, run.em, run.href):
            self.runs[-1] = Run(last.text + text, run.strong, run.em, run.href)
        elif text:
            self.runs.append(run)


class _AnswerReader:
    def __init__(self, rows: Sequence[Row], source: Source) -> None:
        self.source = source
        self.first = rows[0].number
        self.rows = rows
        self.problems: list[Problem] = []

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
                runs = self._runs(token)
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
                runs = runs or self._runs(token)
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
        return self.first + (token.map[0] if token.map else 0)

    # --- text -------------------------------------------------------------------------------

    def _runs(self, inline: Token) -> tuple[Run, ...]:
        line = self._line(inline)
        content = _Inline()
        for token in inline.children or ():
            self._inline(token, content, line)
            line += token.type in {"softbreak", "hardbreak"}
        return tuple(content.runs)

    def _inline(self, token: Token, content: _Inline, line: int) -> None:
        match token.type:
            case "text" | "text_special":
                self._text(token.content, content, line)
            case "softbreak":
                content.add(" ")
            case "strong_open" | "strong_close":
                content.style.strong += token.nesting
            case "em_open" | "em_close":
                content.style.em += token.nesting
            case "link_open":
                content.style.href = self._address(token, line)
            case "link_close":
                content.style.href = None
            case _:
                message, fix = _REFUSED.get(token.type, _REFUSED["other"])
                column = self._column(line, _MARKS.get(token.type, ""))
                self._error(line, message, fix, column=column)

    def _text(self, text: str, content: _Inline, line: int) -> None:
        content.add(text)
        if (at := text.find("](")) >= 0:
            self._error(
                line,
                "This link is not written right.",
                "Write [the words](https://the.address) without spaces in the address.",
                column=self._column(line, text[at : at + 8]),
            )
        if found := _TAG.search(text):
            self._error(
                line,
                "HTML can't be used in answers.",
                f'Delete "{found[0]}". For bold text write **two stars** on both sides.',
                column=self._column(line, found[0]),
            )

    def _address(self, token: Token, line: int) -> str | None:
        address = str(token.attrs.get("href", ""))
        if _ADDRESS.fullmatch(address) and "%7B" not in address:
            return address
        self._error(line, *_wrong_address(address), column=self._column(line, address))
        return None

    def _column(self, line: int, text: str) -> int:
        return max(1, self._text_of(line).find(text) + 1) if text else 1

    def _text_of(self, line: int) -> str:
        return self.source.lines[line - 1] if line <= len(self.source.lines) else ""

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


def _wrong_address(address: str) -> tuple[str, str]:
    if address.startswith("http:"):
        return "This link is not safe: it begins with http:.", f"Write https:{address[5:]}"
    if address.startswith("www."):
        return "This link has no https://.", f"Write https://{address}"
    if "%7B" in address or "{" in address:
        return (
            "A word in braces can't be part of an address.",
            "Write {phone} into the text; it becomes a link by itself.",
        )
    if not address:
        return "This link has no address.", "Write [the words](https://the.address)."
    return (
        f'A link can\'t lead to "{address}".',
        "Links begin with https://, tel:, sms: or mailto:, such as tel:+15550100200.",
    )


_MARKS = {"code_inline": "`", "image": "![", "hardbreak": "\\"}
_REFUSED = {
    "fence": ("Code can't be used in answers.", "Delete the lines with ``` or ~~~."),
    "code_inline": ("Code can't be used in answers.", "Delete the ` signs."),
    "image": ("Pictures can't be shown in a chat.", "Describe in words, or link to a page."),
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
    "hardbreak": (
        "A backslash at the end of a line has no meaning here.",
        "Delete it, or leave an empty line to begin a paragraph.",
    ),
    "other": ("This can't be shown in a chat.", "Use sentences, **bold**, lists and links."),
}

"""The text inside a paragraph or list item: bold, italic and links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.models import Run

if TYPE_CHECKING:
    from markdown_it.token import Token

    from bot.content.source import Source
    from bot.models import Problem

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,200})?/?>|<!--")
_ADDRESS = re.compile(
    r"https://[^\s/?#{}%]+\.[^\s{}]+|https://localhost\b[^\s{}]*"
    r"|(?:tel|sms):\+?\d[\d.()-]*|mailto:[^\s@{}]+@[^\s@{}]+"
)


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


class InlineReader:
    """Reads the inline tokens of one file; notes what a chat can't show."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems

    def runs(self, inline: Token, line: int) -> tuple[Run, ...]:
        """Return the runs of a paragraph that begins in `line`."""
        content = _Inline()
        for token in inline.children or ():
            self._inline(token, content, line)
            line += token.type in {"softbreak", "hardbreak"}
        return tuple(content.runs)

    def _inline(self, token: Token, content: _Inline, line: int) -> None:
        match token.type:
            case "text" | "text_special":
                content.add(token.content)
                self._check_text(token.content, line)
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
                self._refuse(token, line)

    def _address(self, token: Token, line: int) -> str | None:
        address = str(token.attrs.get("href", ""))
        if _ADDRESS.fullmatch(address) and "%7B" not in address:
            return address
        self._error(line, *_wrong_address(address), at=address)
        return None

    def _check_text(self, text: str, line: int) -> None:
        if (at := text.find("](")) >= 0:
            self._error(line, *_BROKEN_LINK, at=text[at : at + 8])
        if (at := text.find("**")) >= 0:
            self._error(line, *_OPEN_STARS, at=text[at : at + 8])
        if found := _TAG.search(text):
            self._error(
                line,
                "HTML can't be used in answers.",
                f'Delete "{found[0]}". For bold text write **two stars** on both sides.',
                at=found[0],
            )

    def _refuse(self, token: Token, line: int) -> None:
        message, fix, mark = _REFUSED.get(token.type, _OTHER)
        self._error(line, message, fix, at=mark)

    def _error(self, line: int, message: str, fix: str, *, at: str) -> None:
        """Note a problem; the caret stands where `at` does, or at the start of the line."""
        text = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        column = max(1, text.find(at) + 1) if at else 1
        self.problems.append(self.source.problem(line, message, fix, column=column))


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


_BROKEN_LINK = (
    "This link is not written right.",
    "Write [the words](https://the.address) without spaces in the address.",
)
_OPEN_STARS = (
    "These stars are not closed, so patients would see them.",
    "Write **two stars** on both sides, without a space inside.",
)
_OTHER = ("This can't be shown in a chat.", "Use sentences, **bold**, lists and links.", "")
_REFUSED = {
    "code_inline": ("Code can't be used in answers.", "Delete the ` signs.", "`"),
    "image": ("Pictures can't be shown in a chat.", "Use words, or link to a page.", "!["),
    "hardbreak": (
        "A backslash at the end of a line has no meaning here.",
        "Delete it, or leave an empty line to begin a paragraph.",
        "\\",
    ),
}

"""The texts around the answers, from `wording.md`: one section per text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.answers import Answers
from bot.content.document import slug
from bot.content.grammar import suggestion
from bot.content.lines import bullet
from bot.content.placeholders import FACTS, check_placeholders
from bot.models import Level, Phrasing, Wording

if TYPE_CHECKING:
    from bot.content.document import Document, Section
    from bot.models import Block, Problem

TEXTS = (
    "Greeting", "Disclaimer", "Fallback", "Fallback again", "Not covered", "Clarify",
    "None of these", "None chosen", "Handoff", "Contact with phone", "Contact without phone",
    "Two answers", "Corrected", "Unsure follow-up", "Empty message", "Too long", "Rate limited",
    "Bad message", "Unavailable",
)  # fmt: skip
"""Headings of the texts that replies are made of; each must be there. The key is its slug."""
STARTERS = "Starters"
"""Heading of the list of entries that are offered when the chat opens."""

_PLACEHOLDERS = {
    "not-covered": (*FACTS, "subject"),
    "corrected": (*FACTS, "query"),
    # These two are what {contact} stands for.
    "contact-with-phone": tuple(name for name in FACTS if name != "contact"),
    "contact-without-phone": tuple(name for name in FACTS if name not in {"contact", "phone"}),
}


def read_wording(document: Document) -> tuple[Wording, tuple[Phrasing, ...], list[Problem]]:
    """Return the texts by the slug of their heading, the starters with lines, and problems.

    A starter's text is an entry's full id; whether it exists is checked where all are known.
    """
    reader = _WordingReader(document)
    return reader.read(), reader.starters, reader.problems


class _WordingReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.problems: list[Problem] = []
        self.answers = Answers(document.source)
        self.starters: tuple[Phrasing, ...] = ()
        self.texts: dict[str, tuple[Block, ...]] = {}
        self.lines: dict[str, int] = {}

    def read(self) -> Wording:
        """Read every section; then name the texts that are missing."""
        for section in self.document.sections:
            self._section(section)
        missing = [name for name in TEXTS if slug(name) not in self.lines]
        if missing:
            self._missing(missing)
        self.problems += self.answers.problems
        return Wording(self.texts, tuple(starter.text for starter in self.starters))

    def _section(self, section: Section) -> None:
        key = slug(section.heading)
        if key in self.lines:
            self._twice(section, self.lines[key])
            return
        self.lines[key] = section.line
        if key == slug(STARTERS):
            self.starters = self._read_starters(section)
        else:
            self._text(section, key)

    def _text(self, section: Section, key: str) -> None:
        if key not in map(slug, TEXTS):
            self._unknown(section)
        if not section.body:
            self._empty(section)
        self.texts[key] = self.answers.read(section.body) or ()
        self.problems += check_placeholders(
            section.body, self.source, _PLACEHOLDERS.get(key, FACTS)
        )
        if key == "none-of-these" and len([row for row in section.body if not row.blank]) > 1:
            self._problem(section.body[-1].number, "A button has one line only.", "Shorten it.")

    def _read_starters(self, section: Section) -> tuple[Phrasing, ...]:
        items = []
        for row in section.body:
            item = bullet(row.text)
            if item:
                items.append(Phrasing(item, row.number))
            elif not row.blank:
                self._problem(
                    row.number,
                    "Starters are a list of questions' ids.",
                    'Write "- " and an id on each line, such as "- botox/how-long".',
                )
        return tuple(items)

    # --- problems ---------------------------------------------------------------------------

    def _missing(self, names: list[str]) -> None:
        example = f'"## {names[0]}" and the text below it'
        listed = ", ".join(f'"{name}"' for name in names)
        texts = "A text is" if len(names) == 1 else f"{len(names)} texts are"
        self._problem(0, f"{texts} missing: {listed}.", f"Write {example}.")

    def _twice(self, section: Section, first: int) -> None:
        self._problem(
            section.line,
            f'There is a second "{section.heading}".',
            "Keep one of them.",
            show=[first, section.line],
        )

    def _unknown(self, section: Section) -> None:
        near = suggestion(section.heading, [*TEXTS, STARTERS], at_least=75)
        self._problem(
            section.line,
            f'No reply uses a text named "{section.heading}"'
            + (f'; did you mean "{near}"?' if near else "."),
            f'Write "## {near}".' if near else "Delete it, or move it to a topic file.",
            level=Level.WARNING,
        )

    def _empty(self, section: Section) -> None:
        show = [section.line, section.next_line] if section.next_line else [section.line]
        self._problem(
            section.line,
            f'The text "{section.heading}" is empty.',
            f"Write it under line {section.line}.",
            show=show,
            pointer="the next text starts here" if section.next_line else "no text follows",
        )

    def _problem(
        self,
        line: int,
        message: str,
        fix: str,
        *,
        level: Level = Level.ERROR,
        show: list[int] | None = None,
        pointer: str = "",
    ) -> None:
        self.problems.append(
            self.source.problem(line, message, fix, level=level, show=show or (), pointer=pointer)
        )

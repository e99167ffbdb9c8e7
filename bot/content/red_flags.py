"""Red flags and their fixed replies, from `red-flags.md`.

A section is one of three things: a danger (a `Tier:` and a `Says:` list), a fixed reply (its
heading begins with "Reply:"), or a word list that patterns name (a `Words:` list).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.answers import Answers
from bot.content.document import slug
from bot.content.grammar import SAYS, WORDS, suggestion
from bot.content.placeholders import check_placeholders
from bot.models import Level, RedFlag, RedFlags, Tier

if TYPE_CHECKING:
    from bot.content.document import Document, Section
    from bot.models import Block, Phrasing, Problem

_REPLY = "reply:"


def read_red_flags(document: Document) -> tuple[RedFlags, list[Problem]]:
    """Return the flags, the replies by slug ("crisis-other") and the word lists by slug."""
    reader = _RedFlagReader(document)
    return reader.read(), reader.problems


class _RedFlagReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.problems: list[Problem] = []
        self.answers = Answers(document.source)
        self.flags: dict[str, RedFlag] = {}
        self.texts: dict[str, tuple[Block, ...]] = {}
        self.lists: dict[str, tuple[Phrasing, ...]] = {}
        self.lines: dict[tuple[str, str], int] = {}

    def read(self) -> RedFlags:
        """Read every section; then look for what must be there."""
        for section in self.document.sections:
            self._section(section)
        self.problems += self.answers.problems
        self._check_complete()
        return RedFlags(tuple(self.flags.values()), self.texts, self.lists)

    def _section(self, section: Section) -> None:
        if section.heading.casefold().startswith(_REPLY):
            self._reply(section)
        elif WORDS in section.lists:
            self._words(section)
        elif SAYS in section.lists or "Tier" in section.fields:
            self._flag(section)
        else:
            self._neither(section)

    def _reply(self, section: Section) -> None:
        name = slug(section.heading[len(_REPLY) :])
        if self._known(section, "reply", name):
            return
        if not section.body:
            self._problem(
                section.line, "This reply is empty.", f"Write it under line {section.line}."
            )
        self.texts[name] = self.answers.read(section.body) or ()
        self.problems += check_placeholders(section.body, self.source)

    def _words(self, section: Section) -> None:
        if self._known(section, "list", section.id):
            return
        self.lists[section.id] = section.lists[WORDS]
        if not section.lists[WORDS]:
            self._problem(section.line, "This word list is empty.", 'Write "- " and a word.')
        self._stray_text(section)

    def _flag(self, section: Section) -> None:
        if self._known(section, "flag", section.id):
            return
        tier = self._tier(section)
        patterns = section.lists.get(SAYS, ())
        if not patterns:
            self._problem(
                section.line,
                "This danger has no words to know it by.",
                'Write "Says:" and below it, with dashes, what patients say.',
            )
        self._stray_text(section)
        if tier is None:
            return
        self.flags[section.id] = RedFlag(
            id=section.id,
            title=section.heading,
            tier=tier,
            patterns=patterns,
            path=self.document.path,
            line=section.line,
            language=(self._value(section, "Language") or "en").casefold(),
            sources=self._value(section, "Source"),
            reviewed_by=self._value(section, "Reviewed by"),
        )

    def _value(self, section: Section, name: str) -> str | None:
        field = self.document.field_of(section, name)
        return field.value if field else None

    def _tier(self, section: Section) -> Tier | None:
        field = section.fields.get("Tier")
        tiers = ", ".join(Tier)
        if field is None or not field.value:
            self._problem(
                section.line,
                "This danger does not say how urgent it is.",
                f'Write "Tier:" and one of: {tiers}.',
            )
            return None
        value = field.value.casefold()
        if value in list(Tier):
            return Tier(value)
        near = suggestion(value, list(Tier))
        self._problem(
            field.line,
            f'"{field.value}" is not a tier' + (f'; did you mean "{near}"?' if near else "."),
            f"The tiers are: {tiers}.",
            column=field.column,
        )
        return None

    # --- what must be there -----------------------------------------------------------------

    def _check_complete(self) -> None:
        if not self.flags and not self.problems:
            self._problem(
                0,
                "There is not one red flag in this file.",
                'Write "## Trouble breathing", "Tier: emergency", "Says:" and what patients say.',
            )
        for tier in sorted({flag.tier for flag in self.flags.values()}):
            if ("reply", tier.value) not in self.lines:
                self._problem(
                    0,
                    f'The reply "{tier}" is missing.',
                    f'Write "## Reply: {tier}" and the text below it.',
                )

    def _neither(self, section: Section) -> None:
        near = suggestion(section.heading.split(":")[0], ["Reply"], at_least=80)
        self._problem(
            section.line,
            "This is neither a danger, nor a reply, nor a word list.",
            f'Write "## Reply: {section.heading.split(":", 1)[1].strip()}".'
            if near and ":" in section.heading
            else 'A danger has "Tier:" and "Says:", a word list has "Words:", the heading of a'
            ' reply begins with "Reply:".',
        )

    def _stray_text(self, section: Section) -> None:
        if section.body:
            self._problem(
                section.body[0].number,
                "This line has no effect here.",
                "Delete it, or begin it with a dash if it belongs to the list above.",
            )

    def _known(self, section: Section, what: str, name: str) -> bool:
        first = self.lines.setdefault((what, name), section.line)
        if first == section.line:
            return False
        self._problem(
            section.line,
            f'There is a second "{section.heading}".',
            "Keep one of them, or give one another heading.",
            show=[first, section.line],
        )
        return True

    def _problem(
        self,
        line: int,
        message: str,
        fix: str,
        *,
        level: Level = Level.ERROR,
        column: int = 1,
        show: list[int] | None = None,
    ) -> None:
        self.problems.append(
            self.source.problem(line, message, fix, level=level, column=column, show=show or ())
        )

"""Expressions that are looked for in messages: tried only where the words they need occur."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.models import Phrasing, RedFlag
    from bot.safety.message import Message


@dataclass(slots=True, eq=False)
class Expression:
    """A part of a pattern or a list."""

    source: str
    bits: int = 0
    """One bit for each group of codes of which one must occur in the message."""
    choices: Choices | None = None
    """The same as single expressions, where there are many to choose from."""
    _compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression over codes; compiled when it is first needed."""
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled

    def prepare(self) -> None:
        """Compile what will be matched, now."""
        for expression in self.choices.expressions if self.choices else (self,):
            _ = expression.compiled

    def spans(self, message: Message) -> list[tuple[int, int]]:
        """Return where it matches, in order of position; spans of choices may overlap."""
        if self.bits & message.bits != self.bits:
            return []
        if self.choices:
            return self.choices.spans(message)
        return [match.span() for match in self.compiled.finditer(message.codes)]


@dataclass(slots=True, eq=False)
class Choices:
    """Many expressions, of which few are possible in one message."""

    expressions: tuple[Expression, ...]
    anchors: tuple[str, ...]
    """For each the codes of that group which occurs most seldom."""
    _anchored: dict[str, list[Expression]] | None = None

    def spans(self, message: Message) -> list[tuple[int, int]]:
        """Return where any of them matches, in order of position."""
        anchored = self._anchored or self._anchor()
        possible = {
            each
            for code in anchored.keys() & set(message.codes)
            for each in anchored[code]
            if each.bits & message.bits == each.bits
        }
        found = [m.span() for each in possible for m in each.compiled.finditer(message.codes)]
        return sorted(found)

    def _anchor(self) -> dict[str, list[Expression]]:
        """File them under the codes of which each needs one."""
        anchored: dict[str, list[Expression]] = defaultdict(list)
        for expression, codes in zip(self.expressions, self.anchors, strict=True):
            for code in codes:
                anchored[code].append(expression)
        self._anchored = dict(anchored)
        return self._anchored


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """One pattern of one flag."""

    flag: RedFlag
    pattern: Phrasing
    parts: tuple[Expression, ...]
    """What `+` joins; the first one is the finding."""
    groups: tuple[int, ...]
    """Numbers of the groups of codes of which one each must occur, the rarest first."""

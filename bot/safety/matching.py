"""Expressions that are looked for in messages: tried only where the words they need occur."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from bot.safety.needs import places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Phrasing, RedFlag
    from bot.safety.message import Message


class Expression:
    """A part of a pattern or a list."""

    def __init__(
        self,
        number: int,
        source: str,
        *,
        groups: tuple[int, ...] = (),
        choices: Mapping[int, Expression] | None = None,
    ) -> None:
        """Take an expression by its number among all."""
        self.source = source
        self.groups = groups
        """Numbers of the groups of codes of which one each must occur, the rarest first."""
        self.choices = choices or {}
        """Number → a single expression, where there are many to choose from."""
        bits = [1 << at for at in self.choices or (number,)]
        self.bits: int = reduce(or_, bits)
        """Which expressions there are to choose from."""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression over codes; compiled when it is first needed."""
        return re.compile(self.source)

    def spans(self, message: Message) -> list[tuple[int, int]]:
        """Return where it matches, in order of position; spans of choices may overlap."""
        possible = message.possible & self.bits
        if not self.choices:
            return self._spans(message.codes) if possible else []
        return sorted(
            span for at in places(possible) for span in self.choices[at]._spans(message.codes)
        )

    def _spans(self, codes: str) -> list[tuple[int, int]]:
        return [match.span() for match in self.compiled.finditer(codes)]


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """One pattern of one flag."""

    flag: RedFlag
    pattern: Phrasing
    parts: tuple[Expression, ...]
    """What `+` joins; the first one is the finding."""
    groups: tuple[int, ...]
    """Numbers of the groups of codes of which one each must occur, the rarest first."""

    def may_match(self, codes: str) -> bool:
        """Whether each part matches somewhere, in whatever order."""
        for part in self.parts:  # noqa: SIM110  a generator would take twice the time
            if not part.compiled.search(codes):
                return False
        return True

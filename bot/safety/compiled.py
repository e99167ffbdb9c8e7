"""Red flags compiled: what the screen looks for, made from plain values that a file can keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.safety.cues import Cues
from bot.safety.matching import Choices, Expression, Matcher
from bot.safety.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import RedFlags

Plain: TypeAlias = dict[str, Any]
"""Lists, mappings, texts and whole numbers only."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What the screen looks for."""

    vocabulary: Vocabulary
    matchers: tuple[Matcher, ...]
    cues: Cues
    groups: tuple[str, ...]
    """The codes of each group of which expressions need one; its place is its number."""

    @classmethod
    def read(cls, plain: Plain, red_flags: RedFlags, ordinary: Mapping[str, int]) -> Compiled:
        """Make it from what `compile_red_flags` returned for the same red flags."""
        found: list[Expression] = []
        for source, groups, choices, anchors in plain["expressions"]:
            several = Choices(tuple(found[at] for at in choices), tuple(anchors))
            bits = reduce(or_, [1 << group for group in groups], 0)
            found.append(Expression(source, bits, several if choices else None))
        matchers = tuple(
            Matcher(
                red_flags.flags[flag],
                red_flags.flags[flag].patterns[pattern],
                tuple(found[at] for at in parts),
                tuple(groups),
            )
            for flag, pattern, parts, groups in plain["matchers"]
        )
        return cls(
            Vocabulary(plain["exact"], plain["stems"], ordinary),
            matchers,
            Cues(**{name: found[at] for name, at in plain["cues"].items()}),
            tuple(plain["groups"]),
        )

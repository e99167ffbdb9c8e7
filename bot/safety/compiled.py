"""Red flags compiled: what the screen looks for, made from plain values that a file can keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bot.models import Tier
from bot.safety.cues import Cues
from bot.safety.matching import Expression, Matcher
from bot.safety.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import RedFlags

Plain: TypeAlias = dict[str, Any]
"""Lists, mappings, texts and whole numbers only."""


_ORDER: Final = (Tier.CRISIS, Tier.EMERGENCY, Tier.URGENT, Tier.ADVICE)
"""Order of looking; the first live finding ends the search."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What the screen looks for."""

    vocabulary: Vocabulary
    matchers: tuple[Matcher, ...]
    """In the order of looking."""
    expressions: tuple[Expression, ...]
    cues: Cues
    groups: tuple[str, ...]
    """The codes of each group of which expressions need one; its place is its number."""

    @classmethod
    def read(cls, plain: Plain, red_flags: RedFlags, ordinary: Mapping[str, int]) -> Compiled:
        """Make it from what `compile_red_flags` returned for the same red flags."""
        found: list[Expression] = []
        for number, (source, groups, choices) in enumerate(plain["expressions"]):
            several = {at: found[at] for at in choices}
            found.append(Expression(number, source, groups=tuple(groups), choices=several))
        matchers = [
            Matcher(
                red_flags.flags[flag],
                red_flags.flags[flag].patterns[pattern],
                tuple(found[at] for at in parts),
                tuple(groups),
            )
            for flag, pattern, parts, groups in plain["matchers"]
        ]
        return cls(
            Vocabulary(plain["exact"], plain["stems"], ordinary),
            tuple(sorted(matchers, key=lambda each: _ORDER.index(each.flag.tier))),
            tuple(found),
            Cues(**{name: found[at] for name, at in plain["cues"].items()}),
            tuple(plain["groups"]),
        )

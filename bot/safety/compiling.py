"""Red flags read, and written as plain values that can be kept in a file.

That takes a third of a second; making a `Compiled` from what was kept takes a twentieth of it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from bot.safety.cue_lists import written_cues
from bot.safety.cues import Cues
from bot.safety.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.models import RedFlags
    from bot.safety.compiled import Plain
    from bot.safety.expressions import Group, Written


def compile_patterns(red_flags: RedFlags, ordinary: Mapping[str, int]) -> Plain:
    """Read all patterns and write them as expressions; raises ContentError with every bad one."""
    lexicon = Lexicon(red_flags, ordinary)
    list_of = _Listing(lexicon)
    cues = written_cues(lexicon.listed)
    return {
        "exact": lexicon.vocabulary.exact,
        "stems": lexicon.vocabulary.stems,
        "matchers": [
            [each.flag, each.pattern, list_of.places(each.parts), list_of.numbers(each.groups)]
            for each in lexicon.matchers
        ],
        "cues": {each.name: list_of.place(cues[each.name]) for each in fields(Cues)},
        "expressions": list_of.expressions,
        "groups": [*list_of.groups],
    }


class _Listing:
    """Lists every expression and every group once; what one is made of stands before it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.expressions: list[list[Any]] = []
        self.groups: dict[str, int] = {}
        self._rarest_first = lexicon.writer.rarest_first
        self._places: dict[Written, int] = {}

    def places(self, written: Iterable[Written]) -> list[int]:
        """Return where expressions stand in the list."""
        return [self.place(each) for each in written]

    def place(self, written: Written) -> int:
        """Return where an expression stands in the list."""
        if (known := self._places.get(written)) is not None:
            return known
        choices = self.places(written.choices)
        needs = self.numbers(self._rarest_first(set(written.needs)))
        self.expressions.append([written.source, needs, choices])
        self._places[written] = len(self.expressions) - 1
        return self._places[written]

    def numbers(self, groups: Iterable[Group]) -> list[int]:
        """Return the numbers of groups."""
        codes = ("".join(sorted(group)) for group in groups)
        return [self.groups.setdefault(each, len(self.groups)) for each in codes]

"""What each typed word means to the patterns; every new word is thought about once."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.models import Tier
from bot.safety.vocabulary import END, START

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.safety.compiled import Compiled
    from bot.safety.matching import Matcher

_REMEMBERED: Final = 20_000
"""Typed words that are kept in memory; about 10 MB when they are all different."""
_ORDER: Final = (Tier.CRISIS, Tier.EMERGENCY, Tier.URGENT, Tier.ADVICE)
"""Order of looking; the first live finding ends the search."""


class Place(NamedTuple):
    """A pattern with its place in the order of looking."""

    number: int
    matcher: Matcher
    rest: tuple[frozenset[str], ...]
    """The groups of which it needs a word too, without the two rarest."""


class Anchor(NamedTuple):
    """The patterns whose rarest word this is."""

    alone: tuple[Place, ...]
    """Those that need no other word."""
    pairs: Mapping[str, tuple[Place, ...]]
    """The others, by the codes of the word that they need as their second rarest."""


class Meaning(NamedTuple):
    """What one typed word means."""

    codes: str
    """The codes of the words that it stands for."""
    bits: int
    """The bits of the groups that these belong to."""
    anchors: tuple[Anchor, ...]


class Meanings(dict[str, Meaning]):
    """Token → what it means; a token that is not there yet is resolved when it is looked up."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__()
        self._resolve = compiled.vocabulary.codes
        self._groups = compiled.groups
        self._groups_of: dict[str, list[int]] = defaultdict(list)
        """Code → the groups that it belongs to."""
        for number, codes in enumerate(compiled.groups):
            for code in codes:
                self._groups_of[code].append(number)
        self._matchers = sorted(compiled.matchers, key=lambda each: _ORDER.index(each.flag.tier))
        self._rarest: dict[int, list[int]] = defaultdict(list)
        """Group → the places of the patterns that need it, and no rarer one."""
        for at, matcher in enumerate(self._matchers):
            self._rarest[matcher.groups[0]].append(at)
        self._anchor = cache(self._anchor_of)
        self._place = cache(self._place_of)
        self.edges = self._bits_of(START + END)
        """The bits of the beginning and the end, which every message has."""
        self.at_edges = self._anchors_of(START + END)
        """The patterns that need nothing else."""

    def __missing__(self, token: str) -> Meaning:
        if len(self) >= _REMEMBERED:
            self.clear()
        codes = self._resolve(token)
        meaning = self[token] = Meaning(codes, self._bits_of(codes), self._anchors_of(codes))
        return meaning

    def _bits_of(self, codes: str) -> int:
        groups = [group for code in codes for group in self._groups_of.get(code, ())]
        return reduce(or_, [1 << group for group in groups], 0)

    def _anchors_of(self, codes: str) -> tuple[Anchor, ...]:
        places = (self._anchored_at(code) for code in codes)
        return tuple(self._anchor(each) for each in places if each)

    def _anchored_at(self, code: str) -> tuple[int, ...]:
        groups = self._groups_of.get(code, ())
        return tuple(sorted(at for group in groups for at in self._rarest.get(group, ())))

    def _anchor_of(self, places: tuple[int, ...]) -> Anchor:
        pairs: dict[str, list[Place]] = defaultdict(list)
        alone: list[Place] = []
        for at in places:
            _, *more = self._matchers[at].groups
            if not more:
                alone.append(self._place(at))
            for code in self._groups[more[0]] if more else ():
                pairs[code].append(self._place(at))
        return Anchor(tuple(alone), {code: tuple(each) for code, each in pairs.items()})

    def _place_of(self, at: int) -> Place:
        matcher = self._matchers[at]
        return Place(at, matcher, tuple(frozenset(self._groups[g]) for g in matcher.groups[2:]))

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

    from bot.safety.lexicon import Lexicon, Matcher

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

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._resolve = lexicon.vocabulary.codes
        self._bits = lexicon.bits()
        self._anchors = _anchors(lexicon)
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
        return reduce(or_, [self._bits.get(code, 0) for code in codes], 0)

    def _anchors_of(self, codes: str) -> tuple[Anchor, ...]:
        return tuple(self._anchors[code] for code in codes if code in self._anchors)


def _anchors(lexicon: Lexicon) -> dict[str, Anchor]:
    """Register each matcher under the codes of that needed group which occurs most seldom."""
    ordered = sorted(lexicon.matchers, key=lambda each: _ORDER.index(each.flag.tier))
    groups = [sorted(each.groups, key=lexicon.vocabulary.frequency) for each in ordered]
    places = [Place(at, ordered[at], tuple(groups[at][2:])) for at in range(len(ordered))]
    rarest: dict[str, list[int]] = defaultdict(list)
    for at, (first, *_) in enumerate(groups):
        for code in first:
            rarest[code].append(at)

    @cache
    def anchor(numbers: tuple[int, ...]) -> Anchor:
        pairs: dict[str, list[Place]] = defaultdict(list)
        for at in numbers:
            for code in groups[at][1] if groups[at][1:] else ():
                pairs[code].append(places[at])
        alone = tuple(places[at] for at in numbers if not groups[at][1:])
        return Anchor(alone, {code: tuple(each) for code, each in pairs.items()})

    return {code: anchor(tuple(numbers)) for code, numbers in rarest.items()}

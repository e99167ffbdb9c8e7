"""Which of many things are possible in a message, by the words that each of them needs.

A thing (a pattern, an expression) needs a word out of each of some groups. Every thing has a place,
and in each of four rows a bit at that place, one for each of its groups. A word's bits say which
needs it meets. "Or" over the words of a message, and "and" over the rows, and all things that lack
a word are gone: a few operations on whole numbers, however many things there are.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from bot.safety.vocabulary import END, START

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROWS: Final = 4
"""Groups of a thing that are looked at. A fifth one, which few have, rules next to nothing out."""


class Needs(dict[str, int]):
    """Code of a word → the bits of the needs that it meets."""

    def __init__(self, things: Sequence[Sequence[int]], belonging: Mapping[str, list[int]]) -> None:
        """`things`: for each one the numbers of the groups that it needs, the rarest first.

        `belonging`: for each code the numbers of the groups that it belongs to.
        """
        super().__init__()
        self._belonging = belonging
        self._row = len(things)
        self._met_by: dict[int, int] = defaultdict(int)
        """Number of a group → the bits of the things that need it."""
        free = (1 << _ROWS * self._row) - 1
        for at, groups in enumerate(things):
            for row, group in enumerate(groups[:_ROWS]):
                bit = 1 << row * self._row + at
                self._met_by[group] |= bit
                free ^= bit
        self.always = free | self[START] | self[END]
        """The bits that every message has: its two edges, and the rows that are not needed."""

    def __missing__(self, code: str) -> int:
        groups = self._belonging.get(code, ())
        bits = self[code] = reduce(or_, [self._met_by.get(group, 0) for group in groups], 0)
        return bits

    def of(self, codes: str) -> int:
        """Return the bits of several words; those of one word are no copy."""
        return self[codes] if len(codes) == 1 else reduce(or_, map(self.__getitem__, codes), 0)

    def possible(self, bits: int) -> int:
        """Return a bit for each thing all of whose needs are met."""
        bits &= bits >> 2 * self._row
        return bits & bits >> self._row


def belonging(groups: Sequence[str]) -> Mapping[str, list[int]]:
    """Return for each code the numbers of the groups that it belongs to."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, codes in enumerate(groups):
        for code in codes:
            found[code].append(number)
    return found


def places(bits: int) -> list[int]:
    """Return the places of the bits that are set, the lowest first."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found

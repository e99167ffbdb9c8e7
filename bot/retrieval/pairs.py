"""Which words stand side by side in a large FAQ: five million pairs would not fit as texts."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.large import hashed, hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.retrieval.large import Hashes

_SPREAD, _ALL = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF
"""An odd number with bits all over (2⁶⁴ by the golden ratio), to tell left from right; all bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of words, by 64 bits made of both words' hashes; a wrong one in 10¹² is taken in."""

    keys: Hashes
    """(pairs,) ascending."""

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Pairs:
        """Collect the words that stand side by side in some row."""
        names: dict[str, int] = {}
        left, right = array("i"), array("i")
        for row in rows:
            numbers = [names.setdefault(word, len(names)) for word in row]
            left.extend(numbers[:-1])
            right.extend(numbers[1:])
        hashed = hashes(names)
        return cls(
            np.unique(_joined(hashed[np.array(left, np.intp)], hashed[np.array(right, np.intp)]))
        )

    def __contains__(self, pair: object) -> bool:
        match pair:
            case (str(left), str(right)):
                wanted, keys = _key(left) * _SPREAD + _key(right) & _ALL, self.keys.data
                at = bisect_left(keys, wanted)
                return at < len(keys) and keys[at] == wanted
        return False


@lru_cache(maxsize=4_096)
def _key(word: str) -> int:
    return hashed(word.encode("utf-8", "surrogatepass"))


def _joined(left: Hashes, right: Hashes) -> Hashes:
    return left * np.uint64(_SPREAD) + right

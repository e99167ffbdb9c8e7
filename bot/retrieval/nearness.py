"""Which known words are a few letters away from a misspelt one, without a look at all words.

Every word is filed under each of its deletions (itself with up to two letters left out); a typed
word's own deletions then lead to all words near it (SymSpell, W. Garbe 2012). The files are two
arrays, sorted by a hash of the deletion: as Python objects they would take twenty times the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

PREFIX = 7
"""Deletions are made of a word's first letters only, to keep them few."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """Words, filed under their deletions."""

    name: Callable[[int], str]
    """Returns the word with a number."""
    hashes: NDArray[np.uint32]
    """(deletions,) hash of each word's each deletion, ascending."""
    word: NDArray[np.int32]
    """(deletions,) number of the word that it was made from."""

    @classmethod
    def of(cls, words: Iterable[str]) -> Nearness:
        """File words, numbered in this order, under their deletions of as many as are allowed."""
        words = tuple(words)
        numbered = ((word, number, allowed_distance(word)) for number, word in enumerate(words))
        return cls(words.__getitem__, *filed(numbered))

    def around(self, typed: str) -> Iterator[str]:
        """Yield the words within the allowed distance."""
        most = allowed_distance(typed)
        keys = np.array([hashed(deletion) for deletion in deletions(typed, most)], np.uint32)
        starts, stops = (self.hashes.searchsorted(keys, side) for side in ("left", "right"))
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        numbers = {number for start, stop in spans for number in self.word[start:stop].tolist()}
        for number in numbers:  # two deletions may share a hash, so the distance is measured
            word = self.name(number)
            if OSA.distance(typed, word, score_cutoff=most) <= most:
                yield word


def filed(
    words: Iterable[tuple[str, int, int]],
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the hashes and numbers of a `Nearness`, from words, their numbers, and how far off."""
    made = sorted(
        (hashed(deletion), number)
        for word, number, most in words
        for deletion in deletions(word, most)
    )
    table = np.array(made, np.uint32).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].astype(np.int32)


def allowed_distance(word: str) -> int:
    """Return how many edits a word of this length may be away."""
    return 1 if len(word) < 6 else 2


def deletions(word: str, most: int) -> set[str]:
    """Return the word's prefix with up to `most` letters left out, itself included."""
    found = {word[:PREFIX]}
    edge = found
    for _ in range(most):
        edge = {text[:at] + text[at + 1 :] for text in edge for at in range(len(text))}
        found = found | edge
    return found


def hashed(deletion: str) -> int:
    """Return the same 32 bits for the same letters, in every process."""
    return crc32(deletion.encode("utf-8", "surrogatepass"))

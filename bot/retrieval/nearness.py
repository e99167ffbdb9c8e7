"""Which known words are a few letters away from a misspelt one, without a look at all words.

Every word is filed under each of its deletions (itself with up to two letters left out); a typed
word's own deletions then lead to all words near it (SymSpell, W. Garbe 2012). The files are two
arrays, sorted by a hash of the deletion: as Python objects they would take twenty times the room.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from rapidfuzz import process
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

    def around(self, typed: str, keys: NDArray[np.uint32]) -> Iterator[str]:
        """Yield the words within the allowed distance; `keys` are those of the typed word."""
        most = allowed_distance(typed)
        if not len(self.hashes):
            return
        starts = self.hashes.searchsorted(keys)
        there = self.hashes.take(starts, mode="clip") == keys
        if not there.any():
            return
        starts, found = starts[there], keys[there]
        stops = self.hashes.searchsorted(found, "right").tolist()
        spans = zip(starts.tolist(), stops, strict=True)
        numbers = {number for start, stop in spans for number in self.word[start:stop].tolist()}
        # two deletions may share a hash, so the distance is measured
        words = [*map(self.name, numbers)]
        near = process.extract(
            typed, words, scorer=OSA.distance, processor=None, score_cutoff=most, limit=None
        )
        yield from (word for word, _, _ in near)


def keys_of(typed: str) -> NDArray[np.uint32]:
    """Return the hashes under which the words near a typed one are filed."""
    made = deletions(typed, allowed_distance(typed))
    hashes = map(crc32, map(str.encode, made)) if typed.isascii() else map(hashed, made)
    return np.fromiter(hashes, np.uint32, len(made))


def filed(
    words: Iterable[tuple[str, int, int]],
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the hashes and numbers of a `Nearness`, from words, their numbers, and how far off."""
    hashes, numbers = array("I"), array("i")  # a list of pairs would take twenty times the room
    for word, number, most in words:
        made = [*map(hashed, deletions(word, most))]
        hashes.extend(made)
        numbers.extend([number] * len(made))
    filed_under, of_word = np.array(hashes, np.uint32), np.array(numbers, np.int32)
    order = np.lexsort((of_word, filed_under))
    return filed_under[order], of_word[order]


def allowed_distance(word: str) -> int:
    """Return how many edits a word of this length may be away."""
    return 1 if len(word) < 6 else 2


def deletions(word: str, most: int) -> set[str]:
    """Return the word's prefix with up to `most` letters left out, itself included."""
    prefix = word[:PREFIX]
    fewest = max(len(prefix) - most, 0)
    kept = chain.from_iterable(
        combinations(prefix, length) for length in range(fewest, len(prefix) + 1)
    )
    return set(map("".join, kept))


def hashed(deletion: str) -> int:
    """Return the same 32 bits for the same letters, in every process."""
    return crc32(deletion.encode("utf-8", "surrogatepass"))

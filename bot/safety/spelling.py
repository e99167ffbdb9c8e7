"""Which word of the patterns a misspelt one was meant to be.

Nearness is counted in slips: a letter added, left out, replaced, or swapped with its neighbour.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_SHORTEST: Final = 4
"""Letters; shorter words are too like each other to repair."""
_LONG: Final = 8
"""Letters from which on two slips are allowed."""
_AS_IT_SOUNDS: Final = 3
"""Slips that are allowed when the consonants sound the same."""
_LONG_STEM: Final = 6
"""Letters of a stem that is looked for at the beginning of a misspelt word."""
_TIED: Final = 6
"""Nearest words that are compared."""
_ENDINGS: Final = ("", "s", "es", "ed", "ing", "er")
_SOUNDS: Final = (
    ("ph", "f"), ("th", "0"), ("ck", "k"), ("x", "ks"), ("z", "s"), ("ce", "s"), ("ci", "s"),
    ("cy", "s"), ("q", "k"), ("c", "k"), ("w", ""), ("gh", ""),
)  # fmt: skip
_VOWELS = re.compile("[aeiouyh]")
_DOUBLE = re.compile(r"(.)\1+")


class Spelling:
    """The words that a misspelt one may stand for; the first letter is taken as right."""

    def __init__(self, known: Iterable[str], stems: Iterable[str]) -> None:
        inflected = [stem + ending for stem in stems for ending in _ENDINGS]
        exact = list(known)
        self._known = _by_first_letter([*exact, *inflected])
        self._sounding = _by_sound(word for word in exact if len(word) > _SHORTEST)
        self._near_lengths: dict[tuple[str, int, int], list[str]] = {}
        self._stems = _by_first_letter(stem for stem in stems if len(stem) >= _LONG_STEM)

    def nearest(self, word: str) -> str | None:
        """Return the word that is one slip away, or None."""
        if len(word) < _SHORTEST:
            return None
        return _nearest(word, self._within(word, 1), 1)

    def farther(self, word: str) -> str | None:
        """Return a word two slips away from a long word, or one that sounds the same, or None."""
        if len(word) <= _SHORTEST:
            return None
        return (
            (len(word) >= _LONG and _nearest(word, self._within(word, 2), 2))
            or _nearest(word, self._sounding.get(_sound(word), ()), _AS_IT_SOUNDS)
            or self._nearest_stem(word)
        )

    def _within(self, word: str, slips: int) -> Collection[str]:
        """Return the known words that may be so near, by their first letter and their length."""
        known, size = self._known.get(word[0], ()), len(word)
        if not known:
            return known
        if (near := self._near_lengths.get((word[0], size, slips))) is None:
            near = [each for each in known if abs(len(each) - size) <= slips]
            self._near_lengths[word[0], size, slips] = near
        return near

    def _nearest_stem(self, word: str) -> str | None:
        """Return the stem that the word would begin with but for one slip: `convlusing`."""
        for stem in self._stems.get(word[0], ()):
            size = len(stem)
            heads = (word[: size - 1], word[:size], word[: size + 1]) if size < len(word) else ()
            if any(OSA.distance(stem, head, score_cutoff=1) <= 1 for head in heads):
                return stem
        return None


def _nearest(word: str, known: Collection[str], slips: int) -> str | None:
    """Return the nearest word; of several the one with the same letters, then the first."""
    found: list[tuple[str, int, int]] = process.extract(
        word,
        known,
        scorer=OSA.distance,
        score_cutoff=slips,
        limit=_TIED,
    )
    letters = sorted(word)
    best = min(found, key=lambda each: (each[1], sorted(each[0]) != letters, each[2]), default=None)
    return best[0] if best else None


def _by_first_letter(known: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(known):
        if len(word) >= _SHORTEST:
            grouped[word[0]].append(word)
    return dict(grouped)


def _by_sound(known: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for word in known:
        grouped[_sound(word)].append(word)
    return dict(grouped)


def _sound(word: str) -> str:
    """Return the consonants as they sound: the same for `throte` and `throat`."""
    heard = word
    for written, sound in _SOUNDS:
        heard = heard.replace(written, sound)
    return word[0] + _DOUBLE.sub(r"\1", _VOWELS.sub("", heard[1:]))

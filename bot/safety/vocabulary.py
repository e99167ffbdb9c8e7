"""The words of the patterns, and which of them a typed word is taken for.

Every word of a pattern has a code, a single character; an utterance becomes a string of codes,
so that a pattern over words is an ordinary regular expression over characters. What a typed
word was resolved to is remembered, so that each new word is thought about once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.safety.habits import HABITS
from bot.text import expand, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHER: Final = "\u4df0"
"""Code of a word that no pattern knows."""
NUMBER: Final = "\u4df1"
START: Final = "\u4df2"
END: Final = "\u4df3"
BREAK: Final = "\u4df4"
"""Code of a full stop and its like; cut out before matching."""
_FIRST: Final = 0x4E00
"""Codes are ideographs: ordinary characters without a meaning in regular expressions."""

_AFTER_ALL: Final = "\U0010ffff"
"""Sorts behind every letter."""
_LONGEST: Final = 30
"""Letters; longer tokens are not words and are not looked at any further."""
_REMEMBERED: Final = 20_000
"""Typed words that are kept in memory; about 2 MB."""
_SELDOM: Final = 1e-5
"""Frequency of a word that is not among the ordinary ones, on the scale of one over the rank."""
_SHORTEST: Final = 4
"""Letters; shorter words are too like each other to repair."""
_AS_IT_SOUNDS: Final = 3
"""Slips that are allowed when the consonants sound the same."""
_ENDINGS: Final = ("", "e", "s", "d", "es", "ed", "ing", "er", "en", "y")
_CONTRACTED: Final = ("cant", "wont", "dont", "doesnt", "didnt", "isnt", "couldnt", "havent", "hasnt", "wasnt", "arent", "gonna", "wanna")
"""Contractions as they are mistyped: `cabt`, `wnot`."""
_SOUNDS: Final = (
    ("ph", "f"), ("th", "0"), ("ck", "k"), ("x", "ks"), ("z", "s"), ("ce", "s"), ("ci", "s"), ("cy", "s"),
    ("q", "k"), ("c", "k"), ("w", ""), ("gh", ""),
)  # fmt: skip
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_VOWELS = re.compile("[aeiouyh]")
_DOUBLE = re.compile(r"(.)\1+")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


class Vocabulary(dict[str, str]):
    """Token → codes; a token that is not there yet is resolved when it is first looked up."""

    def __init__(self, exact: Iterable[str], stems: Iterable[str], ordinary: Mapping[str, int]) -> None:
        super().__init__()
        self._exact = {word: chr(_FIRST + at) for at, word in enumerate(dict.fromkeys(exact))}
        after = _FIRST + len(self._exact)
        self._stems = {stem: chr(after + at) for at, stem in enumerate(dict.fromkeys(stems))}
        self._sorted = sorted([*self._exact.items(), *self._stems.items()])
        self._ordinary = ordinary
        self._frequency = {code: self._frequency_of(word) for word, code in self._sorted}
        self._near = _by_first_letter((*self._exact, *_CONTRACTED))
        self._inflected = _by_first_letter(stem + end for stem in self._stems for end in _ENDINGS)
        self._sounding = _by_sound(self._exact)

    def __missing__(self, token: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        codes = self[token] = self._resolve(token)
        return codes

    def of_word(self, word: str) -> frozenset[str]:
        """Return the code that stands for an exact word of a pattern."""
        return frozenset(self._exact[word])

    def of_stem(self, stem: str) -> frozenset[str]:
        """Return the codes of all words that begin with `stem`."""
        low = bisect_left(self._sorted, (stem, ""))
        high = bisect_left(self._sorted, (stem + _AFTER_ALL, ""))
        return frozenset(code for _, code in self._sorted[low:high])

    def frequency(self, codes: Iterable[str]) -> float:
        """Return roughly how often one of these occurs in ordinary text, to compare groups."""
        return sum(self._frequency.get(code, _SELDOM) for code in codes)

    def _frequency_of(self, word: str) -> float:
        """By Zipf's law the frequency goes with one over the rank."""
        rank = self._ordinary.get(word)
        return 1 / rank if rank else _SELDOM

    def numbers(self) -> frozenset[str]:
        """Return the codes of all numbers in digits that patterns name."""
        return frozenset(code for word, code in self._exact.items() if word.isdigit())

    def _resolve(self, token: str) -> str:
        if not token[0].isalnum():
            return BREAK
        if len(token) > _LONGEST:
            return OTHER
        typed = HABITS.get(token) or HABITS.get(fold(token)) or self._unstretched(token)
        parts = [part for word in words(fold(typed)) for part in _PARTS.findall(word)]
        return "".join(self._code(HABITS.get(part, part)) for part in parts) or OTHER

    def _unstretched(self, token: str) -> str:
        """Prefer two of a stretched letter where that is a known word: `killlll` → `kill`."""
        twice = _STRETCHED.sub(r"\1\1", token)
        return twice if twice != token and self._known(twice) else token

    def _code(self, word: str) -> str:
        if " " in word:
            return "".join(map(self._code, word.split()))
        if code := self._exact.get(word) or self._without_plural(word):
            return code
        if word.isdigit():
            return NUMBER
        stem = self._stem(word)
        if word in self._ordinary:
            return stem or OTHER
        return self._joined(word) or self._misspelt(word, stem) or stem or OTHER

    def _without_plural(self, word: str) -> str | None:
        return self._exact.get(word[:-1]) if len(word) > 3 and word[-1] == "s" else None

    def _stem(self, word: str) -> str | None:
        """The longest stem that the word begins with."""
        for end in range(len(word), 1, -1):
            if code := self._stems.get(word[:end]):
                return code
        return None

    def _joined(self, word: str, depth: int = 2) -> str | None:
        """Words without the spaces between them ("cantbreathe")."""
        for at in range(len(word) - 4, 0, -1):
            left, right = words(HABITS.get(word[:at], word[:at])), word[at:]
            if (at == 1 and word[0] not in "ai") or not all(part in self._exact for part in left):
                continue
            code = self._exact.get(right) or self._stem(right)
            if code := code or (self._joined(right, depth - 1) if depth else None):
                return "".join(self._exact[part] for part in left) + code
        return None

    def _misspelt(self, word: str, stem: str | None) -> str | None:
        """The nearest known word: one slip in 4 to 7 letters, two in 8 and more, or as it sounds.

        A word that begins with a known stem is only taken for a word with the same stem.
        """
        if len(word) < _SHORTEST:
            return None
        allowed = 1 if len(word) < 8 else 2
        for known, slips in (
            (self._near.get(word[0], ()), allowed),
            (self._sounding.get(_sound(word), ()), _AS_IT_SOUNDS),
            (self._inflected.get(word[0], ()), allowed),
        ):
            if meant := _nearest(word, known, slips):
                return self._accepted(meant, stem)
        return None

    def _accepted(self, word: str, stem: str | None) -> str | None:
        meant = "".join(self._known(part) or "" for part in expand(word).split())
        if stem and not (meant and meant in self._family(stem)):
            return None
        return meant or None

    def _known(self, word: str) -> str | None:
        return self._exact.get(word) or self._stem(word)

    def _family(self, stem: str) -> frozenset[str]:
        text = next(text for text, code in self._stems.items() if code == stem)
        return self.of_stem(text)


def _nearest(word: str, known: Iterable[str], slips: int) -> str | None:
    """Return the nearest word; of several the one with the same letters, then the first."""
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=6)
    letters = sorted(word)
    best = min(found, key=lambda each: (each[1], sorted(each[0]) != letters, each[2]), default=None)
    return str(best[0]) if best else None


def _by_first_letter(known: Iterable[str]) -> dict[str, list[str]]:
    """Group what a misspelt word may have meant."""
    near: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(known):
        if len(word) >= _SHORTEST:
            near[word[0]].append(word)
    return dict(near)


def _by_sound(known: Iterable[str]) -> dict[str, list[str]]:
    by_sound: dict[str, list[str]] = defaultdict(list)
    for word in known:
        if len(word) > _SHORTEST:
            by_sound[_sound(word)].append(word)
    return dict(by_sound)


def _sound(word: str) -> str:
    """The consonants as they sound: `throte` and `throat` are the same, `trubble` and `trouble`."""
    heard = word
    for written, sound in _SOUNDS:
        heard = heard.replace(written, sound)
    return word[0] + _DOUBLE.sub(r"\1", _VOWELS.sub("", heard[1:]))

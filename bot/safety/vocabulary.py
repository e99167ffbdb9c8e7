"""The words of the patterns, and which of them a typed word is taken for.

Every word of a pattern has a code, a single character; an utterance becomes a string of codes,
so that a pattern over words is an ordinary regular expression over characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Final

from bot.safety.habits import HABITS
from bot.safety.spelling import Spelling
from bot.text import expand, fold, words
from bot.wordlists import medical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHER: Final = "\U000f0000"
"""Code of a word that no pattern knows."""
NUMBER: Final = "\U000f0001"
START: Final = "\U000f0002"
END: Final = "\U000f0003"
BREAK: Final = "\U000f0004"
"""Code of a full stop and its like; cut out before matching."""
_FIRST: Final = 0xF0010
"""Codes are characters for private use, without a meaning in regular expressions. They stand behind
the first 65,536, of which `re` fills a table for each class of characters that it compiles."""
_AFTER_ALL: Final = "\U0010ffff"
"""Sorts behind every letter."""

_LONGEST: Final = 30
"""Letters; longer tokens are not words and are not looked at any further."""
_SELDOM: Final = 1e-5
"""Frequency of a word that is not among the ordinary ones, on the scale of one over the rank."""
_PLURAL: Final = 2
"""Letters that a word must have more than, for an "s" behind it to be a plural's."""
_HALF: Final = 4
"""Letters that the last of two joined words must have."""
_CONTRACTED: Final = (
    "cant", "wont", "dont", "doesnt", "didnt", "isnt", "couldnt", "havent", "hasnt", "wasnt",
    "arent", "gonna", "wanna",
)  # fmt: skip
"""Contractions that are mistyped often: `cabt`, `hacent`."""
_REGULAR = re.compile(
    r"(?:s|e?d|e?r|e?n|es|ings?|ers|l?y|ies|ion|ions|ation|ness|able|al|ic|ful|less|ity"
    r"|[aeo]s?|[ai]d[oa]s?|[ai]?ando|iendo|[aei]r|[ai]mos|[ae]n|aron|ieron)"
)
"""Endings of English and Spanish words: a stem with one of them is no misspelling."""
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


class Vocabulary:
    """The words and stems of all patterns, each with its code."""

    def __init__(
        self, exact: Iterable[str], stems: Iterable[str], ordinary: Mapping[str, int]
    ) -> None:
        self._exact = {word: chr(_FIRST + at) for at, word in enumerate(dict.fromkeys(exact))}
        after = _FIRST + len(self._exact)
        self._stems = {stem: chr(after + at) for at, stem in enumerate(dict.fromkeys(stems))}
        self._texts = {code: stem for stem, code in self._stems.items()}
        self._ordinary = ordinary

    @property
    def exact(self) -> list[str]:
        """The words, in the order of their codes."""
        return list(self._exact)

    @property
    def stems(self) -> list[str]:
        """The stems, in the order of their codes."""
        return list(self._stems)

    @cached_property
    def _sorted(self) -> list[tuple[str, str]]:
        """Words and stems with their codes; for writing patterns only."""
        return sorted([*self._exact.items(), *self._stems.items()])

    @cached_property
    def _frequency(self) -> dict[str, float]:
        """Code → frequency of its word; for writing patterns only."""
        found = {code: self._frequency_of(word) for word, code in self._sorted}
        return found | dict.fromkeys((START, END, NUMBER), 1.0)

    @cached_property
    def _spelling(self) -> Spelling:
        """What the first misspelt word needs."""
        return Spelling((*self._exact, *_CONTRACTED), self._stems)

    def codes(self, token: str) -> str:
        """Return the codes of the words that a typed token stands for."""
        if not token[0].isalnum():
            return BREAK
        if len(token) > _LONGEST:
            return OTHER
        typed = HABITS.get(token) or HABITS.get(fold(token)) or self._unstretched(token)
        parts = [part for word in words(fold(typed)) for part in _PARTS.findall(word)]
        return "".join(self._codes(HABITS.get(part, part)) for part in parts) or OTHER

    def of_word(self, word: str) -> frozenset[str]:
        """Return the codes that stand for an exact word of a pattern: its own and its plural's.

        A plural has a code of its own where some pattern names it; others mean it all the same.
        """
        plural = self._exact.get(f"{word}s", "") if len(word) > _PLURAL else ""
        return frozenset(self._exact[word] + plural)

    def of_stem(self, stem: str) -> frozenset[str]:
        """Return the codes of all words that begin with `stem`."""
        low = bisect_left(self._sorted, (stem, ""))
        high = bisect_left(self._sorted, (stem + _AFTER_ALL, ""))
        return frozenset(code for _, code in self._sorted[low:high])

    def numbers(self) -> frozenset[str]:
        """Return the codes of all numbers: of any in digits, and of those that patterns name."""
        named = (code for word, code in self._exact.items() if word.isdigit())
        return frozenset((NUMBER, *named))

    def frequency(self, codes: Iterable[str]) -> float:
        """Return roughly how often one of these occurs in ordinary text, to compare groups."""
        return fsum(self._frequency.get(code, _SELDOM) for code in codes)  # in whatever order

    def _frequency_of(self, word: str) -> float:
        """By Zipf's law the frequency goes with one over the rank."""
        rank = self._ordinary.get(word)
        return _SELDOM if rank is None else 1 / (rank + 1)

    def _unstretched(self, token: str) -> str:
        """Prefer two of a stretched letter where that is a known word: `killlll` → `kill`."""
        twice = _STRETCHED.sub(r"\1\1", token)
        return twice if twice != token and self._known(twice) else token

    def _codes(self, typed: str) -> str:
        return "".join(map(self._code, typed.split()))

    def _code(self, word: str) -> str:
        if code := self._exact.get(word) or self._without_plural(word):
            return code
        if word.isdigit():
            return NUMBER
        stem = self._stem(word)
        if word in self._ordinary or word in medical():
            return stem or OTHER
        if stem and _REGULAR.fullmatch(word.removeprefix(self._texts[stem])):
            return stem
        near = self._codes_of(self._spelling.nearest(word))
        far = near or self._joined(word) or stem or self._codes_of(self._spelling.farther(word))
        return far or OTHER

    def _known(self, word: str) -> str | None:
        return self._exact.get(word) or self._stem(word)

    def _without_plural(self, word: str) -> str | None:
        return self._exact.get(word[:-1]) if len(word) > _PLURAL + 1 and word[-1] == "s" else None

    def _stem(self, word: str) -> str | None:
        """Return the code of the longest stem that the word begins with."""
        for end in range(len(word), 1, -1):
            if code := self._stems.get(word[:end]):
                return code
        return None

    def _joined(self, word: str, depth: int = 2) -> str | None:
        """Return the codes of words without the spaces between them: `cantbreathe`."""
        for at in range(len(word) - _HALF, 0, -1):
            left = words(HABITS.get(word[:at], word[:at]))
            if (at == 1 and word[0] not in "ai") or not all(part in self._exact for part in left):
                continue
            right = self._known(word[at:])
            if right := right or (self._joined(word[at:], depth - 1) if depth else None):
                return "".join(self._exact[part] for part in left) + right
        return None

    def _codes_of(self, known: str | None) -> str | None:
        """Return the codes of a word that a misspelt one stands for; contractions have several."""
        if not known:
            return None
        return "".join(self._known(part) or "" for part in expand(known).split()) or None

"""The words of the patterns, and which of them a typed word is taken for.

Every word of a pattern has a code, a single character; an utterance becomes a string of codes,
so that a pattern over words is an ordinary regular expression over characters. What a typed
word was resolved to is remembered, so that each new word is thought about once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.safety.habits import HABITS
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

OTHER: Final = "\u4df0"
"""Code of a word that no pattern knows."""
NUMBER: Final = "\u4df1"
START: Final = "\u4df2"
END: Final = "\u4df3"
BREAK: Final = "\u4df4"
"""Code of a full stop and its like; cut out before matching."""
_FIRST: Final = 0x4E00
"""Codes are ideographs: ordinary characters without a meaning in regular expressions."""

_LONGEST: Final = 30
"""Letters; longer tokens are not words and are not looked at any further."""
_REMEMBERED: Final = 20_000
"""Typed words that are kept in memory; about 2 MB."""
_ENDINGS: Final = ("", "e", "s", "d", "es", "ed", "ing", "er", "en", "y")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


class Vocabulary(dict[str, str]):
    """Token → codes; a token that is not there yet is resolved when it is first looked up."""

    def __init__(self, exact: Iterable[str], stems: Iterable[str], ordinary: Set[str]) -> None:
        super().__init__()
        self._exact = {word: chr(_FIRST + at) for at, word in enumerate(dict.fromkeys(exact))}
        after = _FIRST + len(self._exact)
        self._stems = {stem: chr(after + at) for at, stem in enumerate(dict.fromkeys(stems))}
        self._ordinary = ordinary
        self._near = self._by_first_letter()

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
        known = [code for word, code in self._exact.items() if word.startswith(stem)]
        known += [code for other, code in self._stems.items() if other.startswith(stem)]
        return frozenset(known)

    def _resolve(self, token: str) -> str:
        if not token[0].isalnum():
            return BREAK
        if len(token) > _LONGEST:
            return OTHER
        typed = HABITS.get(token) or HABITS.get(fold(token)) or token
        parts = [part for word in words(fold(typed)) for part in _PARTS.findall(word)]
        return "".join(self._code(HABITS.get(part, part)) for part in parts) or OTHER

    def _code(self, word: str) -> str:
        if " " in word:
            return "".join(map(self._code, word.split()))
        if known := self._known(word):
            return known
        if word.isdigit():
            return NUMBER
        if word in self._ordinary:
            return OTHER
        return self._joined(word) or self._misspelt(word) or OTHER

    def _known(self, word: str) -> str | None:
        """The word as it stands, without a plural's s, or by the longest stem that it begins with."""
        if code := self._exact.get(word):
            return code
        if word.endswith("s") and len(word) > 3 and (code := self._exact.get(word[:-1])):
            return code
        for end in range(len(word), 1, -1):
            if code := self._stems.get(word[:end]):
                return code
        return None

    def _joined(self, word: str) -> str | None:
        """Two words without the space between them ("cantbreathe")."""
        if len(word) < 6:
            return None
        for at in range(1, len(word) - 2):
            left, right = words(HABITS.get(word[:at], word[:at])), word[at:]
            if all(part in self._exact for part in left) and (code := self._known(right)):
                return "".join(self._exact[part] for part in left) + code
        return None

    def _misspelt(self, word: str) -> str | None:
        """The nearest known word: one slip in 4 to 7 letters, two in 8 and more."""
        if len(word) < 4:
            return None
        allowed = 1 if len(word) < 8 else 2
        found = process.extractOne(
            word, self._near[word[0]], scorer=OSA.distance, score_cutoff=allowed
        )
        if not found or (len(word) == 4 and sorted(found[0]) != sorted(word)):
            return None
        return self._known(found[0])

    def _by_first_letter(self) -> dict[str, list[str]]:
        """Group by first letter what a misspelt word may have meant."""
        near: dict[str, list[str]] = defaultdict(list)
        inflected = (stem + ending for stem in self._stems for ending in _ENDINGS)
        for word in dict.fromkeys((*self._exact, *inflected)):
            if len(word) >= 4:
                near[word[0]].append(word)
        return near

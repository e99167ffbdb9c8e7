"""A text with what stands where in it, and patterns that are looked for only where they can begin.

A regular expression that begins with a choice of words is tried at every letter of a text. Here the
words and numbers of a text are found once; each pattern says what it begins with, and is tried
there alone. What is found is the same (held by a test).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Replacement: TypeAlias = "str | Callable[[re.Match[str]], str]"

PREFIX: Final = 3
"""Letters of a word by which it is found."""
_LETTERS = re.compile(r"([^\W\d_]+)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_DIGITS = re.compile(r"\d+")
_EQUAL = (("İ", "i"), ("ı", "i"), ("ſ", "s"), ("\u212a", "k"))
"""Letters that are the same to regular expressions, which do not look at case."""


class Text:
    """A text, with its words and numbers where they were needed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Where letters begin that stand together, by the first three of them in lower case."""
        text = self.text
        for letter, plain in () if text.isascii() else _EQUAL:
            text = text.replace(letter, plain)
        found: defaultdict[str, list[int]] = defaultdict(list)
        parts = _LETTERS.split(text.lower())  # what is between words, a word, what is between …
        starts = accumulate(map(len, parts))
        for word, start in zip(parts[1::2], islice(starts, 0, None, 2), strict=False):
            found[word[:PREFIX]].append(start)
        return dict(found)

    @cached_property
    def numbers(self) -> list[tuple[int, int]]:
        """Where digits stand together: start and stop."""
        return [match.span() for match in _DIGITS.finditer(self.text)]

    @cached_property
    def digits(self) -> list[int]:
        """Where digits begin that stand together."""
        return [start for start, _ in self.numbers]

    @cached_property
    def codes(self) -> list[int]:
        """Where letters and digits begin that stand together, at least one of each."""
        text = self.text
        mixed = (
            start
            for start, stop in self.numbers
            if text[start - 1 : start].isalnum() or text[stop : stop + 1].isalnum()
        )
        return run_starts(text, _LETTER_OR_DIGIT, mixed)

    @cached_property
    def has_digits(self) -> bool:
        """Whether there is any digit at all, raised and lowered ones included."""
        return bool(self.numbers) or (
            not self.text.isascii() and any(char.isdigit() for char in self.text)
        )

    def with_text(self, text: str) -> Text:
        """Return another text, or this one if it is the same."""
        return self if text == self.text else Text(text)

    def sub(self, pattern: re.Pattern[str] | Anchored, replacement: Replacement) -> Text:
        """Return the text with every match replaced, or this one if there is none."""
        if isinstance(pattern, re.Pattern):
            return self.with_text(pattern.sub(replacement, self.text))
        out, at = [], 0
        for match in pattern.finditer(self):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            out += [self.text[at : match.start()], new]
            at = match.end()
        return self.with_text("".join([*out, self.text[at:]])) if out else self


@dataclass(frozen=True, slots=True)
class Anchored:
    """A pattern with the places where its matches can begin."""

    pattern: re.Pattern[str]
    starts: Callable[[Text], list[int]]
    """Returns them in order."""

    @classmethod
    def at(cls, begins: str, pattern: str, flags: int = re.IGNORECASE) -> Anchored:
        """Compile a pattern; `begins` are words, `0` for digits, `A0` for letters with digits."""
        words = set(begins.split())
        keys = frozenset(word[:PREFIX] for word in words - {"0", "A0"})
        return cls(re.compile(pattern, flags), _Starts(keys, "0" in words, "A0" in words))

    def finditer(self, text: Text) -> Iterator[re.Match[str]]:
        """Yield what the pattern's own `finditer` yields."""
        at, match_at = 0, self.pattern.match
        for start in self.starts(text):
            if start >= at and (match := match_at(text.text, start)):
                yield match
                at = match.end()


@dataclass(frozen=True, slots=True)
class _Starts:
    """Where certain words, digits, or letters with digits begin."""

    words: frozenset[str]
    digits: bool
    codes: bool

    def __call__(self, text: Text) -> list[int]:
        lists = [text.words[word] for word in self.words & text.words.keys()]
        if self.digits and text.numbers:
            lists.append(text.digits)
        if self.codes and text.numbers:
            lists.append(text.codes)
        if len(lists) <= 1:
            return lists[0] if lists else []
        return sorted({start for each in lists for start in each})


def run_starts(text: str, signs: re.Pattern[str], ends: Iterable[int]) -> list[int]:
    """Return where the runs of certain signs begin that end at these places, given in order."""
    starts: dict[int, None] = {}
    before = start = 0
    for end in ends:
        at = end
        while at > before and signs.match(text, at - 1):
            at -= 1
        start = start if at == before else at  # what the run before went through is known
        starts[start] = None
        before = end
    return list(starts)

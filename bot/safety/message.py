"""An utterance as the patterns see it: which words it has, and where needed in which order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property, reduce
from itertools import accumulate
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.safety.meanings import tokens
from bot.safety.vocabulary import BREAK, END, START
from bot.text import fold

if TYPE_CHECKING:
    from bot.safety.meanings import Meanings

_TORN = re.compile(r"\b(can|don|won|doesn|didn|isn|aren|wasn|couldn) t\b")
"""An apostrophe that was typed as a space."""
_TEAR: Final = " t "


class Words(NamedTuple):
    """Which words an utterance has; enough to see that nearly all patterns can't match."""

    text: str
    """Folded."""
    plain: bool
    """Plain ASCII, of which only the case was folded."""
    codes: str
    """The codes of all words, and of full stops."""
    bits: int
    """The needs of the patterns that these words meet."""

    @classmethod
    def read(cls, utterance: str, meanings: Meanings) -> Words:
        """Find the words of an utterance; linear in its length."""
        text, plain = _fold(utterance)
        pieces = text.split()
        codes = "".join(map(meanings.codes.__getitem__, pieces))
        bits = reduce(or_, map(meanings.bits.__getitem__, pieces), meanings.patterns.always)
        return cls(text, plain, codes, bits)

    def joins(self, other: Words) -> bool:
        """Whether the two surely read as they do alone when `other` follows this one."""
        return self.plain and other.plain and _TEAR not in f"{self.text[-2:]} {other.text[:2]} "

    def followed_by(self, other: Words) -> Words:
        """Return two that join as one."""
        text = f"{self.text} {other.text}"
        return Words(text, True, self.codes + other.codes, self.bits | other.bits)

    @property
    def spoken(self) -> str:
        """The codes between a start and an end code, without full stops."""
        return f"{START}{self.codes.replace(BREAK, '')}{END}"


class Message:
    """What is needed of an utterance in which a pattern was found."""

    def __init__(self, words: Words, meanings: Meanings) -> None:
        """Find where the sentences begin."""
        self.codes = words.spoken
        sentences = words.codes.split(BREAK)
        self.stops = [*accumulate(map(len, sentences[:-1]), initial=1)][1:]
        """Positions in `codes` where a new sentence begins."""
        self._words = words
        self._meanings = meanings

    @cached_property
    def possible(self) -> int:
        """A bit for each expression all of whose words occur."""
        needs = self._meanings.expressions
        return needs.possible(reduce(or_, map(needs.__getitem__, set(self.codes)), needs.always))

    def typed(self, start: int, end: int) -> str:
        """Return the words as typed that stand for a span of codes."""
        said = tokens(self._words.text)
        pieces = [self._meanings.codes[token] for token in said]
        ends = [*accumulate((0 if piece == BREAK else len(piece) for piece in pieces), initial=1)]
        first, last = bisect_right(ends, start) - 1, bisect_left(ends, end)
        return " ".join(token for token in said[max(0, first) : last] if token[0].isalnum())


def _fold(text: str) -> tuple[str, bool]:
    """Fold as all text is folded; plain ASCII needs less, and each word is folded later.

    A new line ends a sentence, which folding would forget.
    """
    text = text.replace("’", "'").replace("\n", " . ")
    plain = text.isascii() and text.isprintable()
    folded = text.lower() if plain else fold(text)
    return (_TORN.sub(r"\1't", folded) if _TEAR in folded else folded), plain

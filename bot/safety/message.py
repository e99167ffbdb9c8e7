"""An utterance as the patterns see it: which words it has, and where needed in which order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.safety.vocabulary import BREAK, END, START
from bot.text import fold

if TYPE_CHECKING:
    from bot.safety.matching import Matcher
    from bot.safety.meanings import Anchor, Meanings, Place

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;]+")
_TORN = re.compile(r"\b(can|don|won|doesn|didn|isn|aren|wasn|couldn) t\b")
"""An apostrophe that was typed as a space."""
_TEAR: Final = " t "


class Words(NamedTuple):
    """Which words an utterance has; enough to see that nearly all patterns can't match."""

    text: str
    """Folded."""
    plain: bool
    """Plain ASCII, of which only the case was folded."""
    tokens: list[str]
    present: set[str]
    """The codes that occur."""
    anchors: list[Anchor]
    """The patterns that have one of these words as their rarest."""

    @classmethod
    def read(cls, utterance: str, meanings: Meanings) -> Words:
        """Find the words of an utterance; linear in its length."""
        text, plain = _fold(utterance)
        tokens = _TOKEN.findall(text)
        codes, anchors = [START, END], [*meanings.at_edges]
        for token in set(tokens):
            code, _, anchored = meanings[token]
            codes.append(code)
            if anchored:
                anchors += anchored
        return cls(text, plain, tokens, set("".join(codes)), anchors)

    def followed_by(self, other: Words) -> Words | None:
        """Return both as one; None where the two may read otherwise when they are joined."""
        if not (self.plain and other.plain) or _TEAR in f"{self.text[-2:]} {other.text[:2]} ":
            return None
        tokens, anchors = self.tokens + other.tokens, self.anchors + other.anchors
        return Words("", True, tokens, self.present | other.present, anchors)

    def candidates(self) -> list[Matcher]:
        """Return the patterns all of whose needed words occur, in order of looking."""
        present = self.present
        found: list[Place] = []
        for alone, pairs in self.anchors:
            found += alone
            for code in pairs.keys() & present:
                found += pairs[code]
        return _possible(found, present) if found else []


def _possible(places: list[Place], present: set[str]) -> list[Matcher]:
    found = {
        number: matcher
        for number, matcher, rest in places
        if not any(map(present.isdisjoint, rest))
    }
    return [found[number] for number in sorted(found)]


class Message:
    """Word codes between a start and an end code, without punctuation."""

    __slots__ = ("_bits", "_meanings", "codes", "pieces", "stops", "tokens")

    def __init__(self, tokens: list[str], meanings: Meanings) -> None:
        """Put the codes of tokens together."""
        self.tokens = tokens
        self.pieces = [meanings[token].codes for token in tokens]
        """The codes of each token; those of a full stop are not in `codes`."""
        codes = "".join(self.pieces)
        self.stops: list[int] = []
        """Positions in `codes` where a new sentence begins."""
        if BREAK in codes:
            sentences = codes.split(BREAK)
            self.stops = list(accumulate(map(len, sentences[:-1]), initial=1))[1:]
            codes = "".join(sentences)
        self.codes = f"{START}{codes}{END}"
        self._meanings = meanings
        self._bits: int | None = None

    @property
    def bits(self) -> int:
        """The bits of all groups of which a word occurs."""
        if self._bits is None:
            bits = (self._meanings[token].bits for token in set(self.tokens))
            self._bits = reduce(or_, bits, self._meanings.edges)
        return self._bits

    def typed(self, start: int, end: int) -> str:
        """Return the words as typed that stand for a span of codes."""
        sizes = (0 if piece == BREAK else len(piece) for piece in self.pieces)
        ends = list(accumulate(sizes, initial=1))
        first, last = bisect_right(ends, start) - 1, bisect_left(ends, end)
        return " ".join(token for token in self.tokens[max(0, first) : last] if token[0].isalnum())


def _fold(text: str) -> tuple[str, bool]:
    """Fold as all text is folded; plain ASCII needs less, and each word is folded later.

    A new line ends a sentence, which folding would forget.
    """
    text = text.replace("’", "'").replace("\n", " . ")
    plain = text.isascii() and text.isprintable()
    folded = text.lower() if plain else fold(text)
    return (_TORN.sub(r"\1't", folded) if _TEAR in folded else folded), plain

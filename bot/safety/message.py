"""An utterance as a string of word codes, with its sentences remembered."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.safety.vocabulary import BREAK, END, START
from bot.text import fold

if TYPE_CHECKING:
    from bot.safety.vocabulary import Vocabulary

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;]+")
_TORN = re.compile(r"\b(can|don|won|doesn|didn|isn|aren|wasn|couldn) t\b")
"""An apostrophe that was typed as a space."""


@dataclass(frozen=True, slots=True)
class Message:
    """Word codes between a start and an end code, without punctuation."""

    codes: str
    stops: list[int]
    """Positions in `codes` where a new sentence begins."""
    present: frozenset[str]
    """The codes that occur."""
    tokens: list[str]
    pieces: list[str]
    """The codes of each token; those of a full stop are not in `codes`."""

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Message:
        """Turn a text into codes; linear in its length."""
        tokens = _TOKEN.findall(_fold(text))
        pieces = list(map(vocabulary.__getitem__, tokens))
        sentences = "".join(pieces).split(BREAK)
        stops = list(accumulate(map(len, sentences[:-1]), initial=1))[1:] if sentences[1:] else []
        codes = f"{START}{''.join(sentences)}{END}"
        return cls(codes, stops, frozenset(codes), tokens, pieces)

    def typed(self, start: int, end: int) -> str:
        """Return the words as typed that stand for a span of codes."""
        sizes = (0 if piece == BREAK else len(piece) for piece in self.pieces)
        ends = list(accumulate(sizes, initial=1))
        first, last = bisect_right(ends, start) - 1, bisect_left(ends, end)
        return " ".join(token for token in self.tokens[max(0, first) : last] if token[0].isalnum())


def _fold(text: str) -> str:
    """Fold as all text is folded; plain ASCII needs less, and each word is folded later.

    A new line ends a sentence, which folding would forget.
    """
    text = text.replace("’", "'").replace("\n", " . ")
    folded = text.lower() if text.isascii() and text.isprintable() else fold(text)
    return _TORN.sub(r"\1't", folded) if " t " in folded else folded

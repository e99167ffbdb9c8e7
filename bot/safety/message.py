"""An utterance as a string of word codes, with its sentences remembered."""

from __future__ import annotations

import re
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
    folded: str

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Message:
        """Turn a text into codes; linear in its length."""
        folded = _fold(text)
        raw = "".join(map(vocabulary.__getitem__, _TOKEN.findall(folded)))
        sentences = raw.split(BREAK)
        stops = list(accumulate(map(len, sentences[:-1]), initial=1))[1:] if sentences[1:] else []
        return cls(f"{START}{''.join(sentences)}{END}", stops, folded)

    def text(self, start: int, end: int, vocabulary: Vocabulary) -> str:
        """Return the words as typed that stand for a span of codes."""
        shown, at = [], 1
        for token in _TOKEN.findall(self.folded):
            size = 0 if (codes := vocabulary[token]) == BREAK else len(codes)
            if at < end and at + size > start and size:
                shown.append(token)
            at += size
        return " ".join(shown)


def _fold(text: str) -> str:
    """Fold as all text is folded; plain ASCII needs less, and each word is folded later."""
    folded = text.lower() if text.isascii() and text.isprintable() else fold(_lines(text))
    return _TORN.sub(r"\1't", folded) if " t " in folded else folded


def _lines(text: str) -> str:
    """A new line ends a sentence, which folding would forget."""
    return text.replace("\n", " . ")

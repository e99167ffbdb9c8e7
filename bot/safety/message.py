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
    present: frozenset[str]
    """The codes that occur."""
    folded: str

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Message:
        """Turn a text into codes; linear in its length."""
        folded = _fold(text)
        raw = "".join(map(vocabulary.__getitem__, _TOKEN.findall(folded)))
        sentences = raw.split(BREAK)
        stops = list(accumulate(map(len, sentences[:-1]), initial=1))[1:] if sentences[1:] else []
        codes = f"{START}{''.join(sentences)}{END}"
        return cls(codes, stops, frozenset(codes), folded)

    def typed(self, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
        """Return the words as typed with the span of codes that each stands for."""
        found, at = [], 1
        for token in _TOKEN.findall(self.folded):
            codes = vocabulary[token]
            if codes != BREAK:
                found.append((at, at + len(codes), token))
                at += len(codes)
        return found


def _fold(text: str) -> str:
    """Fold as all text is folded; plain ASCII needs less, and each word is folded later."""
    folded = text.lower() if text.isascii() and text.isprintable() else fold(_lines(text))
    return _TORN.sub(r"\1't", folded) if " t " in folded else folded


def _lines(text: str) -> str:
    """A new line ends a sentence, which folding would forget."""
    return text.replace("\n", " . ")

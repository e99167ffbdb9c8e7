"""Text → terms. The same pipeline for phrasings and for utterances.

`Analyzer.read` folds, splits and applies the synonyms; `word_terms` gives stems and pairs of
stems; `char_terms` gives the character n-grams of each word, padded with a space on both sides,
exactly as scikit-learn's `char_wb` analyzer does (held by a test).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import Stemmer

from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHAR_NGRAMS = (2, 5)
"""Shortest and longest character n-gram."""

LONGEST_TEXT = 2_000
"""Letters of a text that are looked at; utterances are shorter, answers may not be."""

_stemmer = Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """Return the Snowball stem of a folded word."""
    return str(_stemmer.stemWord(word))


@lru_cache(maxsize=2_048)
def char_ngrams(word: str) -> tuple[str, ...]:
    """Return all character n-grams of one word, repeats included."""
    padded = f" {word} "
    shortest, longest = CHAR_NGRAMS
    grams: list[str] = []
    for n in range(shortest, longest + 1):
        if n >= len(padded):
            grams.append(padded)
            break
        grams.extend(padded[start : start + n] for start in range(len(padded) - n + 1))
    return tuple(grams)


def word_terms(query_words: Sequence[str]) -> list[str]:
    """Stems, and each two neighbouring stems joined by a space."""
    stems = [stem(word) for word in query_words]
    return stems + [f"{left} {right}" for left, right in pairwise(stems)]


def char_terms(query_words: Iterable[str]) -> list[str]:
    """Character n-grams of all words."""
    return [gram for word in query_words for gram in char_ngrams(word)]


class Analyzer:
    """Splits text into words and writes each synonym as the word that stands for its group.

    `synonyms` are groups of words or phrases; the first of each group stands for all.
    """

    def __init__(self, synonyms: Iterable[Sequence[str]] = ()) -> None:
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        for first, *others in synonyms:
            for other in others:
                self._phrases[tuple(words(fold(other)))] = tuple(words(fold(first)))
        self._longest = max(map(len, self._phrases), default=0)
        self._first = frozenset(phrase[0] for phrase in self._phrases if phrase)

    @property
    def synonyms(self) -> frozenset[str]:
        """All words that occur in a synonym group."""
        return frozenset(word for pair in self._phrases.items() for side in pair for word in side)

    def read(self, text: str) -> tuple[str, ...]:
        """Return the folded words of `text`, synonyms replaced."""
        return self.replace(words(fold(text)[:LONGEST_TEXT]))

    def replace(self, read: Sequence[str]) -> tuple[str, ...]:
        """Replace the synonyms in folded words, longest phrase first."""
        if self._first.isdisjoint(read):
            return tuple(read)
        out: list[str] = []
        at = 0
        while at < len(read):
            if read[at] not in self._first:
                out.append(read[at])
                at += 1
                continue
            for length in range(min(self._longest, len(read) - at), 0, -1):
                found = self._phrases.get(tuple(read[at : at + length]))
                if found is not None:
                    out.extend(found)
                    at += length
                    break
            else:
                out.append(read[at])
                at += 1
        return tuple(out)

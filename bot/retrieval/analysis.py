"""Text → terms. The same pipeline for phrasings and for utterances.

`Analyzer.read` folds, splits and applies the synonyms; `word_terms` gives stems and pairs of
stems; `char_terms` gives the character n-grams of each word, padded with a space on both sides,
exactly as scikit-learn's `char_wb` analyzer does (held by a test).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

import Stemmer

from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHAR_NGRAMS = (2, 5)
"""Shortest and longest character n-gram."""

LONGEST_TEXT = 2_000
"""Letters of a text that are looked at; utterances are shorter, answers may not be."""

Words: TypeAlias = tuple[str, ...]

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
        phrases = {
            tuple(words(fold(other))): tuple(words(fold(first)))
            for first, *others in synonyms
            for other in others
        }
        self._phrases: defaultdict[str, list[tuple[Words, Words]]] = defaultdict(list)
        """First word → the phrases that begin with it, the longest first, and what they become."""
        for phrase in sorted(filter(None, phrases), key=len, reverse=True):
            self._phrases[phrase[0]].append((phrase, phrases[phrase]))
        self._first = frozenset(self._phrases)

    @property
    def synonyms(self) -> frozenset[str]:
        """All words that occur in a synonym group."""
        pairs = chain.from_iterable(self._phrases.values())
        return frozenset(word for pair in pairs for side in pair for word in side)

    def read(self, text: str) -> Words:
        """Return the folded words of `text`, synonyms replaced."""
        return self.replace(words(fold(text)[:LONGEST_TEXT]))

    def replace(self, read: Sequence[str]) -> Words:
        """Replace the synonyms in folded words, longest phrase first."""
        read = tuple(read)
        if self._first.isdisjoint(read):
            return read
        out: list[str] = []
        at = 0
        while at < len(read):
            for phrase, meant in self._phrases.get(read[at], ()):
                if read[at : at + len(phrase)] == phrase:
                    out += meant
                    at += len(phrase)
                    break
            else:
                out.append(read[at])
                at += 1
        return tuple(out)

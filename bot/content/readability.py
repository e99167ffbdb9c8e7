"""How hard a text is to read, as a school grade of the United States.

Both measures count letters instead of syllables, so they need no dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.models import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.models import Block, Run

GRADE_LIMIT = 8.0
"""Above this mean of both grades an answer is reported. Health authorities ask for grade 6 to 8
in texts for patients (AAFP: 5th to 6th; NHS: age 11 to 14)."""
SHORT_LIMIT = 12.0
"""The limit for texts of 10 to 29 words. Both formulas were fitted to passages of about 100
words; in a short one a single "physiotherapy" raises the grade by several years."""
SHORT, SHORTEST = 30, 10
"""Words below which a text is short, and below which it is not judged."""

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n")
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Counts:
    """What both measures are made of."""

    letters: int
    """Letters and digits."""
    words: int
    sentences: int


def sentences(blocks: Iterable[Block]) -> list[str]:
    """Split blocks into sentences; each line of a list is one, or several."""
    return [
        sentence.strip()
        for text in _texts(blocks)
        for sentence in _SENTENCE_END.split(_PLACEHOLDER.sub("it", text))
        if _WORD.search(sentence)
    ]


def count(parts: Iterable[str]) -> Counts:
    """Count letters, words and sentences."""
    parts = list(parts)
    found = [word for part in parts for word in _WORD.findall(part)]
    letters = sum(char.isalnum() for word in found for char in word)
    return Counts(letters, len(found), len(parts))


def words_in(text: str) -> int:
    """Count the words of a text."""
    return len(_WORD.findall(text))


def coleman_liau(counts: Counts) -> float:
    """Return the Coleman-Liau grade.

    M. Coleman, T. L. Liau: A computer readability formula designed for machine scoring.
    Journal of Applied Psychology 60 (1975), 283-284.
    """
    letters_per_100 = 100 * counts.letters / counts.words
    sentences_per_100 = 100 * counts.sentences / counts.words
    return 0.0588 * letters_per_100 - 0.296 * sentences_per_100 - 15.8


def automated_readability(counts: Counts) -> float:
    """Return the Automated Readability Index.

    R. J. Senter, E. A. Smith: Automated Readability Index. AMRL-TR-66-220 (1967).
    """
    return 4.71 * counts.letters / counts.words + 0.5 * counts.words / counts.sentences - 21.43


def grade(counts: Counts) -> float:
    """Return the mean of both grades; 0 for a text that is too short to be judged."""
    if counts.words < SHORTEST:
        return 0.0
    return (coleman_liau(counts) + automated_readability(counts)) / 2


def limit(counts: Counts) -> float:
    """Return the grade above which a text of this length is hard to read."""
    return SHORT_LIMIT if counts.words < SHORT else GRADE_LIMIT


def longest(parts: Iterable[str], number: int = 2) -> list[str]:
    """Return the sentences with the most words, longest first."""
    return sorted(parts, key=words_in, reverse=True)[:number]


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _text(block.runs)
        else:
            yield from map(_text, block.items)


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)

"""The labelled texts that an index is built from.

A label is an entry, a subject that is not covered, or BACKGROUND; its rows are the ways in which
it is asked, and for an entry also its answer, with less weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.models import Kind
from bot.retrieval.index import BACKGROUND
from bot.text import fold, plain
from bot.text import words as words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Entry
    from bot.retrieval.analysis import Analyzer
    from bot.retrieval.scoring import Floats, Ints

ANSWER_WEIGHT = 0.5
"""How much a row made of an answer's text counts, where a phrasing counts 1."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Corpus:
    """The labelled texts, in the order of their labels."""

    labels: tuple[str, ...]
    """Entry ids, then ids of subjects that are not covered, then BACKGROUND."""
    answerable: int
    """How many of the labels, from the first, are entries that can be shown."""
    words: tuple[tuple[str, ...], ...]
    """The words of each row, synonyms replaced."""
    label: Ints
    """(rows,) label number, ascending."""
    weight: Floats
    """(rows,) 1 for a phrasing, ANSWER_WEIGHT for an answer."""
    spelled: tuple[tuple[str, ...], ...]
    """The words of the rows that staff wrote, as they wrote them."""

    @cached_property
    def phrasing(self) -> Mask:
        """(rows,) whether a row is a phrasing and not an answer."""
        return np.asarray(self.weight == 1.0)

    @property
    def everything(self) -> Mask:
        """(rows,) all true."""
        return np.ones(len(self.label), bool)


def read_corpus(entries: Sequence[Entry], analyzer: Analyzer) -> Corpus:
    """Turn entries and background into labelled rows, in the order of the labels."""
    shown = [entry for entry in entries if entry.kind is not Kind.NOT_COVERED]
    refused = [entry for entry in entries if entry.kind is Kind.NOT_COVERED]
    written = [
        (number, *row) for number, entry in enumerate(shown + refused) for row in _rows(entry)
    ]
    last = len(shown) + len(refused)
    rows = [*written, *((last, text, 1.0) for text in background())]
    return Corpus(
        labels=(*(entry.id for entry in shown + refused), BACKGROUND),
        answerable=len(shown),
        words=tuple(analyzer.replace(split(text)) for _, text, _ in rows),
        label=np.array([number for number, _, _ in rows], np.int32),
        weight=np.array([weight for _, _, weight in rows], np.float32),
        spelled=tuple(split(text) for _, text, _ in written),
    )


def _rows(entry: Entry) -> list[tuple[str, float]]:
    rows = [(text, 1.0) for text in (entry.question, *(each.text for each in entry.phrasings))]
    if entry.answer and entry.kind in (Kind.CLINICAL, Kind.PRACTICAL):
        rows.append((plain(entry.answer), ANSWER_WEIGHT))
    return rows


@lru_cache(maxsize=50_000)
def split(text: str) -> tuple[str, ...]:
    """Fold a text and split it into words; remembered, for most texts outlive an edit.

    The same word is the same object in all texts, of which there may be a million.
    """
    return tuple(map(intern, words_of(fold(text))))


@lru_cache(maxsize=1)
def background() -> tuple[str, ...]:
    """Return the shipped general questions, one a line, comments left out."""
    text = Path(__file__).with_name("background.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))

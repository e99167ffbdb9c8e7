"""Which words stand side by side, packed: as tuples of texts they take ten times the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.wordlists import WordTable
from bot.wordlists.table import packed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class WordPairs:
    """Pairs of words that hold no spaces."""

    table: WordTable
    """Both words, a space between them."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> WordPairs:
        """Pack some pairs."""
        return cls(WordTable(packed([f"{left} {right}" for left, right in sorted(pairs)])))

    def __contains__(self, pair: object) -> bool:
        return isinstance(pair, tuple) and " ".join(pair) in self.table


def stored(words: Iterable[str]) -> NDArray[np.uint8]:
    """Return words as `read_words` takes them."""
    return np.frombuffer(packed([*words]), np.uint8)


def read_words(array: NDArray[np.uint8]) -> WordTable:
    """Return the words in an array, which may be mapped from a file."""
    return WordTable(np.asarray(array).data)

"""General English words near a misspelt one, filed once and for all in a file of their own.

`python -m bot.retrieval.general` files them anew after their list was edited.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from bot.retrieval.nearness import Nearness, filed
from bot.wordlists import english

SHORTEST: Final = 3
"""Words of fewer letters are never repaired."""
COMMON: Final = 20_000
"""A general word is known when it is among that many; rarer ones may be misspellings."""
FILED: Final = Path(__file__).with_name("general.bin")
"""Hashes, ascending, then as many numbers of words, four bytes each."""


def is_common(word: str) -> bool:
    """Whether a word is among the common English ones."""
    rank = english().number(word)
    return rank is not None and rank < COMMON


@lru_cache(maxsize=1)
def general_nearness() -> Nearness:
    """Return the common English words by one deletion only, which keeps the file small."""
    hashes, numbers = np.memmap(FILED, "<u4", "r").reshape(2, -1)
    return Nearness(english().word, np.asarray(hashes), np.asarray(numbers.view("<i4")))


def file_words() -> bytes:
    """Return what the file holds."""
    ranked = ((word, rank, 1) for word, rank in english().items())
    hashes, numbers = filed(
        each for each in ranked if each[1] < COMMON and len(each[0]) >= SHORTEST
    )
    return hashes.astype("<u4").tobytes() + numbers.astype("<u4").tobytes()


if __name__ == "__main__":
    FILED.write_bytes(file_words())

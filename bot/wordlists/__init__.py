"""Word lists that ship with the product: frequent English words, and medical ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from bot.wordlists.table import WordTable

HERE: Final = Path(__file__).parent
LISTS: Final = ("english", "medical")

__all__ = ["HERE", "LISTS", "WordTable", "english", "medical"]


@cache
def english() -> WordTable:
    """Return general English words, word → rank from 0, the most frequent first."""
    return WordTable.open(HERE / "english.bin")


@cache
def medical() -> WordTable:
    """Return medical words, which are never taken for misspellings."""
    return WordTable.open(HERE / "medical.bin")

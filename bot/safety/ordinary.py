"""Ordinary words: what stands here is not taken for a misspelt word of a pattern."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def ordinary_words() -> frozenset[str]:
    """Return the frequent English words that ship with the package."""
    text = resources.files("bot").joinpath("retrieval/english.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))

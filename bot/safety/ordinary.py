"""Ordinary words: what stands here is not taken for a misspelt word of a pattern."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def ordinary_words() -> Mapping[str, int]:
    """Return the frequent English words that ship with the package, and their rank from 1."""
    text = resources.files("bot").joinpath("retrieval/english.txt").read_text("utf-8")
    listed = (line for line in text.splitlines() if not line.startswith("#"))
    return {word: rank for rank, word in enumerate(listed, start=1)}

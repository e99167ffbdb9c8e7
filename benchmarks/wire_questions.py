"""Questions for the load: nearly the FAQ's own phrasings, each put together anew."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

from bot.content import load
from bot.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.models import Entry

_WORDS = (4, 14)
"""Fewest and most words of a recombined question."""


def entries(faq: Path) -> tuple[Entry, ...]:
    """Return the entries that answer something."""
    found = load(faq, today=date.today()).faq.entries  # noqa: DTZ011  the local day, as a server has it
    return tuple(entry for entry in found if entry.kind is not Kind.NOT_COVERED)


def phrasings(faq: Path) -> list[str]:
    """Return every phrasing of a FAQ, headings included."""
    return [
        text
        for entry in entries(faq)
        for text in (entry.question, *(each.text for each in entry.phrasings))
    ]


def recombined(texts: list[str], seed: int) -> Iterator[str]:
    """Yield questions without end, none of them twice and none a phrasing.

    The beginning of one phrasing meets the end of another, and one word gives way to a word of a
    third: so the words are those of patients, and the whole was never seen before.
    """
    dice = random.Random(seed)  # noqa: S311  nothing here is secret
    split = [text.split() for text in texts]
    vocabulary = [word for words in split for word in words]
    seen = set(texts)
    while True:
        one, other = dice.choice(split), dice.choice(split)
        words = one[: dice.randint(2, len(one))] if len(one) > 2 else list(one)
        words = words + other[dice.randint(0, len(other) - 1) :]
        words[dice.randrange(len(words))] = dice.choice(vocabulary)
        text = " ".join(words)
        if _WORDS[0] <= len(words) <= _WORDS[1] and text not in seen:
            seen.add(text)
            yield text

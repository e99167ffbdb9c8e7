"""Typing errors as people make them, drawn with a fixed seed."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from benchmarks.sets import SEED

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARE = 0.3
"""How likely a word gets an error."""
SHORTEST = 4
"""Words of fewer letters stay as they are."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[A-Za-z]+")


def misspell(texts: Iterable[str]) -> tuple[str, ...]:
    """Give each longer word one error with a chance of SHARE.

    A neighbouring key, a letter left out, or two letters swapped, each as likely as the others.
    """
    rng = random.Random(SEED)  # noqa: S311  drawn to be repeated, not to be secret
    return tuple(_WORD.sub(lambda found: _word(found[0], rng), text) for text in texts)


def _word(word: str, rng: random.Random) -> str:
    if len(word) < SHORTEST or rng.random() >= SHARE:
        return word
    at = rng.randrange(len(word) - 1)
    match rng.randrange(3):
        case 0:
            near = _neighbours(word[at].lower())
            return word[:at] + rng.choice(near) + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbours(letter: str) -> str:
    """Return the keys beside, above and below a letter."""
    row = next(number for number, keys in enumerate(_ROWS) if letter in keys)
    place = _ROWS[row].index(letter)
    near = [
        (row, place - 1), (row, place + 1),
        (row - 1, place), (row - 1, place + 1), (row + 1, place - 1), (row + 1, place),
    ]  # fmt: skip
    return "".join(_ROWS[r][p] for r, p in near if 0 <= r < len(_ROWS) and 0 <= p < len(_ROWS[r]))

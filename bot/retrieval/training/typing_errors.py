"""Typing errors, so that the table learns what misspelt words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 4
"""Shorter words stay as they are: an error would make another word of them."""


def _neighbours() -> dict[str, str]:
    """Each letter's neighbours on the keyboard, beside it and in the rows above and below."""
    place = {key: (row, at) for row, keys in enumerate(_KEYBOARD) for at, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (there, then) in place.items()
            if other != key and abs(there - row) <= 1 and abs(then - at) <= 1
        )
        for key, (row, at) in place.items()
    }


NEIGHBOURS = _neighbours()


def mistype(word: str, rng: random.Random) -> str:
    """Hit a neighbouring key, forget a letter, swap two or type one twice; the first stays."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    at = rng.randrange(1, len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    match rng.randrange(4):
        case 0:
            return before + rng.choice(NEIGHBOURS[letter]) + after
        case 1:
            return before + after
        case 2 if after:
            return before + after[0] + letter + after[1:]
        case _:
            return before + letter + letter + after

"""Ways in which the same message arrives: typed in a hurry, shouted, padded, split in two."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHATTER = (
    "I have been a patient here for some time and my sister told me about this chat,"
    " so I am writing to you from home."
)
NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "s", "e": "w", "f": "d", "g": "f", "h": "g", "i": "u",
    "j": "h", "k": "l", "l": "k", "m": "n", "n": "m", "o": "i", "p": "o", "r": "t", "s": "a",
    "t": "r", "u": "y", "v": "c", "w": "e", "x": "z", "y": "u",
}  # fmt: skip
"""Letter → the one beside it on the keyboard."""


def dice(seed: int | str) -> random.Random:
    """Return dice that fall the same way on every run."""
    return random.Random(seed)  # noqa: S311  nothing here is secret


def variants(text: str, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield twenty variants as kind, utterance and tail (the first half of a split message)."""
    for kind, change in PLAIN.items():
        yield kind, change(text), ""
    for kind, slip in SLIPS.items():
        yield kind, _misspelt(text, rng, slip), ""
    words = text.split()
    half = len(words) // 2
    yield "split in two", " ".join(words[half:]), " ".join(words[:half])


PLAIN: dict[str, Callable[[str], str]] = {
    "shouted": str.upper,
    "in lower case": str.lower,
    "without punctuation": lambda text: re.sub(r"[^\w\s']", "", text),
    "without apostrophes": lambda text: text.replace("'", ""),
    "with curly quotes": lambda text: text.replace("'", "’"),
    "greeting": lambda text: f"hi {text}",
    "long greeting": lambda text: f"Good morning! {text}",
    "thanks": lambda text: f"{text} thank you",
    "what to do": lambda text: f"{text}, what do I do",
    "exclaimed": lambda text: f"{text}!!!",
    "emoji": lambda text: f"{text} 😭🙏",
    "spread out": lambda text: "  " + "   ".join(text.split()),
    "twice": lambda text: f"{text} {text}",
    "chatter before": lambda text: f"{CHATTER} {text}",
    "chatter behind": lambda text: f"{text}. {CHATTER}",
}

SLIPS: dict[str, Callable[[str, int], str]] = {
    "letters swapped": lambda word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    "letter left out": lambda word, at: word[:at] + word[at + 1 :],
    "letter doubled": lambda word, at: word[:at] + word[at] + word[at:],
    "wrong key": lambda word, at: (
        word[:at] + NEIGHBOURS.get(word[at].lower(), word[at]) + word[at + 1 :]
    ),
}


def _misspelt(text: str, rng: random.Random, slip: Callable[[str, int], str]) -> str:
    """Misspell one word of six letters or more, not in its first or last letter."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if long:
        chosen = rng.choice(long)
        words[chosen] = slip(words[chosen], rng.randrange(1, len(words[chosen]) - 2))
    return " ".join(words)

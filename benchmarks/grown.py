"""FAQs of any size for the measurements of growth, made up but with words as a language has them.

A word's frequency goes with one over its rank (Zipf, Mandelbrot), so the vocabulary grows with the
text as it does in a real FAQ: the frequent words are English, the rare ones are put together from
syllables. Each entry has a few words of its own, and each phrasing some of these.
"""

from __future__ import annotations

import random
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.models import Clinic, Entry, Faq, Kind, Phrasing, RedFlags, Topic, Wording
from bot.wordlists import english

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 11
PHRASINGS = 100
"""Phrasings of an entry, as in CLINC150."""
OWN = 8
"""Words that are an entry's own."""
LENGTH = (4, 11)
"""Fewest and most words of a phrasing."""
WORDS = 400_000
"""How many different words there are to draw from."""
FREQUENT = 200
"""The words up to this rank are nobody's own."""
_FLAT = 2.7
"""Mandelbrot's constant: the very first words differ less than one over the rank says."""
_SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu ne pi ra so tu va we xi zo bra cle dri flo gru ste".split()
)


class Language:
    """Draws words by their frequency."""

    def __init__(self, seed: int = SEED) -> None:
        self.dice = random.Random(seed)  # noqa: S311  drawn to be repeated, not to be secret
        self._words = [word for word in english() if word.isalpha()]
        self._weights = list(accumulate(1 / (rank + _FLAT) for rank in range(WORDS)))
        self._above = self._weights[FREQUENT]

    def word(self, *, rare: bool = False) -> str:
        """Draw a word; a rare one is none of the most frequent."""
        low = self._above if rare else 0.0
        rank = bisect(self._weights, self.dice.uniform(low, self._weights[-1]))
        return self._words[rank] if rank < len(self._words) else _made_up(rank)

    def phrasing(self, own: list[str]) -> str:
        """Say something with some of an entry's own words."""
        words = [self.word() for _ in range(self.dice.randint(*LENGTH))]
        for at in self.dice.sample(range(len(words)), self.dice.randint(1, 3)):
            words[at] = self.dice.choice(own)
        return " ".join(words)


def _made_up(rank: int) -> str:
    """Return the same word for the same rank, longer for a higher one."""
    syllables = []
    while rank:
        rank, at = divmod(rank, len(_SYLLABLES))
        syllables.append(_SYLLABLES[at])
    return "".join(syllables)


def grown(phrasings: int, language: Language) -> Iterator[list[str]]:
    """Yield the phrasings of each entry, about so many in all."""
    for _ in range(max(phrasings // PHRASINGS, 2)):
        own = [language.word(rare=True) for _ in range(OWN)]
        yield list(dict.fromkeys(language.phrasing(own) for _ in range(PHRASINGS)))


def faq_of(entries: list[list[str]]) -> Faq:
    """Return a FAQ of these entries; they have no answers."""
    made = tuple(_entry(f"made/e{number}", texts) for number, texts in enumerate(entries))
    return Faq(
        topics=(Topic("made", "Made", "made.md", made),),
        clinic=Clinic(),
        wording=Wording({}),
        red_flags=RedFlags((), {}),
        synonyms=(),
        version="",
    )


def _entry(name: str, texts: list[str]) -> Entry:
    first, *others = texts
    phrasings = tuple(Phrasing(text, 0) for text in others)
    return Entry(name, first, phrasings, (), Kind.PRACTICAL, topic="made", path="made.md", line=0)


def asked(entries: list[list[str]], many: int, language: Language) -> list[tuple[str, int]]:
    """Return questions that are like phrasings, each with the number of its entry.

    A word of the phrasing is left out, and another one put in.
    """
    texts = []
    for _ in range(many):
        entry = language.dice.randrange(len(entries))
        words = language.dice.choice(entries[entry]).split()
        words.pop(language.dice.randrange(len(words)))
        words.insert(language.dice.randrange(len(words) + 1), language.word())
        texts.append((" ".join(words), entry))
    return texts

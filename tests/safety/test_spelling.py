"""A misspelt word is compared with few known words, and the nearest of all of them is found."""

from itertools import islice

from rapidfuzz.distance import OSA

from bot.safety.spelling import Spelling
from bot.wordlists import english
from tests.safety.variants import SLIPS, dice


def test_the_nearest_of_all_is_found() -> None:
    """No known word with the same first letter is nearer than the one that is found."""
    known = [word for word in islice(english(), 3_000) if len(word) > 4 and word.isalpha()]
    spelling, rng = Spelling(known, ()), dice("spelling")
    for _ in range(1_000):
        typed = rng.choice(known)
        for slip in rng.choices([*SLIPS.values()], k=rng.randint(1, 2)):
            typed = slip(typed, rng.randrange(1, len(typed) - 1))
        found = spelling.nearest(typed)
        nearest = min(OSA.distance(typed, each) for each in known if each[0] == typed[0])
        assert (OSA.distance(typed, found) if found else 2) == min(nearest, 2), typed


def test_two_slips_in_a_long_word() -> None:
    """A long word may have two slips, and one that begins with a long stem one."""
    spelling = Spelling(("unconscious", "short"), ("hallucinat",))
    assert spelling.nearest("unconsius") is None
    assert spelling.farther("unconsius") == "unconscious"
    assert spelling.farther("shoe") is None
    assert spelling.farther("hallucenatory") == "hallucinat"

"""The screen is quick, and no message makes it slow."""

import time

import pytest

from bot.models import RedFlags
from bot.safety import UNAVAILABLE, Row, Screen
from tests.safety.variants import dice

FILLING = (
    " I am writing because my neighbour told me about your clinic and I would like to know more"
)
ATTACKS = {
    "one letter": "a",
    "one danger": "can not breathe ",
    "half a danger": "can not ",
    "denied danger": "no trouble breathing ",
    "gaps": "throat x x x ",
    "stops": "throat. ",
    "if": "if i ",
    "optional words": "throat really very so ",
    "misspelt": "thraot clsoing ",
    "digits": "911 ",
    "accents": "é̂̃ ",
    "one long word": "swell",
    "questions": "can botox cause trouble breathing ",
}


def seconds(screen: Screen, text: str) -> float:
    """Return the processor time of one screening, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        assert screen.screen(text) is not UNAVAILABLE
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("kind", ATTACKS)
def test_time_grows_with_length_only(screen: Screen, kind: str) -> None:
    """Ten times the text takes at most fifteen times as long, up to 100,000 characters."""
    piece = ATTACKS[kind]
    short, long = ((piece * size)[:size] for size in (10_000, 100_000))
    screen.screen(long)
    assert seconds(screen, long) <= 15 * max(seconds(screen, short), 0.001)


def test_a_message_takes_microseconds(screen: Screen, rows: tuple[Row, ...]) -> None:
    """200 characters take 100 microseconds on a free machine; ten times that is a fault."""
    messages = [(row.text + FILLING)[:200] for row in rows[::5]]
    for message in messages:
        screen.screen(message)
    times = sorted(seconds(screen, message) for message in messages)
    assert times[len(times) * 99 // 100] < 0.001


def test_prepared_once_only_patterns_are_left_to_compile(red_flags: RedFlags) -> None:
    """After `prepare` the first emergency waits for its own patterns, and for no cue."""
    prepared = Screen(red_flags)
    prepared.prepare()
    expressions = prepared._finder.meanings._expressions
    before = {each for each in expressions if "compiled" in vars(each)}
    assert prepared.screen("I had botox last week and my throat is closing, I can't breathe").tier
    own = {each for each in expressions if "compiled" in vars(each)} - before
    parts = {part for matcher in prepared._finder._matchers for part in matcher.parts}
    assert own <= parts | {each for part in parts for each in part.choices.values()}
    assert len(own) < 30


def test_every_pattern_alone_is_linear(red_flags: RedFlags) -> None:
    """Each pattern's own words, in any number and order, never make its expression explode."""
    rng = dice(7)
    screen = Screen(red_flags)
    for flag in red_flags.flags:
        words = " ".join(pattern.text for pattern in flag.patterns).split()
        text = " ".join(rng.choices([word for word in words if word.isalpha()], k=1500))
        assert seconds(screen, text) < 0.5, flag.id

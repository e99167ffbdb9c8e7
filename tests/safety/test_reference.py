"""The shortcuts of the screen change nothing: all patterns looked for, the outcome is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.safety.reference import Reference
from tests.safety.variants import CHATTER, dice, variants

if TYPE_CHECKING:
    from bot.safety import Row, Screen


@pytest.fixture(scope="module")
def reference(screen: Screen) -> Reference:
    """Return the screen without shortcuts."""
    return Reference(screen)


def test_labelled_rows(screen: Screen, reference: Reference, rows: tuple[Row, ...]) -> None:
    """Every labelled message is judged the same, down to the words that were matched."""
    for row in rows[::3]:
        assert screen.screen(row.text) == reference.screen(row.text), row.text


def test_variants(screen: Screen, reference: Reference, rows: tuple[Row, ...]) -> None:
    """So is a message that was typed in a hurry, shouted, padded or split in two."""
    rng = dice("variants")
    for row in rows[1::4]:
        kind, utterance, tail = rng.choice([*variants(row.text, rng)])
        expected = reference.screen(utterance, tail)
        assert screen.screen(utterance, tail=tail) == expected, (kind, utterance, tail)


def test_one_message_after_another(
    screen: Screen, reference: Reference, rows: tuple[Row, ...]
) -> None:
    """So are two messages that have nothing to do with each other, and halves of two."""
    rng = dice("pairs")
    for _ in range(250):
        tail, utterance = (rng.choice(rows).text for _ in range(2))
        if rng.random() < 0.5:
            tail, utterance = tail[: len(tail) // 2], utterance[len(utterance) // 2 :]
        assert screen.screen(utterance, tail=tail) == reference.screen(utterance, tail)


def test_words_in_any_order(screen: Screen, reference: Reference, rows: tuple[Row, ...]) -> None:
    """So are the words of several messages thrown together, with full stops and new lines."""
    rng = dice("words")
    words = " ".join([CHATTER, *(row.text for row in rows)]).split()
    for _ in range(300):
        text = " ".join(rng.choices([*words, ".", "\n", "t", "can"], k=rng.randint(1, 25)))
        tail = " ".join(rng.choices(words, k=5)) if rng.random() < 0.3 else ""
        assert screen.screen(text, tail=tail) == reference.screen(text, tail), (text, tail)

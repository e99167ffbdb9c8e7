"""The same message in twenty shapes keeps its label."""

from collections import Counter

import pytest

from bot.safety import EXPECTED, Row, Screen
from tests.safety.variants import dice, variants

DANGERS = ("EMERGENCY", "CRISIS", "URGENT")
SHAPES = 20


def test_there_are_twenty_variants() -> None:
    """Each row is tried in as many shapes as docs/safety.md says."""
    assert len(list(variants("my throat is closing", dice(1)))) == SHAPES


@pytest.mark.parametrize("label", DANGERS)
def test_a_danger_is_seen_in_every_shape(screen: Screen, rows: tuple[Row, ...], label: str) -> None:
    """At least 98 of 100 variants keep the label of their row."""
    lost: Counter[str] = Counter()
    tried = 0
    for row in _seen(screen, rows, label):
        for kind, utterance, tail in variants(row.text, dice(row.text)):
            tried += 1
            first = screen.screen(tail).tier if tail else None
            tiers = {screen.screen(utterance, tail=tail).tier, first}
            lost[kind] += not tiers & EXPECTED[label]
    assert lost.total() <= 0.02 * tried, lost.most_common()


@pytest.mark.parametrize("label", ["INFO", "PAST", "NEGATED", "FAQ"])
def test_no_shape_raises_the_alarm(screen: Screen, rows: tuple[Row, ...], label: str) -> None:
    """At least 97 of 100 variants stay without a card; half a question may deserve one."""
    cards: Counter[str] = Counter()
    tried = 0
    for row in _seen(screen, rows, label):
        for kind, utterance, tail in variants(row.text, dice(row.text)):
            if not tail:
                tried += 1
                cards[kind] += screen.screen(utterance).text in {"emergency", "crisis"}
    assert cards.total() <= 0.03 * tried, cards.most_common()


def _seen(screen: Screen, rows: tuple[Row, ...], label: str) -> list[Row]:
    """Return the rows that are judged rightly as they stand."""
    of_label = [row for row in rows if row.label == label]
    return [row for row in of_label if screen.screen(row.text).tier in EXPECTED[label]]

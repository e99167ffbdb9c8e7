"""Figures for rows with known labels."""

import pytest

from bot.errors import ContentError
from bot.models import Tier
from bot.safety import Row, Screen, measure, read_rows
from tests.safety.flags import flag, red_flags


@pytest.fixture
def small() -> Screen:
    return Screen(red_flags(flag("throat closing"), flag("how many units", tier=Tier.ADVICE)))


def test_recall_and_false_alarms_by_label(small: Screen) -> None:
    """Each label has its share of right rows and its misses."""
    rows = [
        Row("EMERGENCY", "throat closing"),
        Row("EMERGENCY", "no air"),
        Row("FAQ", "does it hurt"),
    ]
    emergency, faq = measure(small, rows)
    assert (emergency.label, emergency.share, emergency.right) == ("EMERGENCY", 0.5, 1)
    assert [miss.row.text for miss in emergency.misses] == ["no air"]
    assert (faq.share, faq.misses) == (1.0, ())


def test_a_card_on_an_ordinary_question_is_a_miss(small: Screen) -> None:
    """Of an ordinary question even the advice reply is a false alarm."""
    (faq,) = measure(small, [Row("FAQ", "how many units are there")])
    assert faq.misses[0].screening.tier is Tier.ADVICE


def test_more_urgent_is_right_for_advice(small: Screen) -> None:
    """Advice that gets a card was not answered by the FAQ."""
    (advice,) = measure(small, [Row("ADVICE", "throat closing, how many units")])
    assert advice.right == 1


def test_a_failing_screen_is_never_right(small: Screen) -> None:
    """A screen that always shows the text for faults recalls nothing."""
    del small._finder  # stands for any fault inside
    (emergency,) = measure(small, [Row("EMERGENCY", "throat closing")])
    assert emergency.right == 0


def test_recall_and_quiet_are_told_apart(small: Screen) -> None:
    """The share means recall for dangers, and rows without a card for the others."""
    rows = [Row("CRISIS", "x"), Row("INFO", "x"), Row("FAQ", "x")]
    assert [each.seeks_danger for each in measure(small, rows)] == [True, False, False]


def test_rows_are_read_with_their_lines() -> None:
    """Empty lines and comments are skipped, and count."""
    rows = read_rows("# made up\n\nINFO\tis it safe\n", "rows.tsv")
    assert rows == (Row("INFO", "is it safe", 3),)


def test_an_unknown_label_is_refused() -> None:
    """A misspelt label is named with its line, instead of being left out of the figures."""
    with pytest.raises(ContentError) as caught:
        read_rows("INFO\tis it safe\nEMRGENCY\thelp\n", "rows.tsv")
    assert str(caught.value) == "rows.tsv:2: This line has no known label."

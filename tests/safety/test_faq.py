"""The shipped FAQ and its red flags do not get into each other's way."""

from datetime import date

from bot.content import load
from bot.models import Kind
from bot.safety import Screen
from tests.safety.conftest import SHIPPED


def test_no_answered_question_is_taken_for_a_danger(screen: Screen) -> None:
    """Every phrasing of an entry that has an answer reaches the FAQ."""
    faq = load(SHIPPED, today=date(2026, 11, 20)).faq
    taken = [
        (phrasing.text, screening.found[-1].matched)
        for entry in faq.entries
        for phrasing in entry.phrasings
        if entry.kind is not Kind.NOT_COVERED
        if (screening := screen.screen(phrasing.text)).tier
    ]
    assert taken == []

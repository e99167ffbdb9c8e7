"""Dates are written in one way; others are understood well enough to say how."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.dates import possible_dates, read_date
from bot.content.document import Field
from bot.content.source import Source
from bot.models import Problem


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("20/11/2026", ["2026-11-20"]),
        ("11/20/2026", ["2026-11-20"]),
        ("05/06/2026", ["2026-05-06", "2026-06-05"]),
        ("6.6.2026", ["2026-06-06"]),
        ("2026/11/20", ["2026-11-20"]),
        ("2026-1-2", ["2026-01-02"]),
        ("1/2/26", ["2026-01-02", "2026-02-01"]),
        ("Nov 20, 2026", ["2026-11-20"]),
        ("20 November 2026", ["2026-11-20"]),
        ("20th Nov. 2026", ["2026-11-20"]),
        ("November 20th 2026", ["2026-11-20"]),
        ("31/31/2026", []),
        ("Foo 20, 2026", []),
        ("Nov 31, 2026", []),
        ("soon", []),
        ("", []),
    ],
)
def test_what_a_date_can_mean(text: str, days: list[str]) -> None:
    """Every reading that is a day of the calendar is offered, and no other."""
    assert [day.isoformat() for day in possible_dates(text)] == days


def test_only_one_form_is_read() -> None:
    """Year, month and day with hyphens are a date."""
    source = Source.of("Reviewed: 2028-02-29", "faq/x.md")

    assert read_date(Field("Reviewed", "2028-02-29", 1, 11), source) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2026-13-01", "٢٠٢٦-١١-٢٠", "20261120", "0000-01-01"]
)
def test_other_forms_are_problems(text: str) -> None:
    """A day that does not exist, or another writing, is never guessed."""
    source = Source.of(f"Reviewed: {text}", "faq/x.md")

    assert isinstance(read_date(Field("Reviewed", text, 1, 11), source), Problem)

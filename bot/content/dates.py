"""Dates as content files write them: `2026-11-20` and nothing else.

05/06/2026 is May in one country and June in another, so it is never guessed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.content.document import Field
    from bot.content.source import Source
    from bot.models import Problem

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+([a-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(field: Field, source: Source) -> date | Problem:
    """Return the date that a field holds, or what is wrong with it."""
    if _ISO.fullmatch(field.value) and (day := _day(*map(int, field.value.split("-")))):
        return day
    meant = possible_dates(field.value)
    return source.problem(
        field.line,
        f'"{field.value}" is not a date that can be read.'
        if meant or not _ISO.fullmatch(field.value)
        else f"There is no day {field.value}.",
        f"Write {' or '.join(day.isoformat() for day in meant)}."
        if meant
        else "Write year, month and day with hyphens, such as 2026-11-20.",
        column=field.column,
    )


def possible_dates(text: str) -> list[date]:
    """Return the days that `text` can mean, in order; none, one, or two."""
    text = text.strip().casefold()
    if found := _NUMBERS.fullmatch(text):
        first, second, third = (int(part) for part in found.groups())
        third += 2000 * (first <= 31 and third < 100)
        orders = [(first, second, third)] if first > 31 else [
            (third, second, first), (third, first, second),
        ]  # fmt: skip
        return sorted({day for order in orders if (day := _day(*order))})
    if found := _DAY_FIRST.fullmatch(text):
        return _named(found[3], found[2], found[1])
    if found := _MONTH_FIRST.fullmatch(text):
        return _named(found[3], found[1], found[2])
    return []


def _named(year: str, month: str, day: str) -> list[date]:
    if month[:3] not in _MONTHS:
        return []
    found = _day(int(year), _MONTHS.index(month[:3]) + 1, int(day))
    return [found] if found else []


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

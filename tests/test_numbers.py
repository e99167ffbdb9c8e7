"""Whom to call depends on the country, and there is always somebody."""

from __future__ import annotations

import re
from dataclasses import astuple

import pytest

from bot.numbers import NUMBERS, numbers


@pytest.mark.parametrize(
    ("country", "emergency", "crisis"),
    [
        ("US", "911", "988"),
        ("UK", "999", "116 123"),
        ("EU", "112", "116 123"),
        ("MX", "911", "800 911 2000"),
        ("us", "911", "988"),
        (None, "911", "988"),
        ("", "911", "988"),
    ],
)
def test_numbers(country: str | None, emergency: str, crisis: str) -> None:
    """Each country has its emergency number and its crisis line; US stands in for an unset one."""
    found = numbers(country)
    assert (found.emergency, found.crisis) == (emergency, crisis)


@pytest.mark.parametrize("country", NUMBERS)
def test_every_number_can_be_dialled(country: str) -> None:
    """A number has digits, spaces and hyphens only, so that a telephone link can be made of it."""
    given = [number for number in astuple(numbers(country)) if number]
    assert all(re.fullmatch(r"\d[\d -]+", number) for number in given)

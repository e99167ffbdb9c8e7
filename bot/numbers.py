"""Whom to call in an emergency or a crisis, by country.

Sources: US 911 and 988 (988 Suicide & Crisis Lifeline, call or text), Poison Help
1-800-222-1222; UK 999 and Samaritans 116 123, NHS 111; EU 112 and the harmonised emotional
support line 116 123; Mexico 911 and Línea de la Vida 800 911 2000.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one country, as people write and dial them."""

    emergency: str
    crisis: str
    poison: str
    """Where there is no poison line for the public, the number to call instead."""
    crisis_text: str | None = None
    """Number that takes text messages in a crisis, or None."""


NUMBERS = {
    "US": Numbers("911", "988", "1-800-222-1222", "988"),
    "UK": Numbers("999", "116 123", "111"),
    "EU": Numbers("112", "116 123", "112"),
    "MX": Numbers("911", "800 911 2000", "911"),
}
DEFAULT_COUNTRY = "US"
"""Used while `clinic.md` has no country; a server in production does not start then."""


def numbers(country: str | None) -> Numbers:
    """Return the numbers for a country's two letters."""
    return NUMBERS[(country or DEFAULT_COUNTRY).upper()]

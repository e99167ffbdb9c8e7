"""Take what identifies a person out of a text, before it is written anywhere.

`redact` is one pure function: each identifier becomes a word in brackets that says what stood
there (`[phone]`). The text's own words stay, so that staff can still read the question. A reader
of the clinic's page who writes a name without introducing it is not found: `docs/privacy.md` says
how much is found and what is not.

Every pattern takes linear time, whatever the text: what may repeat is either bounded or possessive,
and starts only where a word starts (held by a test on texts of 100,000 characters).
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

from bot.journal.redaction_codes import without_codes, without_introduced
from bot.journal.redaction_links import (
    without_handles,
    without_links,
    without_mail,
    without_network_addresses,
)
from bot.journal.redaction_names import without_names
from bot.journal.redaction_numbers import prepare_numbers, without_rows, without_spelt_numbers
from bot.journal.redaction_plain import is_plain
from bot.journal.redaction_text import Text
from bot.journal.redaction_words import without_addresses, without_ages, without_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 32
"""How often a text is gone through again while what was found keeps changing it."""
_ODD = re.compile(r"[^\t\n\x20-\x7e]")
_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
_STEPS: tuple[Callable[[Text], Text], ...] = (
    without_links,
    without_mail,
    without_handles,
    without_network_addresses,
    without_dates,
    without_addresses,
    without_spelt_numbers,
    without_introduced,
    without_codes,
)
"""In this order: what a later one takes may have been part of what an earlier one takes."""


def redact(text: str, *, country: str | None = None) -> str:
    """Return the text with every identifier that was found as a word in brackets.

    `country` is the clinic's, as `clinic.md` has it: numbers without a country code are read as
    numbers of that country. Signs that are not text (control characters, invisible ones, halves
    of characters) are left out, and digits and letters of other shapes (full width) are written as
    plain ones, so the result can be stored anywhere. Never raises; what is redacted already comes
    back as it was.
    """
    if is_plain(text):
        return text
    for now in steps(text, country=country):
        redacted = now.text
    return redacted


def steps(text: str, *, country: str | None = None) -> Iterator[Text]:
    """Yield a text as each step leaves it, plain or not; the last one is the redacted text.

    Each of them takes a fraction of a millisecond, also for a text of 2,000 characters.
    """
    now = Text(_ODD.sub(_readable, text))
    yield now
    for _ in range(ROUNDS):
        before = now
        for step in _steps(country):
            now = step(now)
            yield now
        if now is before:
            return


def _steps(country: str | None) -> Iterator[Callable[[Text], Text]]:
    yield from _STEPS
    yield partial(without_rows, country=country)
    yield without_ages
    yield without_names


def prepare() -> None:
    """Load the tables of numbers and names, which takes a tenth of a second at first use."""
    prepare_numbers()
    without_names(Text("My name is Ann."))


def _readable(match: re.Match[str]) -> str:
    """Write one character as plain text: `７` as 7, a zero-width space as nothing."""
    char = match[0]
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return "\n" if char in "\r\v\f\x85" else ""
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category == "Nd":
        return str(unicodedata.digit(char))
    if char in _HYPHENS:
        return "-"
    if category in {"Lo", "No"}:
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else char

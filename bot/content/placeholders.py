"""Words in braces that are filled in when a reply is made, such as {phone}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content.grammar import suggestion
from bot.models import Level
from bot.numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.content.source import Row, Source
    from bot.models import Clinic, Problem

FACTS = ("clinic", "phone", "contact", "emergency", "crisis", "crisis_text", "or_text", "poison")
"""Known everywhere: the clinic's name and phone, how to reach it, the numbers for help."""

_BRACES = re.compile(r"\{([^{}]{0,40})\}")


def check_placeholders(
    rows: Iterable[Row], source: Source, known: tuple[str, ...] = FACTS
) -> Iterator[Problem]:
    """Report the first braces of each line around words that nothing is filled in for."""
    for row in rows:
        found = (each for each in _BRACES.finditer(row.text) if each[1] not in known)
        if unknown := next(found, None):
            yield _unknown(row, source, found=unknown, known=known)


def _unknown(row: Row, source: Source, *, found: re.Match[str], known: tuple[str, ...]) -> Problem:
    near = suggestion(found[1], known)
    listed = ", ".join(f"{{{name}}}" for name in known)
    return source.problem(
        row.number,
        f"{found[0]} is not known here" + (f"; did you mean {{{near}}}?" if near else "."),
        f"Known here are {listed}. Without braces it is ordinary text.",
        column=found.start() + 1,
    )


def check_unset(sources: Mapping[str, Source], clinic: Clinic) -> Iterator[Problem]:
    """Report placeholders that nothing can stand for with the clinic's facts as they are."""
    unset = {
        "{phone}": clinic.phone is None,
        "{crisis_text}": numbers(clinic.country).crisis_text is None,
    }
    for mark in (mark for mark, missing in unset.items() if missing):
        for source in sources.values():
            for row in _rows_with(mark, source):
                yield _nothing_for(mark, row, source)


def _rows_with(mark: str, source: Source) -> Iterator[Row]:
    """Yield the lines that hold `mark`, but not those that are only shown where it is set."""
    provided = False
    for row in source.rows:
        if row.text.startswith("#"):
            provided = _SHOWN_IF_SET[mark] in row.text.casefold()
        elif mark in row.text and not provided:
            yield row


def _nothing_for(mark: str, row: Row, source: Source) -> Problem:
    return source.problem(
        row.number,
        f"Nothing stands for {mark} yet, so patients would read it as it is.",
        _UNSET[mark],
        level=Level.WARNING,
        column=row.text.find(mark) + 1,
    )


_SHOWN_IF_SET = {"{phone}": "contact with phone", "{crisis_text}": "reply: or text"}
_UNSET = {
    "{phone}": "Write the clinic's number into clinic.md, or use {contact} here, which reads well"
    " without a number.",
    "{crisis_text}": "The crisis line of your country takes no text messages: use {or_text}, which"
    " is left out then.",
}

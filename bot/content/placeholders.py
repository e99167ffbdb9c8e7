"""Words in braces that are filled in when a reply is made, such as {phone}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content.grammar import suggestion
from bot.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.content.source import Row, Source
    from bot.models import Problem

FACTS = ("clinic", "phone", "contact", "emergency", "crisis", "crisis_text", "poison")
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


def check_unset(sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Report {phone} while the clinic's phone is not set, except where that is provided for."""
    for source in sources.values():
        provided = False
        for row in source.rows:
            if row.text.startswith("#"):
                provided = "contact with phone" in row.text.casefold()
            elif not provided and (at := row.text.find("{phone}")) >= 0:
                yield source.problem(
                    row.number,
                    "The clinic's phone number is not set, so nothing can stand for {phone}.",
                    "Write the number into clinic.md, or use {contact} here, which reads well"
                    " without a number.",
                    level=Level.WARNING,
                    column=at + 1,
                )

"""Advice on single entries: reading level, length, phrasings, details that don't belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content import readability
from bot.models import Kind, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.document import Section
    from bot.content.source import Source
    from bot.content.topics import Draft
    from bot.models import Entry, Problem

FEWEST_PHRASINGS = 3
"""With fewer, an entry is found by luck."""
MOST_WORDS = 120
"""A longer answer does not fit on the screen of a phone."""

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_PHONE = re.compile(r"\+\d[\d ().-]{7,20}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")
_BARE_LINK = re.compile(r"(?<![\w<\[/])(?<!\]\()(?:https?://|www\.)[^\s)>\]]+")


def check_style(draft: Draft) -> Iterator[Problem]:
    """Report what makes single entries hard to find or hard to read."""
    source = draft.document.source
    for entry, section in draft.sections:
        yield from _phrasings(entry, source)
        if entry.answer and entry.kind is not Kind.NOT_COVERED:
            yield from _reading(entry, section, source)
            yield from _length(entry, section, source)
            yield from _details(section, source)


def _phrasings(entry: Entry, source: Source) -> Iterator[Problem]:
    found = len(entry.phrasings)
    if found < FEWEST_PHRASINGS:
        how_many = f"only {found}" if found else "no"
        yield source.problem(
            entry.line,
            f"This question has {how_many} other {'phrasing' if found == 1 else 'phrasings'}.",
            'Write under "Also asked:" how patients put it, in at least'
            f" {FEWEST_PHRASINGS} ways: in short, in everyday words, in their own order.",
            level=Level.HINT,
        )


def _reading(entry: Entry, section: Section, source: Source) -> Iterator[Problem]:
    parts = readability.sentences(entry.answer)
    counts = readability.count(parts)
    grade, limit = readability.grade(counts), readability.limit(counts)
    if grade <= limit:
        return
    named = " and ".join(
        f'"{_short(part)}" ({readability.words_in(part)} words)'
        for part in readability.longest(parts)
    )
    yield source.problem(
        section.body[0].number,
        f"This answer is hard to read (school grade {grade:.1f}; {limit:.0f} is the limit).",
        f"Use shorter sentences and simpler words. The longest sentences are {named}.",
        level=Level.WARNING,
    )


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else f"{sentence[:57].rstrip()}..."


def _length(entry: Entry, section: Section, source: Source) -> Iterator[Problem]:
    words = readability.count(readability.sentences(entry.answer)).words
    if words > MOST_WORDS:
        yield source.problem(
            section.body[0].number,
            f"This answer has {words} words; more than {MOST_WORDS} are hard to read in a chat.",
            "Shorten it, or make two questions of it.",
            level=Level.HINT,
        )


def _details(section: Section, source: Source) -> Iterator[Problem]:
    for row in section.body:
        for pattern, message, fix, level in _FOUND:
            if found := pattern.search(row.text):
                yield source.problem(
                    row.number, message, fix, level=level, column=found.start() + 1
                )


_FOUND = (
    (
        _EMAIL,
        "There is an e-mail address in this answer.",
        "If it is a person's own address, delete it. Patients should not send health details"
        " by e-mail.",
        Level.WARNING,
    ),
    (
        _PHONE,
        "There is a phone number in this answer.",
        "Write {phone} instead, so that the clinic's number stands in clinic.md only. If it is"
        " a person's own number, delete it.",
        Level.WARNING,
    ),
    (
        _BARE_LINK,
        "Patients can't click on this address.",
        "Write [the words to click on](https://the.address).",
        Level.HINT,
    ),
)

"""Sources and review dates: clinical answers must have them, and must be looked at in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.models import Kind, Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.content.document import Field, Section
    from bot.content.topics import Draft
    from bot.models import RedFlags

SOON = timedelta(days=30)
"""A review that is due within this time is announced."""
_MANDATORY = {
    "Source": ("no source", "the document that the answer was taken from"),
    "Reviewed": ("no day of review", "the day on which a clinician last approved it"),
    "Review by": ("no day of the next review", "the day by which it must be looked at again"),
}


def check_reviewers(red_flags: RedFlags) -> Iterator[Problem]:
    """Report dangers that no clinician has put a name to yet: once, at the first of them."""
    unread = [flag for flag in red_flags.flags if not flag.reviewed_by]
    if unread:
        yield Problem(
            unread[0].path,
            unread[0].line,
            f"{len(unread)} of {len(red_flags.flags)} dangers have not been reviewed yet.",
            "Before patients use the chat, a clinician reads each one and writes a name and a day "
            'behind its "Reviewed by:".',
            Level.WARNING,
        )


def check_reviews(draft: Draft, today: date) -> Iterator[Problem]:
    """Report missing sources and dates of clinical entries, and reviews that are due."""
    for name in _MANDATORY:
        missing = [
            section
            for _, section in draft.sections
            if _says_clinical(draft, section) and draft.document.field_of(section, name) is None
        ]
        if missing:
            yield _missing(draft, name, missing)
    for name, field, day in _dates(draft):
        yield from (
            _future(draft, field, day, today)
            if name == "Reviewed"
            else _due(draft, field, day, today)
        )
    for entry, section in draft.sections:
        if entry.reviewed and entry.review_by and entry.review_by < entry.reviewed:
            yield _backwards(draft, section)


def _says_clinical(draft: Draft, section: Section) -> bool:
    """Whether the kind is written down; where it is not, that alone is reported."""
    kind = draft.document.field_of(section, "Kind")
    return kind is not None and kind.value.casefold() == Kind.CLINICAL


def _missing(draft: Draft, name: str, sections: list[Section]) -> Problem:
    what, meaning = _MANDATORY[name]
    lines = ", ".join(str(section.line) for section in sections[:10])
    more = f" and {len(sections) - 10} more" if len(sections) > 10 else ""
    if len(sections) == 1:
        message = f"This clinical answer has {what}."
        where = "under the heading"
    else:
        message = f"{len(sections)} clinical answers have {what} (lines {lines}{more})."
        where = "under each heading, or once under the title for all of them"
    return draft.document.source.problem(
        sections[0].line, message, f'Write "{name}:" and {meaning} {where}.'
    )


def _dates(draft: Draft) -> Iterator[tuple[str, Field, date]]:
    """Yield each date line that counts for an entry, once, with the day it holds."""
    found: dict[int, tuple[str, Field, date]] = {}
    for entry, section in draft.sections:
        for name, day in (("Reviewed", entry.reviewed), ("Review by", entry.review_by)):
            field = draft.document.field_of(section, name) if day else None
            if field and day:
                found[field.line] = name, field, day
    yield from found.values()


def _due(draft: Draft, field: Field, day: date, today: date) -> Iterator[Problem]:
    if day - today > SOON:
        return
    days = abs((day - today).days)
    when = f"{days} {'day' if days == 1 else 'days'}"
    yield draft.document.source.problem(
        field.line,
        f"The review was due {when} ago."
        if day < today
        else f"The review is due in {when}."
        if days
        else "The review is due today.",
        'Let a clinician read the answers again, then write new days for "Reviewed:" and'
        ' "Review by:".',
        level=Level.WARNING if day < today else Level.HINT,
        column=field.column,
    )


def _future(draft: Draft, field: Field, day: date, today: date) -> Iterator[Problem]:
    if day > today:
        yield draft.document.source.problem(
            field.line,
            "The day of the review is in the future.",
            f"Write the day on which it was reviewed; today is {today.isoformat()}.",
            level=Level.WARNING,
            column=field.column,
        )


def _backwards(draft: Draft, section: Section) -> Problem:
    return draft.document.source.problem(
        section.line,
        "The next review is set before the last one.",
        'Look at "Reviewed:" and "Review by:": they may have changed places.',
        level=Level.WARNING,
    )

"""Ids: each entry has one of its own, and what names an entry names one that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.document import slug
from bot.content.grammar import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.document import Section
    from bot.content.source import Source
    from bot.content.topics import Draft
    from bot.models import Entry, Phrasing, Problem


def check_ids(draft: Draft) -> Iterator[Problem]:
    """Report entries of one file that have the same id."""
    first: dict[str, Section] = {}
    for entry, section in draft.sections:
        other = first.setdefault(entry.id, section)
        if other is not section:
            yield draft.document.source.problem(
                section.line,
                f'The id "{section.id}" is taken by line {other.line} already.',
                "If it is the same question, make one of both. If not, write a short id of your"
                f" own behind this heading: {{#{section.id}-2}}.",
                show=[other.line, section.line],
                pointer="the second one",
            )


def check_related(draft: Draft, entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Report ids in `Related:` that no entry has."""
    for entry, section in draft.sections:
        for related in entry.related:
            if related not in entries:
                yield _unknown_related(draft, section, related, entries)


def check_starters(
    starters: Sequence[Phrasing], wording: Source, entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    """Report starters that no entry stands behind."""
    for starter in starters:
        if starter.text not in entries:
            near = closest(starter.text, entries)
            yield wording.problem(
                starter.line,
                f'There is no question with the id "{starter.text}".',
                f'Did you mean "{near}"?' if near else _HOW,
                column=wording.lines[starter.line - 1].find(starter.text) + 1,
            )


def closest(text: str, entries: Mapping[str, Entry]) -> str | None:
    """Return the id that `text` was probably meant to be; a question's own words count too."""
    asked = slug(text.rsplit("/", 1)[-1])
    for entry in entries.values():
        if asked in {slug(entry.question), entry.id.rsplit("/", 1)[-1]}:
            return entry.id
    return suggestion(text, entries, at_least=70)


_HOW = (
    "An id is the file's name, a slash, and the heading in small letters with hyphens or the"
    " short id behind it, such as botox/how-long."
)


def _unknown_related(
    draft: Draft, section: Section, related: str, entries: Mapping[str, Entry]
) -> Problem:
    field = section.fields["Related"]
    source = draft.document.source
    typed = related.removeprefix(f"{draft.topic.id}/")
    near = closest(related, entries)
    short = near.removeprefix(f"{draft.topic.id}/") if near else None
    at = source.lines[field.line - 1].find(typed, field.column - 1)
    return source.problem(
        field.line,
        f'There is no question with the id "{typed}"'
        + (f'; did you mean "{short}"?' if short else "."),
        f'Write "{short}", or delete it.' if short else _HOW,
        column=at + 1 if at >= 0 else field.column,
    )

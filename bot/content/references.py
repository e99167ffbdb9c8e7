"""Ids: each entry has one of its own, and what names an entry names one that exists."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from bot.content.document import slug
from bot.content.grammar import suggestion
from bot.content.source import MAX_PROBLEMS

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


class Ids:
    """All ids of a FAQ, to tell what a wrong one was meant to be."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def __contains__(self, id_: str) -> bool:
        return id_ in self._entries

    @cached_property
    def _names(self) -> dict[str, str]:
        """What people write instead of an id: its last part, or the question itself."""
        names = {entry.id.rsplit("/", 1)[-1]: entry.id for entry in self._entries.values()}
        return {slug(entry.question): entry.id for entry in self._entries.values()} | names

    def closest(self, text: str) -> str | None:
        """Return the id that `text` was probably meant to be, if any is near."""
        name = slug(text.rsplit("/", 1)[-1])
        return self._names.get(name) or suggestion(text, self._entries, at_least=70)


def check_related(draft: Draft, ids: Ids) -> Iterator[Problem]:
    """Report ids in `Related:` that no entry has."""
    unknown = (
        (section, related)
        for entry, section in draft.sections
        for related in dict.fromkeys(entry.related)
        if related not in ids
    )
    for section, related in islice(unknown, MAX_PROBLEMS):
        yield _unknown_related(draft, section, related, ids)


def check_starters(starters: Sequence[Phrasing], wording: Source, ids: Ids) -> Iterator[Problem]:
    """Report starters that no entry stands behind."""
    for starter in islice((each for each in starters if each.text not in ids), MAX_PROBLEMS):
        near = ids.closest(starter.text)
        yield wording.problem(
            starter.line,
            f'There is no question with the id "{starter.text}".',
            f'Did you mean "{near}"?' if near else _HOW,
            column=wording.lines[starter.line - 1].find(starter.text) + 1,
        )


_HOW = (
    "An id is the file's name, a slash, and the heading in small letters with hyphens or the"
    " short id behind it, such as botox/how-long."
)


def _unknown_related(draft: Draft, section: Section, related: str, ids: Ids) -> Problem:
    field = section.fields["Related"]
    source = draft.document.source
    typed = related.removeprefix(f"{draft.topic.id}/")
    near = ids.closest(related)
    short = near.removeprefix(f"{draft.topic.id}/") if near else None
    at = source.lines[field.line - 1].find(typed, field.column - 1)
    return source.problem(
        field.line,
        f'There is no question with the id "{typed}"'
        + (f'; did you mean "{short}"?' if short else "."),
        f'Write "{short}", or delete it.' if short else _HOW,
        column=at + 1 if at >= 0 else field.column,
    )

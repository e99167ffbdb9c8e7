"""The parts of a content file, before anyone knows what kind of file it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.source import Row, Source
    from bot.models import Phrasing

_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A `Name: value` line."""

    name: str
    """As the grammar writes it."""
    value: str
    """Always text; empty when nothing stands behind the colon."""
    line: int
    column: int
    """Where the value starts, from 1."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one `##` heading."""

    heading: str
    line: int
    id: str
    """The short id in `{#…}`, or the heading as a slug."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    lists: Mapping[str, tuple[Phrasing, ...]] = field(default_factory=dict)
    body: tuple[Row, ...] = ()
    """The lines of the text, without blank lines at both ends."""
    next_line: int = 0
    """Line of the next heading; 0 at the end of the file."""

    def value(self, name: str) -> str | None:
        """Return a field's text; None when it is missing or empty."""
        return self.fields[name].value or None if name in self.fields else None


@dataclass(frozen=True, slots=True)
class Document:
    """One content file."""

    source: Source
    title: str
    fields: Mapping[str, Field]
    """The `Name: value` lines under the title."""
    note: tuple[Row, ...]
    """Text between them and the first section; for staff, never shown to patients."""
    sections: tuple[Section, ...]

    @property
    def path(self) -> str:
        """The file as messages name it."""
        return self.source.path

    def field_of(self, section: Section, name: str) -> Field | None:
        """Return the filled-in field that counts for a section: its own, or else the file's."""
        for fields in (section.fields, self.fields):
            if name in fields and fields[name].value:
                return fields[name]
        return None


def slug(text: str) -> str:
    """Return `text` in lower case with hyphens for all but letters and digits.

    >>> slug("What's the Café like?")
    'whats-the-cafe-like'
    """
    return _NOT_LETTERS.sub("-", fold(text).replace("'", "")).strip("-")

"""A snapshot: one loaded, validated, indexed version of the FAQ, in one frozen object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.building.reading import parsed
from bot.building.screens import kept_screen
from bot.compiled import known_path, read_content
from bot.models import Kind, Level, Phrasing, Problem
from bot.replies import Replies
from bot.retrieval.store import load_index

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from bot.compiled import Content
    from bot.models import Entry, Faq
    from bot.retrieval.index import Index
    from bot.safety import Screen

CACHE = ".askwell"
"""Folder beside the content that keeps the compiled index."""


@dataclass(frozen=True, repr=False)
class Snapshot:
    """Everything that a turn reads. Immutable; a reload makes a new one."""

    faq: Faq
    index: Index
    screen: Screen
    replies: Replies
    problems: tuple[Problem, ...] = ()
    """Warnings and hints about the content."""

    def __repr__(self) -> str:
        """Return its version; all of its content would be megabytes."""
        return f"<Snapshot {self.version}>"

    @property
    def version(self) -> str:
        """The content's version."""
        return self.faq.version

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All entries by id, subjects that are not covered included."""
        return self.replies.entries


def load_snapshot(
    folder: Path, *, today: date, cache: bool = True, any_day: bool = False
) -> Snapshot:
    """Load, check and index a FAQ folder; raises ContentError with every problem.

    With `cache` the parsed content and the compiled index are kept in the folder's `.askwell/`,
    and used again as long as the content is the same. With `any_day` content will do that was
    checked on another day, so that `problems` may say of other reviews that they are due.
    """
    into = folder / CACHE if cache else None
    known = known_path(into, folder) if into and any_day else None
    content = (read_content(known) if known else None) or parsed(folder, today=today, into=into)
    return snapshot_of(content, load_index(content[0], into), into=into)


def snapshot_of(
    content: Content, index: Index, *, into: Path | None, previous: Snapshot | None = None
) -> Snapshot:
    """Put a snapshot together; the screen is that of `previous` where the red flags are the same.

    Else it is the one that is kept in `into`. Raises ContentError for red flags that make none.
    """
    faq, problems = content
    same = previous is not None and previous.faq.red_flags == faq.red_flags
    screen = previous.screen if previous and same else kept_screen(faq.red_flags, into)
    return Snapshot(faq, index, screen, Replies.of(faq), problems)


def check_snapshot(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Ask every phrasing; a warning for each that does not find its own entry."""
    found = []
    for entry in snapshot.faq.entries:
        if entry.kind is Kind.NOT_COVERED:
            continue
        for phrasing in (Phrasing(entry.question, entry.line), *entry.phrasings):
            ranking = snapshot.index.rank(snapshot.index.read(phrasing.text), top=1)
            best = ranking.hits[0].entry if ranking.hits else None
            if best != entry.id:
                found.append(_lost(entry, phrasing, best))
    return tuple(found)


def _lost(entry: Entry, phrasing: Phrasing, best: str | None) -> Problem:
    other = f'finds "{best}" instead' if best else "finds nothing"
    return Problem(
        entry.path,
        phrasing.line,
        f'"{phrasing.text}" does not find its own entry; it {other}.',
        "Say it in words that fit this entry only, or move it to the entry that it finds.",
        Level.WARNING,
    )

"""A snapshot: one loaded, validated, indexed version of the FAQ; and the store that swaps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from bot.content import load
from bot.errors import ContentError
from bot.models import Kind, Level, Phrasing, Problem
from bot.replies import Replies
from bot.retrieval.store import load_index
from bot.safety import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.models import Entry, Faq
    from bot.retrieval.index import Index

CACHE = ".askwell"
"""Folder beside the content that keeps the compiled index."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that a turn reads. Immutable; a reload makes a new one."""

    faq: Faq
    index: Index
    screen: Screen
    replies: Replies
    problems: tuple[Problem, ...] = ()
    """Warnings and hints about the content."""

    @property
    def version(self) -> str:
        """The content's version."""
        return self.faq.version

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All entries by id, subjects that are not covered included."""
        return self.replies.entries


def load_snapshot(
    folder: Path, *, today: date, cache: bool = True, previous: Snapshot | None = None
) -> Snapshot:
    """Load, check and index a FAQ folder; raises ContentError with every problem.

    With `cache` the compiled index is kept in the folder's `.askwell/` and used again as long as
    the content is the same. With the snapshot before an edit the index is built quickly.
    """
    loaded = load(folder, today=today)
    index = load_index(
        loaded.faq, folder / CACHE if cache else None, previous.index if previous else None
    )
    faq = loaded.faq
    same = previous is not None and previous.faq.red_flags == faq.red_flags
    screen = previous.screen if previous and same else Screen(faq.red_flags)
    return Snapshot(faq, index, screen, Replies.of(faq), loaded.problems)


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


class SnapshotStore:
    """Holds the current snapshot; `reload` swaps it, or keeps it where the new one is broken."""

    def __init__(self, folder: Path, *, today: Callable[[], date] = date.today) -> None:
        self._folder = folder
        self._today = today
        self._lock = Lock()
        self.current = load_snapshot(folder, today=today())
        self.problems: tuple[Problem, ...] = ()
        """Why the last reload failed; empty when it did not."""

    @property
    def unfinished(self) -> bool:
        """Whether the current index was built quickly after an edit and could be better."""
        return not self.current.index.whole

    def reload(self) -> bool:
        """Build a new snapshot and swap it in; False, with `problems` set, if it is broken.

        Quick, but not instant: call it off the event loop, and `finish` when there is time.
        """
        with self._lock:
            try:
                loaded = load_snapshot(self._folder, today=self._today(), previous=self.current)
                loaded.screen.prepare()
                self.current = loaded
            except ContentError as error:
                self.problems = error.problems
                return False
            self.problems = ()
            return True

    def finish(self) -> None:
        """Build the current content's whole index, which takes seconds, and swap it in.

        A reload in the meantime is not held up, and wins.
        """
        started = self.current
        index = load_index(started.faq, self._folder / CACHE)
        with self._lock:
            if self.current is started:
                self.current = replace(started, index=index)

"""Rows of a journal as tests write them, and writing them to a real one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.journal.batch import Batch, Tallies
from bot.journal.location import Location
from bot.journal.records import Count, Kept, Near, Outcome, Question, Version
from bot.journal.store import Store

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3_600
NOON = 1_795_262_400
"""21 November 2026, 12:00 UTC."""
DAY = 24 * HOUR


def asked(text: str, at: int = NOON, *, near: str = "") -> Question:
    """Return a question that was not answered."""
    nearest = tuple(Near(entry, 0.1) for entry in near.split())
    return Question(at, Outcome.UNANSWERED, text, nearest, None, "v1")


def refused(text: str, offered: str, at: int = NOON) -> Question:
    """Return a question whose answer was "None of these"."""
    near = tuple(Near(entry, None) for entry in offered.split())
    return Question(at, Outcome.NONE_OF_THESE, text, near, None, "v1")


def kept(*questions: Question, versions: tuple[Version, ...] = ()) -> Kept:
    """Return a journal with these questions."""
    return Kept(questions=questions, versions=versions)


def edited(entry: str, at: int) -> Version:
    """Return a content version in which an entry changed."""
    return Version(at, "v2", 3, (), (entry,), (), ())


def replies(n: int, kind: str, at: int = NOON, entry: str = "") -> Count:
    """Return a count of replies."""
    return Count(at, kind, entry, n)


def write(file: Path, journal: Kept) -> None:
    """Write a journal to a new SQLite file."""
    asyncio.run(_write(file, journal))


async def _write(file: Path, journal: Kept) -> None:
    store = await Store.open(Location(path=file))
    try:
        await store.write(_batch(journal))
    finally:
        await store.close()


def _batch(journal: Kept) -> Batch:
    tallies = Tallies()
    for count in journal.counts:
        tallies.counts[count.hour, count.kind, count.entry] += count.n
    for timing in journal.timings:
        tallies.timings[timing.hour, timing.kind, timing.micros] += timing.n
    for loss in journal.losses:
        tallies.losses[loss.hour, loss.what] += loss.n
    return Batch(
        questions=[
            {
                "key": f"question {at}".encode(),
                "at": each.at,
                "outcome": str(each.outcome),
                "text": each.text,
                "near": [[near.entry, near.confidence] for near in each.near],
                "subject": each.subject,
                "version": each.version,
            }
            for at, each in enumerate(journal.questions)
        ],
        feedback={
            f"feedback {at}".encode(): {
                "key": f"feedback {at}".encode(),
                "at": each.at,
                "helpful": each.helpful,
                "comment": each.comment,
                "kind": each.kind,
                "entries": list(each.entries),
                "version": each.version,
            }
            for at, each in enumerate(journal.feedback)
        },
        tallies=tallies,
    )

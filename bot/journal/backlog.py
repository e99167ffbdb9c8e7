"""What waits to be written: bounded, because a database may be away for days."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.journal.batch import Batch, Tallies, bucket
from bot.journal.records import HOUR

if TYPE_CHECKING:
    from asyncio import Future

    from bot.journal.batch import Row
    from bot.journal.notes import Asked
    from bot.models import Faq

MOST_QUESTIONS: Final = 20_000
MOST_CHARACTERS: Final = 4_000_000
"""Questions that wait to be redacted or written, and the length of their texts: some 20 MB."""
MOST_AT_ONCE: Final = 1_000
"""Questions in one transaction, so that feedback does not wait long behind them."""
MOST_TALLIES: Final = 25_000
"""Different counts that wait to be written, and as many different times."""
MOST_CHANGES: Final = 500
"""Content versions, and faults of edits, that wait to be written."""
MOST_OPINIONS: Final = 2_000
"""Patients who wait for the acknowledgement of their feedback."""


@dataclass
class Waiting:
    """Feedback that somebody waits for."""

    row: Row
    waiters: list[Future[None]]

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits; else the patient was told that it is not kept."""
        return any(not waiter.done() for waiter in self.waiters)

    def acknowledge(self) -> None:
        """Tell those who wait that it is kept."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)

    def refuse(self, reason: Exception) -> None:
        """Tell those who wait that it is not kept."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_exception(reason)


@dataclass
class Backlog:
    """What waits, and what did not find room."""

    asked: deque[tuple[Asked, int]] = field(default_factory=deque)
    """Not redacted yet, with its hour."""
    rows: list[Row] = field(default_factory=list)
    size: int = 0
    """Characters of all questions that wait."""
    opinions: dict[bytes, Waiting] = field(default_factory=dict)
    versions: deque[tuple[int, Faq]] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))
    faults: deque[Row] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))
    replies: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    """Kind, and the entries that were shown → replies that are not sorted by the hour yet, for no
    longer than a second or two."""
    times: dict[tuple[str, int], int] = field(default_factory=dict)
    """Kind, and the bucket of the time that they took → the same."""
    tallies: Tallies = field(default_factory=Tallies)
    lost: Counter[str] = field(default_factory=Counter)
    """Since the start: what → how many."""

    def __len__(self) -> int:
        rows = len(self.asked) + len(self.rows) + len(self.opinions)
        return rows + len(self.versions) + len(self.faults) + len(self.tallies) + len(self.replies)

    @property
    def urgent(self) -> bool:
        """Whether something waits that is worth a commit of its own."""
        return bool(self.rows or self.opinions or self.versions or self.faults)

    def count(self, kind: str, entries: tuple[str, ...], seconds: float) -> None:
        """Count a reply. Every turn comes through here: two looks into small dictionaries."""
        shown, time = (kind, entries), (kind, bucket(seconds))
        self.replies[shown] = self.replies.get(shown, 0) + 1
        self.times[time] = self.times.get(time, 0) + 1

    def ask(self, asked: Asked, hour: int) -> None:
        """Let a question wait to be redacted."""
        if self._room(len(asked.text), hour):
            self.asked.append((asked, hour))

    def next_asked(self) -> tuple[Asked, int]:
        """Return the question that has waited longest to be redacted, and its hour."""
        asked, hour = self.asked.popleft()
        self.size -= len(asked.text)
        return asked, hour

    def add(self, row: Row, hour: int) -> None:
        """Let a redacted question wait to be written."""
        if self._room(len(row["text"]), hour):
            self.rows.append(row)

    def _room(self, size: int, hour: int) -> bool:
        """Take room for a question; without room it is lost."""
        most = len(self.asked) + len(self.rows) >= MOST_QUESTIONS
        if most or self.size + size > MOST_CHARACTERS:
            self.lose("question", hour)
            return False
        self.size += size
        return True

    def lose(self, what: str, hour: int, n: int = 1) -> None:
        """Count what finds no room."""
        self.lost[what] += n
        self.tallies.losses[hour // HOUR * HOUR, what] += n

    def sort(self, hour: int) -> None:
        """Add the replies of the last moments to the tallies of this hour."""
        replies, self.replies = self.replies, {}
        times, self.times = self.times, {}
        counts, timings = self.tallies.counts, self.tallies.timings
        for (kind, entries), n in replies.items():
            if len(counts) >= MOST_TALLIES:
                self.lose("count", hour, n)
                continue
            for entry in ("", *entries):
                counts[hour, kind, entry] += n
        for (kind, micros), n in times.items():
            if len(timings) < MOST_TALLIES:
                timings[hour, kind, micros] += n

    def take(self) -> Batch:
        """Return what is to be written next, and forget it; versions stay."""
        questions, self.rows = self.rows[:MOST_AT_ONCE], self.rows[MOST_AT_ONCE:]
        self.size -= sum(len(row["text"]) for row in questions)
        self.opinions = {key: each for key, each in self.opinions.items() if each.wanted}
        batch = Batch(
            questions=questions,
            feedback={key: each.row for key, each in self.opinions.items()},
            faults=list(self.faults),
            tallies=self.tallies,
        )
        self.tallies = Tallies()
        self.faults.clear()
        return batch

    def put_back(self, batch: Batch) -> None:
        """Let wait again what could not be written; feedback is not, its writers are told."""
        self.rows = [*batch.questions, *self.rows]
        self.size += sum(len(row["text"]) for row in batch.questions)
        self.faults.extendleft(reversed(batch.faults))
        batch.tallies.add(self.tallies)
        self.tallies = batch.tallies

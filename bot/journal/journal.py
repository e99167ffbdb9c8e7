"""The journal of a running server: takes notes without delay, writes them in groups.

The turn's path ends in `note`: it counts in memory, lets what is kept wait, and returns. Tasks
beside it redact, write and delete. Nothing here imports SQLAlchemy before they run.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from bot.errors import JournalError
from bot.journal.backlog import MOST_OPINIONS, Backlog, Waiting
from bot.journal.health import Health
from bot.journal.keys import Keys, scope
from bot.journal.notes import asked
from bot.journal.records import HOUR
from bot.journal.redacting import Redacting
from bot.journal.repeats import Repeats
from bot.journal.retaining import Retaining
from bot.journal.writer import COUNT_SECONDS, LASTING_PAUSE, LONGEST_PAUSE, Writer
from bot.models import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.journal.faults import Trouble
    from bot.journal.location import Location
    from bot.journal.notes import Note, Opinion
    from bot.journal.retention import Clock, Keep
    from bot.models import Faq, Problem

_log = logging.getLogger(__name__)
ACK_SECONDS: Final = 2.0
"""How long a patient waits for an acknowledgement before being told that nothing was kept."""
OPENING_SECONDS: Final = 10.0
"""The same while the journal is being opened, as the server has just started."""
CLOSE_SECONDS: Final = 3.0
"""How long what waits may take to be written when the server stops."""


class Journal:
    """Keeps what staff need; nobody ever waits for it except whoever wants it acknowledged."""

    def __init__(self, location: Location, *, secret: bytes, keep: Keep, clock: Clock) -> None:
        """`secret` makes keys that identify nobody; the same on all processes."""
        self._keys = Keys(secret)
        self._keep = keep
        self._clock = clock
        self._backlog = Backlog()
        self._repeats = Repeats()
        self._writer = Writer(location, self._backlog, hour=self._hour, refused=self._refusal)
        self._redacting = Redacting(self._backlog, self._keys, self._writer)
        self._retaining = Retaining(self._writer, keep, clock)
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    # --- what happens to patients

    def note(self, note: Note) -> None:
        """Take note of a turn. Takes microseconds, waits for nothing and never raises."""
        try:
            self._note(note)
        except Exception as error:  # noqa: BLE001  a journal must not cost a patient the answer
            _log.error("A turn was not noted: %s", type(error).__name__)

    def _note(self, note: Note) -> None:
        id_, text, before, turn, _, seconds = note
        if id_ and self._repeats.seen(scope(before.conversation, id_), id_, text):
            return
        if not self._backlog.replies:
            self._writer.wake(urgent=False)  # once for all that are counted until it wakes
        if turn is None:
            self._backlog.count("failed", (), seconds)
            return
        kind = turn.reply.kind
        # A plain string is a key that is looked up in a third of the time.
        self._backlog.count(str.__str__(kind), turn.reply.entries, seconds)
        if kind is not ReplyKind.ANSWER or self._keep.answered > 0:
            self._ask(note)

    def _ask(self, note: Note) -> None:
        keep = self._keep
        if kept := asked(note, answered=keep.answered > 0, missed=keep.questions > 0):
            if not self._backlog.asked:
                self._redacting.wake()
            self._backlog.ask(kept, self._hour())

    async def add_opinion(self, opinion: Opinion) -> None:
        """Keep an opinion; returns when it is on disk. Raises JournalError when it is not."""
        trouble = self._writer.trouble
        if trouble is not None or self._closed or len(self._backlog.opinions) >= MOST_OPINIONS:
            raise self._refusal(trouble)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        row = self._redacting.opinion(opinion, hour=self._hour())
        earlier = self._backlog.opinions.get(row["key"])
        waiters = [*(earlier.waiters if earlier else ()), waiter]
        self._backlog.opinions[row["key"]] = Waiting(row, waiters)
        self._writer.hurry()
        try:
            limit = ACK_SECONDS if self._writer.opened else OPENING_SECONDS
            await asyncio.wait_for(waiter, limit)
        except TimeoutError:
            raise self._refusal(None) from None

    # --- what staff do

    def went_live(self, faq: Faq) -> None:
        """Note that a content version went live."""
        self._redacting.country = faq.clinic.country
        if self._keep.changes > 0:
            self._backlog.versions.append((self._clock.now(), faq))
            self._writer.wake(urgent=True)

    def reload_failed(self, problems: Sequence[Problem]) -> None:
        """Note why an edit could not be loaded."""
        if self._keep.changes > 0:
            now = self._clock.now()
            self._backlog.faults.extend(self._redacting.fault(each, at=now) for each in problems)
            self._writer.wake(urgent=True)

    # --- life

    @property
    def takes_opinions(self) -> bool:
        """Whether feedback is kept at all."""
        return self._keep.feedback > 0

    @property
    def health(self) -> Health:
        """Return how the journal is."""
        trouble, backlog = self._writer.trouble, self._backlog
        if trouble is not None:
            state, message = trouble.name.lower(), f"The journal {trouble}.{trouble.remedy}"
        elif not self._writer.opened:
            state, message = "opening", "The journal is being opened."
        else:
            state, message = "ok", ""
        waiting = len(backlog) + self._writer.writing
        return Health(state, message, waiting, sum(backlog.lost.values()))

    async def start(self) -> None:
        """Begin to write; what was noted before waits until then. Returns at once."""
        jobs = (self._writer.run(), self._retaining.run(), self._redacting.run())
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def close(self) -> None:
        """Write what waits, for at most three seconds, and end.

        What the database is doing is let finish: its driver does not take it well to be cancelled.
        """
        self._closed = True
        if not self._tasks:
            return
        writing, retaining, redacting = self._tasks
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._redacting.drain(), CLOSE_SECONDS)
        redacting.cancel()
        self._writer.close()
        self._retaining.close()
        await asyncio.wait({writing, retaining}, timeout=CLOSE_SECONDS)
        self._writer.give_up()
        await asyncio.wait({writing, retaining}, timeout=CLOSE_SECONDS)
        writing.cancel()
        retaining.cancel()
        await asyncio.wait(self._tasks, timeout=1)

    def _hour(self) -> int:
        return self._clock.now() // HOUR * HOUR

    def _refusal(self, trouble: Trouble | None) -> JournalError:
        """Return the reason why feedback is not kept, and when it may be."""
        lasting = trouble is not None and trouble.lasting
        pause = LASTING_PAUSE if lasting else LONGEST_PAUSE + COUNT_SECONDS
        reason = str(trouble) if trouble is not None else "does not answer in time"
        return JournalError("feedback", reason, retry_after=pause)

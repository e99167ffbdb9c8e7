"""The one task that writes: in groups, and again for as long as it takes."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.journal.batch import Tallies
from bot.journal.faults import Trouble, diagnose
from bot.journal.prints import prints

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from bot.journal.backlog import Backlog, Waiting
    from bot.journal.batch import Batch, Row
    from bot.journal.location import Location
    from bot.journal.store import Store
    from bot.models import Faq

_log = logging.getLogger(__name__)
GROUP_SECONDS: Final = 0.015
"""How long the first row waits for others to share its commit with."""
HEAD_START_SECONDS = 0.3
"""How long a server that starts answers patients before it takes time for the journal."""
COUNT_SECONDS: Final = 1.0
"""How long counts alone wait."""
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 2.0
LASTING_PAUSE: Final = 15.0
"""Seconds between two tries; the last where only people can help."""

_PASSING: Final = (None, Trouble.FAILED)
"""With these it is worth while to go on writing when the server stops."""


class Writer:
    """Writes what waits in a backlog."""

    def __init__(
        self,
        location: Location,
        backlog: Backlog,
        *,
        hour: Callable[[], int],
        refused: Callable[[Trouble], Exception],
    ) -> None:
        """`hour` tells the start of the present one, `refused` makes what a patient is told."""
        self._location = location
        self._backlog = backlog
        self._hour = hour
        self._refused = refused
        self._store: Store | None = None
        self._opening = asyncio.Lock()
        self._checked = False
        self._any = asyncio.Event()
        self._urgent = asyncio.Event()
        self._closing = asyncio.Event()
        self._hurry = asyncio.Event()
        self._patience = True
        self._pause = FIRST_PAUSE
        self.writing = 0
        """Rows and counts that are being written right now."""
        self.opened = False
        """Whether the journal could be written at least once."""
        self.trouble: Trouble | None = None
        """Why it can't be written now."""

    def wake(self, *, urgent: bool) -> None:
        """Say that something waits; what is not urgent may wait a second for company."""
        self._any.set()
        if urgent:
            self._urgent.set()

    def hurry(self) -> None:
        """Say that somebody waits for something to be written."""
        self._hurry.set()
        self.wake(urgent=True)

    def close(self) -> None:
        """Let `run` write what waits and end."""
        self._closing.set()
        self.hurry()

    def give_up(self) -> None:
        """Let `run` end after what it is doing, whatever waits."""
        self._patience = False

    def _worth_while(self) -> bool:
        return self._patience and bool(self._backlog) and self.trouble in _PASSING

    async def run(self) -> None:
        """Open the journal, and write whatever comes until `close` is called."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), HEAD_START_SECONDS)
        self.wake(urgent=True)
        try:
            while not self._closing.is_set() or self._worth_while():
                await self._due()
                await self._write()
        finally:
            await self._drop_store()

    async def store(self) -> Store:
        """Return the open journal; open it first if need be."""
        async with self._opening:
            if self._store is None:
                # A driver takes some time to import; patients shall not wait for it.
                module = await asyncio.to_thread(_load, self._location)
                self._store = await module.Store.open(self._location, check=not self._checked)
                self._checked = True
            return self._store

    async def distrust(self) -> None:
        """Read the file through before anything more is written to it."""
        self._checked = False
        await self._drop_store()
        self.wake(urgent=True)

    async def _due(self) -> None:
        """Wait until something is to be written, or tried again."""
        if self.trouble is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._pause)
            await asyncio.sleep(GROUP_SECONDS)
        else:
            await self._any.wait()
            if not self._urgent.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._urgent.wait(), COUNT_SECONDS)
            if not self._closing.is_set():
                await asyncio.sleep(GROUP_SECONDS)
        self._any.clear()
        self._urgent.clear()

    async def _write(self) -> None:
        self._backlog.sort(self._hour())
        batch = self._backlog.take()
        self.writing = len(batch)
        waiting = {key: self._backlog.opinions.pop(key) for key in batch.feedback}
        versions = list(self._backlog.versions)
        try:
            store = await self.store()
            batch.versions = [await asyncio.to_thread(_version, *each) for each in versions]
            if self.trouble is Trouble.FAILED:
                await self._write_apart(store, batch)
            else:
                await store.write(batch)
        except Exception as error:  # noqa: BLE001  whatever is wrong, patients get their answers
            await self._failed(batch, waiting, error)
        else:
            for _ in versions:
                self._backlog.versions.popleft()
            self._succeeded(waiting)

    async def _write_apart(self, store: Store, batch: Batch) -> None:
        """Write row by row, so that one that can't be written does not hold up all others.

        Where nothing at all can be written, nothing is given up.
        """
        parts = batch.parts()
        left = []
        for part in parts:
            try:
                await store.write(part)
            except Exception as error:
                left.append(part)
                if diagnose(error) is not Trouble.FAILED or len(left) == len(parts):
                    raise
            else:
                if part.tallies is batch.tallies:
                    batch.tallies = Tallies()  # added up already, should there be a second try
        for part in left:
            _log.error("The journal refused a row, which is lost.")
            self._backlog.lose("question", max(row["at"] for row in part.questions))

    def _succeeded(self, waiting: dict[bytes, Waiting]) -> None:
        if self.trouble is not None:
            _log.warning("The journal is written again.%s", self._lost())
        self.trouble, self.opened, self._pause, self.writing = None, True, FIRST_PAUSE, 0
        for each in waiting.values():
            each.acknowledge()
        if self._backlog:
            self.wake(urgent=self._backlog.urgent)

    async def _failed(self, batch: Batch, waiting: dict[bytes, Waiting], error: Exception) -> None:
        trouble = diagnose(error)
        if trouble is not self.trouble:
            name = type(getattr(error, "orig", error)).__name__
            _log.error("The journal %s (%s): %s.%s", trouble, name, self._location, trouble.remedy)
        self.trouble = trouble
        self._pause = LASTING_PAUSE if trouble.lasting else min(2 * self._pause, LONGEST_PAUSE)
        self._checked = self._checked and trouble is not Trouble.DAMAGED
        for each in waiting.values():
            each.refuse(self._refused(trouble))
        self._backlog.put_back(batch)
        self.writing = 0
        await self._drop_store()

    def _lost(self) -> str:
        """Say what found no room meanwhile."""
        lost, self._backlog.lost = self._backlog.lost, Counter()
        return "".join(f" Lost meanwhile: {n} {what}s." for what, n in sorted(lost.items()))

    async def _drop_store(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(Exception):  # it is broken, or it is closed
                await asyncio.wait_for(store.close(), LONGEST_PAUSE)


def _load(location: Location) -> ModuleType:
    """Import what writes to a database, its driver included."""
    module = importlib.import_module("bot.journal.store")
    module.connect(location)
    return module


def _version(at: int, faq: Faq) -> Row:
    return {"at": at, "version": faq.version, "size": len(faq.entries), "prints": prints(faq)}

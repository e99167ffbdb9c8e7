"""The task that deletes what is older than it may be."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from bot.journal.faults import diagnose
from bot.journal.purge import delete_old, free, is_small, newest
from bot.journal.retention import DAY

if TYPE_CHECKING:
    from bot.journal.retention import Clock, Keep
    from bot.journal.statements import Database
    from bot.journal.writer import Writer

_log = logging.getLogger(__name__)
_FIRST_SECONDS: Final = 30.0
"""Not at once: a server that starts has patients to greet."""
_EVERY_SECONDS: Final = 3_600.0


class Retaining:
    """Looks once an hour; deletes only while the clock can be believed."""

    def __init__(self, writer: Writer, keep: Keep, clock: Clock) -> None:
        self._writer = writer
        self._keep = keep
        self._clock = clock
        self._begun = False
        self._freed = 0
        """Day on which large tables were last written anew."""
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let `run` end after what it is doing."""
        self._closing.set()

    async def run(self) -> None:
        """Look again and again, until `close` is called."""
        pause = _FIRST_SECONDS
        while not await self._closed(pause):
            pause = _EVERY_SECONDS
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  the next look is in an hour
                _log.error("Nothing old was deleted: the journal %s.", diagnose(error))

    async def _closed(self, seconds: float) -> bool:
        """Wait so long; True at once when the server stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        return self._closing.is_set()

    async def look(self) -> dict[str, int]:
        """Delete what is too old, if the clock can be believed; return how many rows of what."""
        store = await self._writer.store()
        try:
            await store.check()
        except Exception:
            await self._writer.distrust()
            raise
        if not self._begun:
            self._clock.newest(await newest(store.database))
            self._begun = True
        if not self._clock.believed():
            _log.warning("The clock has jumped: nothing is deleted for its age for a day.")
            return {}
        deleted = await delete_old(store.database, self._keep, now=self._clock.now())
        if deleted:
            await self._free(store.database)
            _log.info("Deleted from the journal for age: %s.", _said(deleted))
        return deleted

    async def _free(self, database: Database) -> None:
        """Write the tables anew: a small file each time, a large one once a day.

        In PostgreSQL that would lock them; `askwell purge` does it there.
        """
        day = self._clock.now() // DAY
        whole = day != self._freed or await is_small(database)
        await free(database, whole=whole and database.dialect == "sqlite")
        self._freed = day


def _said(deleted: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(deleted.items()))

"""An open journal: its database and, in SQLite, its file."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING, Final

from bot.journal.faults import Trouble, Unusable
from bot.journal.making import bring_up
from bot.journal.sqlite import Sqlite
from bot.journal.writing import writes

if TYPE_CHECKING:
    from pathlib import Path

    from bot.journal.batch import Batch
    from bot.journal.location import Location
    from bot.journal.statements import Database

LOCK_SECONDS: Final = 1.0
"""How long one try waits for another program's lock."""


class Store:
    """An open journal. Everything raises what the database raises; see `faults.diagnose`."""

    def __init__(self, location: Location, database: Database) -> None:
        self._location = location
        self._file = _identity(location.path)
        self.database = database
        """For what else is done with the tables, such as deleting."""

    @classmethod
    async def open(
        cls, location: Location, *, check: bool = True, wait: float = LOCK_SECONDS
    ) -> Store:
        """Open the journal, with its tables in their newest form; make it if there is none.

        With `check` a SQLite file is read through first, so that none that is damaged is written.
        `wait` is how many seconds another program may hold a lock.
        """
        if location.path is not None:
            await asyncio.to_thread(_make_file, location.path)
        if check:
            await _check(location)
        database = connect(location, wait=wait)
        try:
            await bring_up(database, location)
        except BaseException:
            await database.close()
            raise
        return cls(location, database)

    async def write(self, batch: Batch) -> None:
        """Write a batch; when this returns it is on disk, when it raises none of it is."""
        self._stay()
        await self.database.work(writes(batch))
        self._stay()

    async def check(self) -> None:
        """Raise if the file is damaged; PostgreSQL looks after its own."""
        await _check(self._location)

    async def close(self) -> None:
        """Close the connection."""
        await self.database.close()

    def _stay(self) -> None:
        """Raise if our file is no longer the one at its path: what we write there is lost."""
        if self._location.path is not None and _identity(self._location.path) != self._file:
            raise Unusable(Trouble.GONE)


def connect(location: Location, *, wait: float = LOCK_SECONDS) -> Database:
    """Return the database at a place; nothing is opened yet, and no file is ever made."""
    if location.path is not None:
        return Sqlite(location.path, wait=wait)
    driver = importlib.import_module("bot.journal.postgresql")  # most servers never need it
    database: Database = driver.Postgresql(location.url or "")
    return database


# --- the file ------------------------------------------------------------------------------


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _make_file(path: Path) -> None:
    """Make the file and its folder if they are missing, for their owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if not os.access(path, os.W_OK):  # SQLite would notice with the first row only
            raise Unusable(Trouble.READ_ONLY) from None
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


async def _check(location: Location) -> None:
    """Read a file through on a connection of its own: others look at what they remember of it."""
    if location.path is None:
        return
    database = Sqlite(location.path, wait=LOCK_SECONDS)
    try:
        found = (await database.alone("PRAGMA quick_check(1)")).value
    finally:
        await database.close()
    if found != "ok":
        raise Unusable(Trouble.DAMAGED)

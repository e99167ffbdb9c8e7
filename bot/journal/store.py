"""Writing: one open database, one transaction for a batch."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import null, select, update

from bot.journal import schema
from bot.journal.engine import LOCK_SECONDS, NO_TRANSACTION, make_engine
from bot.journal.faults import Trouble, Unusable
from bot.journal.prints import differences
from bot.journal.upgrade import upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.journal.batch import Batch, Row, Tallies
    from bot.journal.location import Location

_SAME_FAULT_SECONDS: Final = 60
"""Within it the same fault is another process's report of the same edit."""


class Store:
    """An open journal. Everything raises what the database raises; see `faults.diagnose`."""

    def __init__(self, location: Location, engine: AsyncEngine) -> None:
        self._location = location
        self._engine = engine
        self._insert = _insert_of(engine.dialect.name)
        self._file = _identity(location.path)

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
        engine = make_engine(location, wait=wait)
        try:
            if check:
                await _check(location)
            await upgrade(engine)
        except BaseException:
            await engine.dispose()
            raise
        return cls(location, engine)

    @property
    def engine(self) -> AsyncEngine:
        """For what else is done with the tables, such as deleting."""
        return self._engine

    async def write(self, batch: Batch) -> None:
        """Write a batch; when this returns it is on disk, when it raises none of it is."""
        self._stay()
        async with self._engine.begin() as connection:
            await self._add_rows(connection, batch)
            for row in batch.versions:
                await _add_version(connection, row)
            for row in batch.faults:
                await _add_fault(connection, row)
            await self._add_tallies(connection, batch.tallies)
        self._stay()

    async def check(self) -> None:
        """Raise if the file is damaged; PostgreSQL looks after its own."""
        await _check(self._location)

    async def close(self) -> None:
        """Close the connection."""
        await self._engine.dispose()

    def _stay(self) -> None:
        """Raise if our file is no longer the one at its path: what we write there is lost."""
        if self._location.path is not None and _identity(self._location.path) != self._file:
            raise Unusable(Trouble.GONE)

    async def _add_rows(self, connection: AsyncConnection, batch: Batch) -> None:
        if batch.questions:
            insert = self._insert(schema.questions).on_conflict_do_nothing()
            await connection.execute(insert, sorted(batch.questions, key=_key))
        if batch.feedback:
            new = self._insert(schema.feedback)
            columns = {name: new.excluded[name] for name in _REPLACED}
            new = new.on_conflict_do_update(index_elements=["key"], set_=columns)
            await connection.execute(new, sorted(batch.feedback.values(), key=_key))

    async def _add_tallies(self, connection: AsyncConnection, tallies: Tallies) -> None:
        for table, tally in (
            (schema.counts, tallies.counts),
            (schema.timings, tallies.timings),
            (schema.losses, tallies.losses),
        ):
            if not tally:
                continue
            names = [column.name for column in table.columns]
            rows = [dict(zip(names, (*key, n), strict=True)) for key, n in sorted(tally.items())]
            new = self._insert(table)
            new = new.on_conflict_do_update(
                index_elements=names[:-1], set_={"n": table.c.n + new.excluded.n}
            )
            await connection.execute(new, rows)


_REPLACED: Final = ("at", "helpful", "comment", "kind", "entries", "version")


def _insert_of(dialect: str) -> Any:
    """Return a database's own way to insert; the other's takes 2 MB, and is never needed."""
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert


def _key(row: Row) -> bytes:
    """Sort by it: processes that lock rows in one order never wait for each other in a circle."""
    key: bytes = row["key"]
    return key


async def _add_version(connection: AsyncConnection, row: Row) -> None:
    """Add a version that is not the live one already, and how it differs from that."""
    table = schema.versions
    newest = select(table.c.id, table.c.version, table.c.prints).order_by(table.c.id.desc())
    last = (await connection.execute(newest.limit(1))).first()
    if last is not None and last.version == row["version"]:
        return
    before = (last.prints or {}) if last else {}
    changes = differences(before, row["prints"])
    await connection.execute(update(table).values(prints=null()))
    await connection.execute(table.insert(), {**row, **changes})


async def _add_fault(connection: AsyncConnection, row: Row) -> None:
    table = schema.faults
    same = (table.c.path == row["path"], table.c.line == row["line"])
    recent = select(table.c.id).where(
        *same, table.c.message == row["message"], table.c.at > row["at"] - _SAME_FAULT_SECONDS
    )
    if (await connection.execute(recent.limit(1))).first() is None:
        await connection.execute(table.insert(), row)


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
    engine = make_engine(location)
    try:
        async with engine.connect() as connection:
            plain = await connection.execution_options(**NO_TRANSACTION)
            found = (await plain.exec_driver_sql("PRAGMA quick_check(1)")).scalar()
    finally:
        await engine.dispose()
    if found != "ok":
        raise Unusable(Trouble.DAMAGED)

"""Copying a SQLite journal while it is in use, and bringing a copy back."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import JournalError
from bot.journal import tables
from bot.journal.faults import Trouble, diagnose
from bot.journal.store import Store

if TYPE_CHECKING:
    from bot.journal.location import Location

_WAIT_SECONDS: Final = 10.0
_COMPANIONS: Final = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What bringing back a backup did."""

    rows: int
    aside: Path | None
    """Where the damaged journal was put, if there was one."""


def back_up(location: Location, file: Path, *, force: bool = False) -> int:
    """Write a consistent copy of the journal to a file; return its rows. Raises JournalError."""
    path = _file(location, "pg_dump")
    if not path.exists():
        raise JournalError(str(path), "does not exist yet")
    if file.exists() and not force:
        raise JournalError(str(file), "is not overwritten: the file exists; add --force")
    descriptor, draft = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    os.close(descriptor)  # it has mode 600
    try:
        rows = _copied(path, Path(draft))
        Path(draft).replace(file)
    except sqlite3.Error as error:
        raise JournalError(str(path), str(diagnose(error))) from None
    finally:
        Path(draft).unlink(missing_ok=True)
    return rows


def bring_back(file: Path, location: Location, *, force: bool = False) -> Restored:
    """Make a backup the journal; return what it holds. Raises JournalError.

    Connections that are open go on and see the restored rows.
    """
    path = _file(location, "pg_restore")
    rows = _checked(file)
    aside = None
    if path.exists():
        held = _held(path)
        if held is None:
            aside = _put_aside(path)
        elif held and not force:
            raise JournalError(str(path), f"has {held} rows, which --force replaces")
    try:
        asyncio.run(_restore(file, location))
    except Exception as error:  # noqa: BLE001  its words may quote what was written
        raise JournalError(str(path), str(diagnose(error))) from None
    return Restored(rows, aside)


def _file(location: Location, program: str) -> Path:
    if location.path is None:
        raise JournalError(str(location), f"is a PostgreSQL database; use {program} for it")
    return location.path


def _copied(source: Path, target: Path) -> int:
    """Copy a database to an empty file, make that a single file, and check it."""
    with closing(_open(source)) as old, closing(_open(target, write=True)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        _check(new)
        rows = _rows(new)
    with target.open("rb") as copy:
        os.fsync(copy.fileno())
    return rows


def _checked(file: Path) -> int:
    """Return how many rows a backup has. Raises JournalError if it is none of ours, or damaged."""
    try:
        with closing(_open(file)) as backup:
            _check(backup)
            (version,) = backup.execute("SELECT version_num FROM alembic_version").fetchone()
            if version > tables.HEAD:
                raise JournalError(str(file), str(Trouble.NEWER))
            return _rows(backup)
    except (sqlite3.Error, TypeError):
        raise JournalError(str(file), "can't be restored: this is no sound backup of it") from None


def _held(path: Path) -> int | None:
    """Return how many rows a journal has, None if it is damaged. Raises JournalError."""
    try:
        with closing(_open(path)) as journal:
            _check(journal)
            return _rows(journal)
    except sqlite3.Error as error:
        if (trouble := diagnose(error)) is not Trouble.DAMAGED:
            raise JournalError(str(path), str(trouble)) from None
        return None


def _put_aside(path: Path) -> Path:
    """Rename a journal and what belongs to it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            Path(f"{path}{companion}").rename(f"{aside}{companion}")
    return aside


async def _restore(file: Path, location: Location) -> None:
    """Copy a backup into the journal, in a transaction of its own, and bring it up to date."""
    store = await Store.open(location, wait=_WAIT_SECONDS)  # makes the file, if there is none
    await store.close()
    await asyncio.to_thread(_overwrite, file, location.path)
    store = await Store.open(location, wait=_WAIT_SECONDS)
    await store.close()


def _overwrite(file: Path, path: Path | None) -> None:
    assert path is not None  # noqa: S101  callers have a file
    with closing(_open(file)) as backup, closing(_open(path, write=True)) as journal:
        journal.execute("PRAGMA secure_delete=ON")
        journal.execute("PRAGMA synchronous=FULL")
        backup.backup(journal)
        journal.execute("PRAGMA journal_mode=WAL")
        journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(path: Path, *, write: bool = False) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={'rw' if write else 'ro'}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)


def _check(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _rows(connection: sqlite3.Connection) -> int:
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    counted = [
        connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  our names
        for name in tables.NAMES
        if name in names
    ]
    return sum(counted)

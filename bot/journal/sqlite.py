"""SQLite by Python's own module, in one thread."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from bot.journal.statements import Done, Insert, drive

if TYPE_CHECKING:
    from pathlib import Path

    from bot.journal.statements import Statement, Work

_T = TypeVar("_T")
_AT_ONCE: Final = 100
"""Rows in one statement. The thread may lose its turn after each: a busy server takes five
milliseconds to give it back."""


class Sqlite:
    """A connection that lives in a thread of its own."""

    dialect: Final = "sqlite"

    def __init__(self, path: Path, *, wait: float) -> None:
        """`wait` is how many seconds another program may hold a lock."""
        self._path = path
        self._wait = wait
        self._thread = ThreadPoolExecutor(1, "journal")
        self._connection: sqlite3.Connection | None = None

    async def work(self, work: Work[_T]) -> _T:
        """Do all of it in one transaction, which takes the write lock when it begins."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    async def alone(self, *statements: str) -> Done:
        """Run statements outside of any transaction."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._alone, *statements
        )

    async def close(self) -> None:
        """Close the connection after what it is doing."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        finally:
            self._thread.shutdown(wait=False)

    # --- in the thread

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=rw"  # never makes a file
            opened = sqlite3.connect(uri, uri=True, timeout=self._wait, isolation_level=None)
            try:
                for pragma in ("secure_delete=ON", "synchronous=FULL", "journal_mode=WAL"):
                    opened.execute(f"PRAGMA {pragma}").close()
            except BaseException:
                opened.close()
                raise
            self._connection = opened
        return self._connection

    def _work(self, work: Work[_T]) -> _T:
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = drive(work, self._do)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # some errors have rolled back already
                connection.execute("ROLLBACK")
            raise
        return result

    def _alone(self, *statements: str) -> Done:
        *_, last = (self._open().execute(statement).fetchall() for statement in statements)
        return Done(last, 0)

    def _do(self, statement: Statement) -> Done:
        connection = self._open()
        if isinstance(statement, Insert):
            rows = statement.rows
            for at in range(0, len(rows), _AT_ONCE):
                part = rows[at : at + _AT_ONCE]
                values = tuple(chain.from_iterable(part))
                connection.execute(statement.sql(len(part)), values)
            return Done([], len(rows))
        cursor = connection.execute(statement.sql, statement.values)
        return Done(cursor.fetchall(), cursor.rowcount)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

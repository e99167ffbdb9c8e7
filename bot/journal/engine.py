"""Connections: SQLite through aiosqlite, PostgreSQL through asyncpg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, event, make_url
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.journal.store import LOCK_SECONDS
from bot.journal.without_orm import import_on_demand

import_on_demand()  # before the next line
from sqlalchemy.ext.asyncio.engine import create_async_engine  # noqa: E402

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.journal.location import Location

NO_TRANSACTION: Final = {"askwell_no_transaction": True}
"""Option of a SQLite connection for what can't run in a transaction."""
_CONNECT_SECONDS: Final = 3.0
_COMMAND_SECONDS: Final = 10.0


def make_engine(
    location: Location, *, write: bool = True, wait: float = LOCK_SECONDS
) -> AsyncEngine:
    """Return an engine with one connection; nothing is opened yet. Never creates a file.

    A writing transaction takes the write lock when it begins, so that none fails half-way.
    """
    if location.path is None:
        return _postgresql(location.url or "")
    engine = create_async_engine(
        URL.create(
            "sqlite+aiosqlite",
            database=location.path.absolute().as_uri(),
            query={"uri": "true", "mode": "rw" if write else "ro"},
        ),
        connect_args={"timeout": wait},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"
    event.listen(engine.sync_engine, "connect", _set_up if write else _take_over_transactions)
    event.listen(engine.sync_engine, "begin", lambda conn: _begin(conn, begin))
    return engine


def _postgresql(url: str) -> AsyncEngine:
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": _COMMAND_SECONDS,
            "server_settings": {"application_name": "askwell", "synchronous_commit": "on"},
        },
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )


def _take_over_transactions(connection: Any, _: object) -> None:
    """Let the driver begin no transaction by itself: it would leave out changes of the schema."""
    connection.isolation_level = None


def _set_up(connection: Any, record: object) -> None:
    _take_over_transactions(connection, record)
    cursor = connection.cursor()
    try:
        for pragma in ("secure_delete=ON", "synchronous=FULL", "journal_mode=WAL"):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _begin(connection: Connection, statement: str) -> None:
    if not NO_TRANSACTION.keys() & connection.get_execution_options().keys():
        connection.exec_driver_sql(statement)

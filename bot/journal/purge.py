"""Deleting, so that the bytes are really gone from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, select, text, true, update

from bot.journal import schema
from bot.journal.engine import NO_TRANSACTION
from bot.journal.records import HOUR, Outcome
from bot.journal.retention import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.journal.retention import Keep

TABLES: Final = (
    schema.questions,
    schema.feedback,
    schema.counts,
    schema.timings,
    schema.losses,
    schema.versions,
    schema.faults,
)

_SMALL: Final = 32_000_000
"""Bytes of a file that is written anew in a fraction of a second."""


async def delete_old(engine: AsyncEngine, keep: Keep, *, now: int) -> dict[str, int]:
    """Delete what is older than it may be; return how many rows of which table, without zeros.

    The live content version stays, however old: the next one is compared with it.
    """
    async with engine.begin() as connection:
        await _pull_back(connection, now)
        deleted: dict[str, int] = {}
        for table, condition in _old(keep, now):
            gone = (await connection.execute(delete(table).where(condition))).rowcount
            deleted[table.name] = deleted.get(table.name, 0) + gone
    return {name: n for name, n in deleted.items() if n}


async def delete_all(engine: AsyncEngine) -> dict[str, int]:
    """Delete everything; return how many rows of which table, without zeros."""
    async with engine.begin() as connection:
        deleted = {
            table.name: (await connection.execute(delete(table).where(true()))).rowcount
            for table in TABLES
        }
    return {name: n for name, n in deleted.items() if n}


async def free(engine: AsyncEngine, *, whole: bool = True) -> None:
    """Give back the room of what was deleted, so that its bytes are in no file any more.

    `whole` writes all tables anew, which locks them for a while. Without it single pages may still
    hold what was deleted, until they are used again: SQLite's `secure_delete` forgets those that it
    split or merged, and PostgreSQL has nothing like it.
    """
    async with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            names = ", ".join(f'"{table.name}"' for table in TABLES)
            await plain.execute(text(f"VACUUM {'(FULL)' if whole else ''} {names}"))
            return
        plain = await connection.execution_options(**NO_TRANSACTION)
        if whole:
            await plain.exec_driver_sql("PRAGMA temp_store=MEMORY")  # no copy in another file
            await plain.exec_driver_sql("VACUUM")
        await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def is_small(engine: AsyncEngine) -> bool:
    """Whether all tables can be written anew before anybody notices."""
    if engine.dialect.name == "postgresql":
        return False
    async with engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        size = (await connection.exec_driver_sql("PRAGMA page_size")).scalar_one()
    return bool(pages * size <= _SMALL)


async def newest(engine: AsyncEngine) -> int | None:
    """Return the latest time that anything was counted or kept at."""
    times = [
        schema.counts.c.hour,
        schema.questions.c.at,
        schema.feedback.c.at,
        schema.versions.c.at,
    ]
    async with engine.connect() as connection:
        found = [(await connection.execute(select(func.max(time)))).scalar() for time in times]
    return max((at for at in found if at is not None), default=None)


def _old(keep: Keep, now: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield which rows of which table are too old."""

    def before(column: Any, days: int) -> ColumnElement[bool]:
        early: ColumnElement[bool] = column < (now - days * DAY if days else now + 2 * DAY)
        return early

    answered = schema.questions.c.outcome == Outcome.ANSWERED
    yield schema.questions, and_(answered, before(schema.questions.c.at, keep.answered))
    yield schema.questions, and_(~answered, before(schema.questions.c.at, keep.questions))
    yield schema.feedback, before(schema.feedback.c.at, keep.feedback)
    for table in (schema.counts, schema.timings, schema.losses):
        yield table, before(table.c.hour, keep.counts)
    live = select(func.max(schema.versions.c.id)).scalar_subquery()
    old = before(schema.versions.c.at, keep.changes)
    yield schema.versions, and_(old, schema.versions.c.id < live)
    yield schema.faults, before(schema.faults.c.at, keep.changes)


async def _pull_back(connection: AsyncConnection, now: int) -> None:
    """Give rows from the future, which a wrong clock made, the present time: they must age too."""
    for table in (schema.questions, schema.feedback):
        late = table.c.at > now + DAY
        await connection.execute(update(table).where(late).values(at=now // HOUR * HOUR))

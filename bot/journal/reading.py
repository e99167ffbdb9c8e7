"""Reading what the journal holds, for the commands and pages of staff."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from bot.errors import JournalError
from bot.journal import schema
from bot.journal.engine import make_engine
from bot.journal.faults import diagnose
from bot.journal.records import (
    Count,
    Fault,
    Feedback,
    Kept,
    Loss,
    Near,
    Outcome,
    Question,
    Timing,
    Version,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.journal.location import Location


def read(location: Location, *, since: int = 0) -> Kept:
    """Return all rows from `since` (seconds since 1970) on; an absent journal holds nothing.

    Raises JournalError.
    """
    return asyncio.run(read_all(location, since=since))


async def read_all(location: Location, *, since: int = 0) -> Kept:
    """Like `read`, for a running event loop. One consistent view of all tables."""
    if location.path is not None and not location.path.exists():
        return Kept()
    engine = make_engine(location, write=False)
    try:
        async with engine.connect() as connection:
            return await _kept(connection, since)
    except Exception as error:  # noqa: BLE001  its words may quote what was written
        raise JournalError(str(location), str(diagnose(error))) from None
    finally:
        await engine.dispose()


async def _kept(connection: AsyncConnection, since: int) -> Kept:
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    if not await _made(connection):
        return Kept()

    async def rows(table: Table) -> Sequence[Row[Any]]:
        time = table.c.at if "at" in table.c else table.c.hour
        order = (time, *([table.c.id] if "id" in table.c else []))
        return (await connection.execute(select(table).where(time >= since).order_by(*order))).all()

    return Kept(
        questions=tuple(map(_question, await rows(schema.questions))),
        feedback=tuple(map(_feedback, await rows(schema.feedback))),
        counts=tuple(
            Count(row.hour, row.kind, row.entry, row.n) for row in await rows(schema.counts)
        ),
        timings=tuple(
            Timing(row.hour, row.kind, row.micros, row.n) for row in await rows(schema.timings)
        ),
        versions=tuple(map(_version, await rows(schema.versions))),
        faults=tuple(
            Fault(row.at, row.path, row.line, row.message) for row in await rows(schema.faults)
        ),
        losses=tuple(Loss(row.hour, row.what, row.n) for row in await rows(schema.losses)),
    )


async def _made(connection: AsyncConnection) -> bool:
    """Whether the tables have been made; not so in a database that no server has used yet."""
    return await connection.run_sync(
        lambda conn: conn.dialect.has_table(conn, schema.questions.name)
    )


def _question(row: Row[Any]) -> Question:
    return Question(
        at=row.at,
        outcome=Outcome(row.outcome),
        text=row.text,
        near=tuple(Near(entry, confidence) for entry, confidence in row.near),
        subject=row.subject,
        version=row.version,
    )


def _feedback(row: Row[Any]) -> Feedback:
    return Feedback(
        at=row.at,
        helpful=row.helpful,
        comment=row.comment,
        kind=row.kind,
        entries=tuple(row.entries),
        version=row.version,
    )


def _version(row: Row[Any]) -> Version:
    return Version(
        at=row.at,
        version=row.version,
        size=row.size,
        added=tuple(row.added),
        changed=tuple(row.changed),
        removed=tuple(row.removed),
        parts=tuple(row.parts),
    )

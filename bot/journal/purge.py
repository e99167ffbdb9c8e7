"""Deleting, so that the bytes are really gone from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.journal.records import HOUR, Outcome
from bot.journal.retention import DAY
from bot.journal.statements import Run
from bot.journal.tables import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.journal.retention import Keep
    from bot.journal.statements import Database, Work

_SMALL: Final = 32_000_000
"""Bytes of a file that is written anew in a fraction of a second."""
_NEWEST: Final = (
    "SELECT max(newest) FROM (SELECT max(hour) AS newest FROM counts"
    " UNION ALL SELECT max(at) FROM questions UNION ALL SELECT max(at) FROM feedback"
    " UNION ALL SELECT max(at) FROM versions) AS each_table"
)


async def delete_old(database: Database, keep: Keep, *, now: int) -> dict[str, int]:
    """Delete what is older than it may be; return how many rows of which table, without zeros.

    The live content version stays, however old: the next one is compared with it.
    """
    return await database.work(_delete(_old(keep, now), late=now))


async def delete_all(database: Database) -> dict[str, int]:
    """Delete everything; return how many rows of which table, without zeros."""
    return await database.work(_delete((name, "1 = 1", ()) for name in NAMES))


async def free(database: Database, *, whole: bool = True) -> None:
    """Give back the room of what was deleted, so that its bytes are in no file any more.

    `whole` writes all tables anew, which locks them for a while. Without it single pages may still
    hold what was deleted, until they are used again: SQLite's `secure_delete` forgets those that it
    split or merged, and PostgreSQL has nothing like it.
    """
    if database.dialect == "postgresql":
        await database.alone(f"VACUUM {'(FULL)' if whole else ''} {', '.join(NAMES)}")
        return
    if whole:  # without temporary files, which would be copies
        await database.alone("PRAGMA temp_store=MEMORY", "VACUUM")
    await database.alone("PRAGMA wal_checkpoint(TRUNCATE)")


async def is_small(database: Database) -> bool:
    """Whether all tables can be written anew before anybody notices."""
    if database.dialect == "postgresql":
        return False
    pages = (await database.alone("PRAGMA page_count")).value
    return bool(pages * (await database.alone("PRAGMA page_size")).value <= _SMALL)


async def newest(database: Database) -> int | None:
    """Return the latest time that anything was counted or kept at."""
    found: int | None = (await database.alone(_NEWEST)).value
    return found


def _delete(
    what: Iterator[tuple[str, str, tuple[int | str, ...]]], *, late: int | None = None
) -> Work[dict[str, int]]:
    """Delete the rows of each table for which a condition holds."""
    if late is not None:
        yield from _pull_back(late)
    deleted: dict[str, int] = {}
    for table, condition, values in what:
        done = yield Run(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608  our own words
        deleted[table] = deleted.get(table, 0) + done.changed
    return {name: n for name, n in deleted.items() if n}


def _old(keep: Keep, now: int) -> Iterator[tuple[str, str, tuple[int | str, ...]]]:
    """Yield which rows of which table are too old: a condition with its values."""

    def before(days: int) -> int:
        return now - days * DAY if days else now + 2 * DAY

    answered = str(Outcome.ANSWERED)
    yield "questions", "outcome = ? AND at < ?", (answered, before(keep.answered))
    yield "questions", "outcome <> ? AND at < ?", (answered, before(keep.questions))
    yield "feedback", "at < ?", (before(keep.feedback),)
    for table in ("counts", "timings", "losses"):
        yield table, "hour < ?", (before(keep.counts),)
    live = "id < (SELECT max(id) FROM versions)"
    yield "versions", f"at < ? AND {live}", (before(keep.changes),)
    yield "faults", "at < ?", (before(keep.changes),)


def _pull_back(now: int) -> Work[None]:
    """Give rows from the future, which a wrong clock made, the present time: they must age too."""
    for table in ("questions", "feedback"):
        hour = now // HOUR * HOUR
        yield Run(f"UPDATE {table} SET at = ? WHERE at > ?", (hour, now + DAY))  # noqa: S608  our own names

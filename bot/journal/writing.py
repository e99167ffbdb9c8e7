"""Writing a batch: the statements, in one transaction."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.journal import tables
from bot.journal.prints import differences
from bot.journal.statements import Insert, Run

if TYPE_CHECKING:
    from bot.journal.batch import Batch, Row, Tallies
    from bot.journal.statements import Work

_SAME_FAULT_SECONDS: Final = 60
"""Within it the same fault is another process's report of the same edit."""
_KEEP: Final = "ON CONFLICT DO NOTHING"
_REPLACE: Final = "ON CONFLICT (key) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in tables.FEEDBACK if name != "key"
)
_by_key: Final = itemgetter(0)
"""Processes that lock rows in one order never wait for each other in a circle."""


def writes(batch: Batch) -> Work[None]:
    """Write all of a batch."""
    if batch.questions:
        rows = sorted(map(_question, batch.questions), key=_by_key)
        yield Insert("questions", tables.QUESTIONS, rows, _KEEP)
    if batch.feedback:
        rows = sorted(map(_opinion, batch.feedback.values()), key=_by_key)
        yield Insert("feedback", tables.FEEDBACK, rows, _REPLACE)
    for row in batch.versions:
        yield from _version(row)
    for row in batch.faults:
        yield from _fault(row)
    yield from _tallies(batch.tallies)


def _question(row: Row) -> tuple[Any, ...]:
    return (
        row["key"], row["at"], row["outcome"], row["text"], _json(row["near"]), row["subject"],
        row["version"],
    )  # fmt: skip


def _opinion(row: Row) -> tuple[Any, ...]:
    return (
        row["key"], row["at"], row["helpful"], row["comment"], row["kind"], _json(row["entries"]),
        row["version"],
    )  # fmt: skip


def _tallies(tallies: Tallies) -> Work[None]:
    """Add to what was counted before."""
    for table, columns, tally in (
        ("counts", tables.COUNTS, tallies.counts),
        ("timings", tables.TIMINGS, tallies.timings),
        ("losses", tables.LOSSES, tallies.losses),
    ):
        if tally:
            rows = [(*key, n) for key, n in sorted(tally.items())]
            keys = ", ".join(columns[:-1])
            add = f"ON CONFLICT ({keys}) DO UPDATE SET n = {table}.n + excluded.n"
            yield Insert(table, columns, rows, add)


def _version(row: Row) -> Work[None]:
    """Add a version that is not the live one already, and how it differs from that."""
    newest = yield Run("SELECT version, prints FROM versions ORDER BY id DESC LIMIT 1")
    version, before = newest.rows[0] if newest.rows else (None, None)
    if version == row["version"]:
        return
    changes = differences(json.loads(before) if before else {}, row["prints"])
    yield Run("UPDATE versions SET prints = NULL WHERE prints IS NOT NULL")
    values = tuple(_json(changes[name]) for name in ("added", "changed", "removed", "parts"))
    new = (row["at"], row["version"], row["size"], *values, _json(row["prints"]))
    yield Insert("versions", tables.VERSIONS, [new])


def _fault(row: Row) -> Work[None]:
    same = yield Run(
        "SELECT 1 FROM faults WHERE path = ? AND line = ? AND message = ? AND at > ? LIMIT 1",
        (row["path"], row["line"], row["message"], row["at"] - _SAME_FAULT_SECONDS),
    )
    if not same.rows:
        yield Insert("faults", tables.FAULTS, [tuple(row[name] for name in tables.FAULTS)])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

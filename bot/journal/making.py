"""Making the tables, or bringing them to the newest form."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Final

from bot.journal import tables
from bot.journal.faults import Trouble, Unusable
from bot.journal.statements import Run

if TYPE_CHECKING:
    from bot.journal.location import Location
    from bot.journal.statements import Database, Work

LOCK: Final = 0x61736B77656C6C
"""Number of our lock in PostgreSQL; SQLite's is the file's write lock. It spells "askwell"."""
_HAS_VERSION: Final = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}


async def bring_up(database: Database, location: Location) -> None:
    """Make or change the tables as needed. Raises Unusable when they are newer than we are.

    Where there are none yet they are made as they are now, in one transaction and under the
    database's own lock. Only older ones need Alembic, which takes half a second and 20 MB.
    """
    version = await database.work(_made(database.dialect))
    if version > tables.HEAD:
        raise Unusable(Trouble.NEWER)
    if version < tables.HEAD:
        upgrade = await asyncio.to_thread(importlib.import_module, "bot.journal.upgrade")
        await upgrade.upgrade_at(location)


def _made(dialect: str) -> Work[str]:
    """Make the tables if there are none; return the migration that they have."""
    if dialect == "postgresql":
        yield Run(f"SELECT pg_advisory_xact_lock({LOCK})")
    if (yield Run(_HAS_VERSION[dialect])).rows:
        version = (yield Run("SELECT version_num FROM alembic_version")).value
        if version is not None:
            return str(version)
    for statement in tables.making(dialect):
        yield Run(statement)
    return tables.HEAD

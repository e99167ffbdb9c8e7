"""Bringing the tables to the newest form, in one transaction and under the database's own lock.

A process that is killed half-way leaves the tables as they were; one that starts at the same time
waits and then finds nothing left to do.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, MetaData, String, Table, insert, text

from bot.journal import schema
from bot.journal.faults import Trouble, Unusable

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

logging.getLogger("alembic").setLevel(logging.WARNING)
_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x61736B77656C6C
"""Number of our lock in PostgreSQL; SQLite's is the file's write lock. It spells "askwell"."""


_VERSION: Final = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)
"""As Alembic makes it."""


async def upgrade(engine: AsyncEngine, *, by_migrations: bool = False) -> None:
    """Make or change the tables as needed. Raises Unusable when they are newer than we are.

    Where there are none yet they are made as they are now, unless `by_migrations`: Alembic takes
    half a second and 10 MB, which most servers then never need.
    """
    async with engine.connect() as connection:
        current = await connection.run_sync(_current)
    if by_migrations or current not in (None, schema.HEAD):  # nobody else should wait for it
        await asyncio.to_thread(importlib.import_module, "alembic.command")
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade, by_migrations)


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take back the migrations after `revision`; `base` takes back all, with all that is kept."""
    async with engine.begin() as connection:
        await connection.run_sync(_downgrade, revision)


def _upgrade(connection: Connection, by_migrations: bool) -> None:
    current = _current(connection)
    if current == schema.HEAD:
        return
    if current is not None and current > schema.HEAD:
        raise Unusable(Trouble.NEWER)
    if current is None and not by_migrations:
        _make(connection)
        return
    from alembic import command  # noqa: PLC0415  needed once

    command.upgrade(_config(connection), "head")


def _make(connection: Connection) -> None:
    """Make all tables, and note which migration they come up to."""
    schema.metadata.create_all(connection)
    _VERSION.create(connection, checkfirst=True)
    connection.execute(insert(_VERSION).values(version_num=schema.HEAD))


def _downgrade(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415  takes half a second, and only tests need it

    command.downgrade(_config(connection), revision)


def _current(connection: Connection) -> str | None:
    """Return the migration that the tables have; None when there are no tables yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415  as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

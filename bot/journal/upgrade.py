"""Bringing tables of an earlier version to the newest form by Alembic's migrations.

All in one transaction and under the database's own lock: a process that is killed half-way leaves
the tables as they were; one that starts at the same time waits and then finds nothing left to do.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.journal.engine import make_engine
from bot.journal.making import LOCK

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.journal.location import Location

logging.getLogger("alembic").setLevel(logging.WARNING)
_SCRIPTS: Final = Path(__file__).parent / "migrations"


async def upgrade_at(location: Location) -> None:
    """Bring the tables at a place to the newest form."""
    engine = make_engine(location)
    try:
        await upgrade(engine)
    finally:
        await engine.dispose()


async def upgrade(engine: AsyncEngine) -> None:
    """Run the migrations that the tables have not seen yet; all of them where there are none."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        await connection.run_sync(lambda conn: command.upgrade(_config(conn), "head"))


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take back the migrations after `revision`; `base` takes back all, with all that is kept."""
    async with engine.begin() as connection:
        await connection.run_sync(lambda conn: command.downgrade(_config(conn), revision))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

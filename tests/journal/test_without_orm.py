"""A server does without SQLAlchemy, reading without its mapper; it is left to whoever wants it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = """
import sys
import bot.journal.reading
print("sqlalchemy.orm" in sys.modules)
"""
WRITING = """
import asyncio, sys
from pathlib import Path
from bot.journal import writer
from bot.journal.journal import Journal
from bot.journal.location import Location
from bot.journal.notes import Opinion
from bot.journal.retention import Clock, Keep
async def main():
    location = Location(path=Path(sys.argv[1]) / "journal.db")
    journal = Journal(location, secret=b"s", keep=Keep(), clock=Clock())
    await journal.start()
    await journal.add_opinion(Opinion("c", "1", helpful=True, comment="at 617-555-0132"))
    await journal._retaining.look()
    await journal.close()
asyncio.run(main())
print({"sqlalchemy", "alembic", "aiosqlite", "asyncpg"}.isdisjoint(sys.modules))
"""
LATER = """
import bot.journal.engine
import sqlalchemy.ext.asyncio as package
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
print(package.AsyncSession is AsyncSession, AsyncEngine is bot.journal.engine.create_async_engine(
    "sqlite+aiosqlite://").__class__)
"""
BEFORE = """
from sqlalchemy.ext.asyncio import AsyncSession
import bot.journal.engine
print(AsyncSession.__name__)
"""


@pytest.mark.parametrize(
    ("program", "printed"),
    [(ENGINE, "False"), (LATER, "True True"), (BEFORE, "AsyncSession"), (WRITING, "True")],
    ids=["not imported", "imported later", "imported before", "a server that writes"],
)
def test_mapper(program: str, printed: str, tmp_path: Path) -> None:
    """A server imports none of it; reading imports no mapper; importing that works as ever."""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == printed

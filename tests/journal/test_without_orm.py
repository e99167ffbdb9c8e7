"""The journal does without SQLAlchemy's mapper, and leaves it to whoever wants it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENGINE = """
import sys
import bot.journal.reading
print("sqlalchemy.orm" in sys.modules)
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
    [(ENGINE, "False"), (LATER, "True True"), (BEFORE, "AsyncSession")],
    ids=["not imported", "imported later", "imported before"],
)
def test_mapper(program: str, printed: str) -> None:
    """Reading imports no mapper; importing it before or later works as ever."""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == printed

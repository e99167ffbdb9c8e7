"""Two real databases, and small journals in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.journal import writer
from bot.journal.location import Location
from bot.journal.store import Store
from bot.snapshot import SnapshotStore
from tests.journal.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL server for all tests."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open journals at once: no patient waits for a test's first answer."""
    monkeypatch.setattr(writer, "HEAD_START_SECONDS", 0.0)


@pytest.fixture(params=["sqlite", "postgresql"])
async def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Name a place for a journal where there is none yet, in each database."""
    if request.param == "sqlite":
        return Location(path=tmp_path / "var" / "journal.db")
    server: Postgres = request.getfixturevalue("postgres")
    return Location(url=await server.database())


@pytest.fixture
async def store(location: Location) -> AsyncIterator[Store]:
    """Open a new journal."""
    store = await Store.open(location)
    yield store
    await store.close()


@pytest.fixture(scope="session")
def content(windmill_folder: Path) -> SnapshotStore:
    """Load the small FAQ for servers."""
    return SnapshotStore(windmill_folder)

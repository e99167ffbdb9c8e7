"""The tables come into being, and change, in one step that is there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect

import bot.journal
from bot.journal import schema
from bot.journal.batch import Batch
from bot.journal.engine import make_engine
from bot.journal.faults import Trouble, Unusable
from bot.journal.reading import read_all
from bot.journal.records import Kept
from bot.journal.statements import Run
from bot.journal.store import Store
from bot.journal.tables import HEAD
from bot.journal.upgrade import downgrade, upgrade
from tests.journal.test_store import question

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.journal.location import Location
    from bot.journal.statements import Work

SCRIPTS = Path(bot.journal.__file__).parent / "migrations"


def tables(connection: Connection) -> set[str]:
    """Return the names of all tables."""
    return set(inspect(connection).get_table_names())


async def bring_up(location: Location) -> None:
    """Make the tables as a server does."""
    await (await Store.open(location)).close()


def empty(location: Location) -> AsyncEngine:
    """Return an engine on a database without tables."""
    if location.path is not None:
        location.path.parent.mkdir(exist_ok=True)
        location.path.touch()
    return make_engine(location)


async def test_up_and_down_and_up(location: Location) -> None:
    """Each step can be taken back, and done again."""
    store = await Store.open(location)
    await store.write(Batch([question()]))
    engine = make_engine(location)
    await downgrade(engine, "base")
    async with engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    assert await read_all(location) == Kept()
    await upgrade(engine)
    await engine.dispose()
    await store.write(Batch([question()]))
    assert len((await read_all(location)).questions) == 1
    await store.close()


async def test_the_migrations_make_what_the_code_expects(location: Location) -> None:
    """Tables, columns, types, keys and indexes: nothing is missing, and nothing is left over."""

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[Any] = compare_metadata(context, schema.metadata)
        return found

    engine = empty(location)
    await upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_new_tables_are_those_of_the_migrations(location: Location) -> None:
    """Where there are no tables yet they are made at once, and can be taken back like others."""

    def made(connection: Connection) -> list[Any]:
        seen = inspect(connection)
        return [
            (name, seen.get_pk_constraint(name)["constrained_columns"], seen.get_indexes(name),
             [(each["name"], str(each["type"])) for each in seen.get_columns(name)])
            for name in sorted(seen.get_table_names())
        ]  # fmt: skip

    engine = empty(location)
    found = []
    for by_migrations in (False, True):
        await (upgrade(engine) if by_migrations else bring_up(location))
        async with engine.connect() as connection:
            found.append(await connection.run_sync(made))
        await downgrade(engine, "base")
    await engine.dispose()
    assert found[0] == found[1]


def test_the_newest_migration_is_known_by_name() -> None:
    """So a start needs Alembic only where there is something to do."""
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [HEAD]


def _said(version: str) -> Work[None]:
    yield Run("UPDATE alembic_version SET version_num = ?", (version,))


async def test_tables_of_an_older_version_are_migrated(location: Location) -> None:
    """Such as those of which only the empty list of migrations is there."""
    store = await Store.open(location)
    await store.write(Batch([question()]))
    await store.database.work(_said("0000"))
    with pytest.raises(CommandError):  # there is no such migration; that Alembic was asked is all
        await Store.open(location)
    await store.close()


async def test_tables_of_a_newer_version_are_left_alone(store: Store, location: Location) -> None:
    """They may hold what we don't know."""
    await store.database.work(_said("9999"))
    with pytest.raises(Unusable) as caught:
        await Store.open(location)
    assert caught.value.trouble is Trouble.NEWER


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.journal import tables
from bot.journal.location import Location
from bot.journal.store import Store
def killed(dialect, making=tables.making):
    for number, statement in enumerate(making(dialect)):
        if number == 6:
            os.kill(os.getpid(), signal.SIGKILL)
        yield statement
tables.making = killed
path = sys.argv[1] if sys.argv[1].startswith("/") else None
asyncio.run(Store.open(Location(path=Path(path)) if path else Location(url=sys.argv[1])))
"""


async def test_a_kill_in_the_middle_leaves_nothing_half_done(location: Location) -> None:
    """The next start begins anew."""
    empty(location)
    where = str(location.path or location.url)
    root = Path(bot.journal.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, where],
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == -signal.SIGKILL
    engine = make_engine(location)
    async with engine.connect() as connection:
        assert await connection.run_sync(tables) == set()
    await engine.dispose()
    store = await Store.open(location)
    await store.write(Batch([question()]))
    await store.close()

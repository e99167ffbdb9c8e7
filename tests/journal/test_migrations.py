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
from sqlalchemy import inspect, text

import bot.journal
from bot.journal import schema
from bot.journal.batch import Batch
from bot.journal.engine import make_engine
from bot.journal.faults import Trouble, Unusable
from bot.journal.reading import read_all
from bot.journal.records import Kept
from bot.journal.store import Store
from bot.journal.upgrade import downgrade, upgrade
from tests.journal.test_store import question

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.journal.location import Location

SCRIPTS = Path(bot.journal.__file__).parent / "migrations"


def tables(connection: Connection) -> set[str]:
    """Return the names of all tables."""
    return set(inspect(connection).get_table_names())


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
    await downgrade(store.engine, "base")
    async with store.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    assert await read_all(location) == Kept()
    await upgrade(store.engine)
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
    await upgrade(engine, by_migrations=True)
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
        await upgrade(engine, by_migrations=by_migrations)
        async with engine.connect() as connection:
            found.append(await connection.run_sync(made))
        await downgrade(engine, "base")
    await engine.dispose()
    assert found[0] == found[1]


def test_the_newest_migration_is_known_by_name() -> None:
    """So a start needs Alembic only where there is something to do."""
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [schema.HEAD]


async def test_tables_of_a_newer_version_are_left_alone(store: Store, location: Location) -> None:
    """They may hold what we don't know."""
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable) as caught:
        await Store.open(location)
    assert caught.value.trouble is Trouble.NEWER


KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import Table, event
from bot.journal.engine import make_engine
from bot.journal.location import Location
from bot.journal.upgrade import upgrade
from pathlib import Path
made = []
@event.listens_for(Table, "after_create")
def count(table, connection, **_):
    made.append(table)
    if len(made) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
path = sys.argv[1] if sys.argv[1].startswith("/") else None
location = Location(path=Path(path)) if path else Location(url=sys.argv[1])
asyncio.run(upgrade(make_engine(location)))
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

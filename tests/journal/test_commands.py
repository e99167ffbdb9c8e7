"""`askwell purge`, `backup` and `restore`: what is deleted is gone, what is copied comes back."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.channels.keys import JOURNAL
from bot.journal.batch import Batch
from bot.journal.journal import Journal
from bot.journal.location import Location
from bot.journal.reading import read
from bot.journal.records import HOUR, Kept
from bot.journal.retention import DAY
from bot.journal.store import Store
from tests.channels.served import talking
from tests.cli.commands import environment, run
from tests.cli.test_ask import LOADED
from tests.journal.served import UNANSWERED, judge, keeping, until
from tests.journal.test_store import opinion, question

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import SnapshotStore
    from tests.journal.postgres import Postgres

OLD, NEW = "an old marble planet", "a new marble planet"


async def _fill(location: Location, rows: int, seed: int) -> None:
    """Write rows of 0 and of 200 days ago in many batches, each with its mark in long texts."""
    chance = random.Random(seed)  # noqa: S311  only lengths
    store = await Store.open(location)
    now = int(time.time()) // HOUR * HOUR
    for n in range(rows):
        old = n % 2 == 0
        text = f"{OLD if old else NEW} {n} {'x' * chance.randrange(1_500)}"
        at = now - 200 * DAY * old
        key = b"%d" % n
        batch = Batch([question(key, at=at, text=text)])
        batch.feedback[key] = opinion(key, at=at, comment=text)
        await store.write(batch)
    for n in range(0, rows, 7):  # comments that are changed leave old ones behind
        key = b"%d" % n
        await store.write(Batch(feedback={key: opinion(key, at=now, comment=f"{NEW} again {n}")}))
    await store.close()


def fill(location: Location, rows: int = 20, *, seed: int = 1) -> None:
    """Write some rows."""
    asyncio.run(_fill(location, rows, seed))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a journal is that holds rows of today and of 200 days ago."""
    path = tmp_path / "var" / "journal.db"
    fill(Location(path=path))
    return path


def found(folder: Path, text: str) -> list[str]:
    """Return which files of a folder have a text in any byte."""
    return [path.name for path in folder.rglob("*") if text.encode() in path.read_bytes()]


# --- purge ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_purge_deletes_what_is_too_old_to_the_last_byte(tmp_path: Path, seed: int) -> None:
    """While a server has the file open, and its log in use."""
    path = tmp_path / "var" / "journal.db"
    fill(Location(path=path), 60, seed=seed)
    with closing(sqlite3.connect(path)) as server:
        server.execute("SELECT count(*) FROM questions").fetchall()
        assert found(path.parent, OLD)
        result = run("purge", "--journal", f"sqlite:{path}")
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("Deleted: 30 questions, ")
        assert found(path.parent, OLD) == []
    assert len(read(Location(path=path)).questions) == 30
    assert run("purge", "--journal", f"sqlite:{path}").stdout == "Nothing to delete.\n"


def test_purge_all_leaves_nothing(file: Path) -> None:
    """Not one byte of what was written, in no file."""
    assert run("purge", "--all", ASKWELL_VAR=str(file.parent)).exit_code == 0
    assert read(Location(path=file)) == Kept()
    assert found(file.parent, "marble") == []


async def test_a_running_server_deletes_to_the_last_byte(
    content: SnapshotStore, tmp_path: Path
) -> None:
    """What it deletes for its age is gone from its files a moment later."""
    var = tmp_path / "var"
    for seed in range(3):
        await _fill(Location(path=var / "journal.db"), 30, seed)
    async with keeping(content, var) as client:
        await until(client, "ok")
        journal = client.app[JOURNAL]
        assert isinstance(journal, Journal)
        assert await journal._retaining.look()
        assert found(var, OLD) == []
        assert found(var, NEW)


async def test_purge_on_postgresql(postgres: Postgres) -> None:
    """The tables are written anew."""
    location = Location(url=await postgres.database())
    await _fill(location, 4, 1)
    result = await asyncio.to_thread(run, "purge", "--all", "--journal", location.url or "")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "Deleted: 4 questions, 4 feedback.\n"


def test_purge_without_a_journal(tmp_path: Path) -> None:
    """There is nothing to delete, and no journal is made for it."""
    result = run("purge", ASKWELL_VAR=str(tmp_path / "var"))
    assert (result.exit_code, result.stdout) == (0, "Nothing to delete.\n")
    assert not (tmp_path / "var").exists()


def test_nothing_is_kept_with_none(tmp_path: Path) -> None:
    """Each command says so."""
    for command in (["purge"], ["backup", str(tmp_path / "a")]):
        result = run(*command, "--journal", "none")
        assert result.exit_code == 2
        assert result.stderr == "journal (ASKWELL_JOURNAL): is none, so nothing is kept\n"


def test_a_journal_that_can_not_be_reached(unused_tcp_port: int) -> None:
    """One sentence, without the password."""
    url = f"postgresql://clinic:secret@127.0.0.1:{unused_tcp_port}/askwell"
    result = run("purge", "--journal", url)
    assert result.exit_code == 5
    assert result.stderr == (
        f"postgresql://127.0.0.1:{unused_tcp_port}/askwell: the journal can't be reached: "
        "its database server does not answer.\n"
    )


# --- backup and restore --------------------------------------------------------------------


def test_a_backup_comes_back_as_it_was(file: Path, tmp_path: Path) -> None:
    """Into an empty place, row for row; only its owner can read it."""
    before = read(Location(path=file))
    backup = tmp_path / "backup.db"
    assert run("backup", backup, ASKWELL_VAR=str(file.parent)).exit_code == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup.db"]
    other = tmp_path / "other" / "journal.db"
    result = run("restore", backup, "--journal", f"sqlite:{other}")
    assert (result.exit_code, result.stdout) == (0, f"{other}: 40 rows.\n")
    assert read(Location(path=other)) == before
    assert other.stat().st_mode & 0o777 == 0o600


async def test_backup_and_restore_beside_a_running_server(
    content: SnapshotStore, tmp_path: Path
) -> None:
    """The copy holds all that was acknowledged before; the server goes on with what came back."""
    var, backup = tmp_path / "var", tmp_path / "backup.db"
    location = Location(path=var / "journal.db")
    async with keeping(content, var) as client, talking(client) as patient:
        await patient.ask(UNANSWERED, id="1")
        assert (await judge(patient, "1", "before"))["type"] == "ack"
        process = await asyncio.to_thread(run, "backup", backup, ASKWELL_VAR=str(var))
        assert process.exit_code == 0, process.stderr
        assert (await judge(patient, "2", "after"))["type"] == "ack"
        done = await asyncio.to_thread(run, "restore", backup, "--force", ASKWELL_VAR=str(var))
        assert done.exit_code == 0, done.stderr
        assert (await judge(patient, "3", "again"))["type"] == "ack"
        await until(client, "ok")
    kept = await asyncio.to_thread(read, location)
    assert [each.comment for each in kept.feedback] == ["before", "again"]


def test_restoring_replaces_nothing_unasked(file: Path, tmp_path: Path) -> None:
    """Nor does a backup."""
    backup = tmp_path / "backup.db"
    var = str(file.parent)
    run("backup", backup, ASKWELL_VAR=var)
    for command, hint in (
        ("restore", "40 rows, which --force replaces"),
        ("backup", "add --force"),
    ):
        result = run(command, backup, ASKWELL_VAR=var)
        assert result.exit_code == 5
        assert hint in result.stderr
        assert run(command, backup, "--force", ASKWELL_VAR=var).exit_code == 0


def test_a_damaged_journal_is_put_aside(file: Path, tmp_path: Path) -> None:
    """It is not deleted: somebody may still get something out of it."""
    backup = tmp_path / "backup.db"
    run("backup", backup, ASKWELL_VAR=str(file.parent))
    damaged = b"SQLite format 3\0" + b"\x55" * 9_000
    file.write_bytes(damaged)
    result = run("restore", backup, ASKWELL_VAR=str(file.parent))
    assert result.exit_code == 0, result.stderr
    aside = min(file.parent.glob("journal.db.damaged-*"))
    assert str(aside) in result.stderr
    assert aside.read_bytes() == damaged
    assert len(read(Location(path=file)).questions) == 20


@pytest.mark.parametrize("content", [b"", b"a letter", b"SQLite format 3\0" + b"\x55" * 5000])
def test_what_is_no_backup_is_not_restored(file: Path, tmp_path: Path, content: bytes) -> None:
    """The journal stays as it is."""
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)
    result = run("restore", wrong, "--force", ASKWELL_VAR=str(file.parent))
    assert result.exit_code == 5
    assert "no sound backup" in result.stderr
    assert len(read(Location(path=file)).questions) == 20


def test_postgresql_has_its_own_tools(tmp_path: Path) -> None:
    """The sentence names them."""
    (tmp_path / "a").touch()
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        result = run(command, tmp_path / "a", "--journal", "postgresql://db.example/askwell")
        assert result.exit_code == 5
        assert f"use {tool}" in result.stderr


# --- what it costs -------------------------------------------------------------------------

HEAVY = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg", "phonenumbers"}


@pytest.mark.parametrize(
    "args",
    [["ask", "hi"], ["chat"], ["--help"], ["purge", "--help"], ["serve", "--journal", "none"]],
)
def test_who_keeps_nothing_imports_no_database(
    windmill_folder: Path, tmp_path: Path, args: list[str]
) -> None:
    """A command that needs no journal, and a server without one, do not pay for it."""
    serving = args[0] == "serve"
    process = subprocess.Popen(
        [sys.executable, "-c", LOADED, *args, *(["--port", "0"] if serving else [])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(ASKWELL_FAQ=str(windmill_folder), ASKWELL_VAR=str(tmp_path / "var")),
    )
    assert process.stderr
    if serving:
        while "answers on" not in process.stderr.readline():
            pass
        process.terminate()
    loaded = set(process.stderr.read().split())
    process.wait(timeout=20)
    process.stderr.close()
    assert "bot.cli" in loaded
    assert not HEAVY & loaded
    assert not list((tmp_path / "var").glob("journal*"))

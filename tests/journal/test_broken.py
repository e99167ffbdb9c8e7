"""With the journal locked, full, read-only, damaged or gone, patients get their answers."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import aiohttp
import psutil
import pytest

from bot.journal import writer
from bot.journal.location import Location
from bot.journal.reading import read_all
from tests.channels.served import Patient, talking
from tests.journal.served import UNANSWERED, health, judge, keeping, until
from tests.standing.process import serving_process

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import SnapshotStore


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """Return the data folder, which is made by whoever needs it first."""
    return tmp_path / "var"


@pytest.fixture
def file(var: Path) -> Path:
    """Return where the journal is."""
    return var / "journal.db"


async def ask(patient: Patient, *ids: str) -> None:
    """Ask what nobody answers, and get the honest reply."""
    for id_ in ids:
        reply = await patient.ask(f"{UNANSWERED} {id_}", id=id_)
        assert reply["kind"] in {"fallback", "handoff"}


async def texts(file: Path) -> list[str]:
    """Return the questions that are kept."""
    kept = await read_all(Location(path=file))
    return sorted(each.text.removeprefix(f"{UNANSWERED} ") for each in kept.questions)


async def test_locked(content: SnapshotStore, var: Path, file: Path) -> None:
    """Feedback is refused with a time to come back; what was asked is written afterwards."""
    async with keeping(content, var) as client, talking(client) as patient:
        await until(client, "ok")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await ask(patient, "anvil", "barley")
            error = await judge(patient, "anvil")
            assert (error["type"], error["code"]) == ("error", "feedback_lost")
            assert 0 < error["retry_after"] <= 60
            found = await until(client, "locked")
            assert "locked" in found["message"]
            body = {"type": "feedback", "id": "f", "reply_to": "anvil", "helpful": True}
            async with client.post("/api/v1/feedback", json=body) as response:
                assert response.status == 503
                assert 0 < int(response.headers["Retry-After"]) <= 60
            await ask(patient, "candle")
            assert (await judge(patient, "candle"))["type"] == "error"
            other.execute("ROLLBACK")
        await until(client, "ok")
        assert (await judge(patient, "anvil"))["type"] == "ack"
        assert await texts(file) == ["anvil", "barley", "candle"]
        assert len((await read_all(Location(path=file))).feedback) == 1


async def test_locked_at_the_start(content: SnapshotStore, var: Path, file: Path) -> None:
    """The server starts all the same."""
    async with keeping(content, var) as client:
        await until(client, "ok")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with keeping(content, var) as client, talking(client) as patient:
            await ask(patient, "anvil")
            await until(client, "locked")
            other.execute("ROLLBACK")
            await until(client, "ok")
    assert await texts(file) == ["anvil"]


async def test_gone(content: SnapshotStore, var: Path, file: Path) -> None:
    """A journal that somebody deleted is made anew; nothing is acknowledged that is not in it."""
    async with keeping(content, var) as client, talking(client) as patient:
        await ask(patient, "anvil")
        await until(client, "ok")
        shutil.rmtree(var)
        await ask(patient, "barley")
        acknowledged = (await judge(patient, "barley", "too short"))["type"] == "ack"
        await until(client, "ok")
        comments = [each.comment for each in (await read_all(Location(path=file))).feedback]
        assert comments == (["too short"] if acknowledged else [])
        assert (await judge(patient, "barley", "too short"))["type"] == "ack"
        assert await texts(file) == ["barley"]
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_folder_that_can_not_be_made(content: SnapshotStore, var: Path) -> None:
    """A file is in its place."""
    var.write_text("not a folder")
    async with keeping(content, var) as client, talking(client) as patient:
        found = await until(client, "gone")
        assert "missing" in found["message"]
        await ask(patient, "anvil")
        assert (await judge(patient, "anvil"))["type"] == "error"
        var.unlink()
        await until(client, "ok")
    assert await texts(var / "journal.db") == ["anvil"]


async def test_damaged(
    content: SnapshotStore, var: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged file is left as it is; whoever looks is told what to do."""
    monkeypatch.setattr(writer, "LASTING_PAUSE", 0.2)
    async with keeping(content, var) as client, talking(client) as patient:
        await ask(patient, "anvil")
        await until(client, "ok")
    damaged = bytearray(file.read_bytes())
    damaged[4096:12_288] = b"\x55" * 8192
    file.write_bytes(damaged)
    async with keeping(content, var) as client, talking(client) as patient:
        found = await until(client, "damaged")
        assert "askwell restore" in found["message"]
        await ask(patient, "barley")
        assert (await judge(patient, "barley"))["code"] == "feedback_lost"
        assert file.read_bytes() == damaged
        file.rename(var / "put away")
        await until(client, "ok")
        assert (await judge(patient, "barley"))["type"] == "ack"
    assert await texts(file) == ["barley"]
    assert (var / "put away").read_bytes() == damaged


async def test_damaged_while_it_runs(
    content: SnapshotStore, var: Path, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Patients get answers, and the log names no word of theirs."""
    async with keeping(content, var) as client, talking(client) as patient:
        await ask(patient, "anvil")
        await until(client, "ok")
        with closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.write_bytes(b"\x55" * file.stat().st_size)
        for n in range(3):
            await ask(patient, f"barley {n}")
            await asyncio.sleep(0.05)
        await judge(patient, "barley 1", "a private matter")
    assert not any(word in caplog.text for word in ("barley", "private", "Traceback"))


async def test_feedback_that_is_not_wanted(content: SnapshotStore, var: Path) -> None:
    """Clients are told not to ask for it, and one that does is told that nothing is kept."""
    async with keeping(content, var, keep_feedback_days=0) as client, talking(client) as patient:
        assert patient.welcome["feedback"] is False
        assert (await judge(patient, "1"))["code"] == "feedback_off"


async def test_full(windmill_folder: Path, var: Path, file: Path) -> None:
    """No room for one byte more; writing resumes by itself when there is."""
    with serving_process(windmill_folder, var) as server:
        async with aiohttp.ClientSession(server.url) as client, client.ws_connect("/ws") as socket:
            patient = Patient(socket, await socket.receive_json())
            await until(client, "ok")
            await ask(patient, "anvil")
            await until(client, "ok")
            limits = psutil.Process(server.popen.pid)
            limits.rlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            await ask(patient, "barley")
            assert (await judge(patient, "barley", "too short"))["type"] == "error"
            found = await health(client)
            assert found["state"] in {"full", "disk"}
            await ask(patient, "candle")
            endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            limits.rlimit(resource.RLIMIT_FSIZE, endless)
            await until(client, "ok")
            assert (await judge(patient, "barley", "too short"))["type"] == "ack"
        assert await texts(file) == ["anvil", "barley", "candle"]
        assert "Traceback" not in server.log()


async def test_read_only(windmill_folder: Path, var: Path, file: Path) -> None:
    """What was asked waits until the journal may be written."""
    with serving_process(windmill_folder, var) as server:
        async with aiohttp.ClientSession(server.url) as client:
            await until(client, "ok")
    file.chmod(0o400)
    var.chmod(0o500)
    with serving_process(windmill_folder, var, through=_unprivileged()) as server:
        async with aiohttp.ClientSession(server.url) as client, client.ws_connect("/ws") as socket:
            patient = Patient(socket, await socket.receive_json())
            await ask(patient, "anvil")
            await until(client, "read_only")
            assert (await judge(patient, "anvil"))["type"] == "error"
            var.chmod(0o700)
            file.chmod(0o600)
            await until(client, "ok")
    assert await texts(file) == ["anvil"]


def _unprivileged() -> list[str]:
    """Return what starts a program that no file mode can be overridden by, as root's can."""
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []

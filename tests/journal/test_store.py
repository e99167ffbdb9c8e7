"""Rows are written whole, once, and read back as they were; in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from bot.journal.batch import Batch, Tallies
from bot.journal.faults import Trouble, Unusable
from bot.journal.location import Location
from bot.journal.reading import read_all
from bot.journal.records import Count, Fault, Feedback, Kept, Loss, Near, Outcome, Question, Timing
from bot.journal.store import Store

if TYPE_CHECKING:
    from pathlib import Path

NOON = 1_795_262_400
"""An hour's start."""


def question(key: bytes = b"1", **changes: Any) -> dict[str, Any]:
    """Return a row."""
    return {
        "key": key,
        "at": NOON,
        "outcome": "unanswered",
        "text": "is it safe for a giraffe?",
        "near": [["botox/how-long", 0.25], ["parking/where-can-i-park", None]],
        "subject": None,
        "version": "v1",
        **changes,
    }


def opinion(key: bytes = b"1", **changes: Any) -> dict[str, Any]:
    """Return a row."""
    row = {"key": key, "at": NOON, "helpful": False, "comment": "too short", "kind": "answer"}
    return {**row, "entries": ["botox/how-long"], "version": "v1", **changes}


def version(name: str, **prints: str) -> dict[str, Any]:
    """Return a row."""
    return {"at": NOON, "version": name, "size": len(prints), "prints": prints}


def fault(at: int = NOON) -> dict[str, Any]:
    """Return a row."""
    return {"at": at, "path": "faq/parking.md", "line": 12, "message": "This has no answer."}


async def test_what_is_written_is_read_back(store: Store, location: Location) -> None:
    """Every kind of row comes back as it was."""
    tallies = Tallies()
    tallies.counts[NOON, "answer", ""] = 2
    tallies.timings[NOON, "answer", 448] = 2
    tallies.losses[NOON, "question"] = 3
    batch = Batch([question()], {b"1": opinion()}, [version("v1", a="1")], [fault()], tallies)
    await store.write(batch)
    kept = await read_all(location)
    near = (Near("botox/how-long", 0.25), Near("parking/where-can-i-park", None))
    text = "is it safe for a giraffe?"
    assert kept.questions == (Question(NOON, Outcome.UNANSWERED, text, near, None, "v1"),)
    entries = ("botox/how-long",)
    assert kept.feedback == (Feedback(NOON, False, "too short", "answer", entries, "v1"),)
    assert kept.counts == (Count(NOON, "answer", "", 2),)
    assert kept.timings == (Timing(NOON, "answer", 448, 2),)
    assert kept.losses == (Loss(NOON, "question", 3),)
    assert kept.faults == (Fault(NOON, "faq/parking.md", 12, "This has no answer."),)
    assert [(each.version, each.size, each.added) for each in kept.versions] == [("v1", 1, ("a",))]


async def test_reading_begins_where_asked(store: Store, location: Location) -> None:
    """Rows from a time on."""
    await store.write(Batch([question(b"1"), question(b"2", at=NOON + 3600)]))
    assert [each.at for each in (await read_all(location, since=NOON + 1)).questions] == [
        NOON + 3600
    ]


async def test_the_same_question_is_kept_once(store: Store, location: Location) -> None:
    """In one batch and in two."""
    await store.write(Batch([question(), question()]))
    await store.write(Batch([question(text="other words")]))
    assert [each.text for each in (await read_all(location)).questions] == [
        "is it safe for a giraffe?"
    ]


async def test_later_feedback_replaces_earlier(store: Store, location: Location) -> None:
    """On the same reply; other replies keep theirs."""
    await store.write(Batch(feedback={b"1": opinion(), b"2": opinion(b"2", comment=None)}))
    await store.write(Batch(feedback={b"1": opinion(helpful=True, comment="it worked")}))
    found = {(each.helpful, each.comment) for each in (await read_all(location)).feedback}
    assert found == {(True, "it worked"), (False, None)}


async def test_counts_add_up(store: Store, location: Location) -> None:
    """Those of two batches."""
    for n in (2, 3):
        tallies = Tallies()
        tallies.counts[NOON, "answer", "botox/how-long"] = n
        await store.write(Batch(tallies=tallies))
    assert (await read_all(location)).counts == (Count(NOON, "answer", "botox/how-long", 5),)


async def test_a_version_is_compared_with_the_one_before(store: Store, location: Location) -> None:
    """Entries and other parts; going live again is no change."""
    first = version("v1", a="1", b="1", c="1", **{"=wording": "1"})
    second = version("v2", a="1", b="2", d="1", **{"=wording": "2"})
    await store.write(Batch(versions=[first, second, second]))
    await store.write(Batch(versions=[second]))
    last = (await read_all(location)).versions[-1]
    assert len((await read_all(location)).versions) == 2
    assert (last.added, last.changed, last.removed, last.parts) == (
        ("d",),
        ("b",),
        ("c",),
        ("wording",),
    )


async def test_a_fault_that_two_processes_report_is_kept_once(
    store: Store, location: Location
) -> None:
    """The same fault a while later is another."""
    await store.write(Batch(faults=[fault(), fault(NOON + 1)]))
    await store.write(Batch(faults=[fault(NOON + 600)]))
    assert [each.at for each in (await read_all(location)).faults] == [NOON, NOON + 600]


async def test_a_batch_is_written_whole_or_not_at_all(store: Store, location: Location) -> None:
    """A row that the database refuses takes the others of its batch with it."""
    with pytest.raises((sqlite3.IntegrityError, asyncpg.NotNullViolationError)):
        await store.write(Batch([question(b"1"), question(b"2", text=None)]))
    assert await read_all(location) == Kept()


async def test_processes_share_a_journal(location: Location) -> None:
    """Several may open it at the same moment, when there is none yet, and write."""
    stores = await asyncio.gather(*(Store.open(location, wait=10) for _ in range(4)))
    try:
        for n in range(5):
            batches = (
                Batch([question(b"%d %d" % (n, i))], tallies=_counted()) for i in range(len(stores))
            )
            await asyncio.gather(
                *(store.write(batch) for store, batch in zip(stores, batches, strict=True))
            )
    finally:
        for store in stores:
            await store.close()
    kept = await read_all(location)
    assert (len(kept.questions), kept.counts) == (20, (Count(NOON, "answer", "", 20),))


def _counted() -> Tallies:
    tallies = Tallies()
    tallies.counts[NOON, "answer", ""] = 1
    return tallies


# --- the file ------------------------------------------------------------------------------


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Make a journal in a file."""
    path = tmp_path / "var" / "journal.db"
    await (await Store.open(Location(path=path))).close()
    return path


async def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """Nor what SQLite puts beside it, nor the folder."""
    path = tmp_path / "var" / "journal.db"
    store = await Store.open(Location(path=path))
    await store.write(Batch([question()]))
    modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm"), 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    await store.close()


async def test_a_file_that_others_could_read_is_closed_to_them(file: Path) -> None:
    """When it is opened the next time."""
    file.chmod(0o644)
    await (await Store.open(Location(path=file))).close()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_damaged_file_is_not_touched(file: Path) -> None:
    """Not one byte of it."""
    damaged = file.read_bytes()[:2048] + b"\x55" * 6000
    file.write_bytes(damaged)
    with pytest.raises(Exception, match=r"malformed|damaged|not a database"):
        await Store.open(Location(path=file))
    assert file.read_bytes() == damaged


async def test_a_file_that_went_away_takes_no_acknowledgement(file: Path) -> None:
    """What SQLite writes into a deleted file is lost, although it says that all is well."""
    store = await Store.open(Location(path=file))
    file.unlink()
    with pytest.raises(Unusable) as caught:
        await store.write(Batch([question()]))
    assert caught.value.trouble is Trouble.GONE
    await store.close()


async def test_any_path_will_do(tmp_path: Path) -> None:
    """Spaces, marks of addresses, letters of other scripts."""
    location = Location(path=tmp_path / "my data?#%20" / "журнал & co.db")
    store = await Store.open(location)
    await store.write(Batch([question()]))
    await store.close()
    assert len((await read_all(location)).questions) == 1
    assert location.path is not None
    assert location.path.exists()

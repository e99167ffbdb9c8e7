"""The journal of a running server: never in the way, bounded, and honest about what it lost."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.dialogue import respond
from bot.errors import JournalError
from bot.journal import backlog
from bot.journal.batch import Batch
from bot.journal.journal import Journal
from bot.journal.location import Location
from bot.journal.notes import Note, Opinion
from bot.journal.reading import read_all
from bot.journal.records import HOUR, Outcome
from bot.journal.retention import DAY, Clock, Keep
from bot.journal.store import Store
from bot.models import Problem, State
from tests.journal.test_store import NOON, opinion, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.models import Turn
    from bot.snapshot import Snapshot

TEXT = "do you treat a marble planet"
HERE = State(conversation="c")


@asynccontextmanager
async def running(location: Location, **keep: int) -> AsyncIterator[Journal]:
    """Run a journal."""
    journal = Journal(location, secret=b"s", keep=Keep(**keep), clock=Clock())
    await journal.start()
    try:
        yield journal
    finally:
        await journal.close()


async def until(journal: Journal, state: str = "ok") -> None:
    """Wait until it is in a state, and until nothing waits if that state is `ok`."""
    async with asyncio.timeout(15):
        while True:
            health = journal.health
            if health.state == state and (state != "ok" or not health.waiting):
                return
            await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def missed(windmill: Snapshot) -> Turn:
    """Return a turn that answered nothing."""
    return respond(windmill, HERE, TEXT)


@pytest.fixture(scope="module")
def answered(windmill: Snapshot) -> Turn:
    """Return a turn that answered."""
    return respond(windmill, HERE, "how long is the session")


def note(turn: Turn | None, id_: str | None = "1", text: str = TEXT) -> Note:
    """Return a note of a turn."""
    return Note(id_, text, HERE, turn, "v1", 0.0005)


def said(reply_to: str, comment: str | None = None, **changes: Any) -> Opinion:
    """Return an opinion."""
    return Opinion("c", reply_to, helpful=False, comment=comment, **changes)


async def test_notes_become_rows_and_counts(
    location: Location, missed: Turn, answered: Turn
) -> None:
    """What was noted before the journal was open, too."""
    journal = Journal(location, secret=b"s", keep=Keep(), clock=Clock())
    journal.note(note(answered, "1"))
    journal.note(note(missed, "2"))
    await journal.start()
    journal.note(note(None, "3"))
    await journal.close()
    kept = await read_all(location)
    assert [(each.outcome, each.text) for each in kept.questions] == [(Outcome.UNANSWERED, TEXT)]
    assert {(each.kind, each.entry): each.n for each in kept.counts} == {
        ("answer", ""): 1,
        ("answer", "botox/how-long"): 1,
        ("failed", ""): 1,
        ("fallback", ""): 1,
    }
    assert {(each.kind, each.micros) for each in kept.timings} == {
        ("answer", 480),
        ("failed", 480),
        ("fallback", 480),
    }
    assert all(each.hour % HOUR == 0 for each in kept.counts)
    assert all(each.at % HOUR == 0 for each in kept.questions)


async def test_a_message_that_comes_again_is_counted_once(location: Location, missed: Turn) -> None:
    """The same id with the same words; without an id nobody can tell."""
    async with running(location) as journal:
        for id_ in ("1", "1", "1", None, None):
            journal.note(note(missed, id_))
    kept = await read_all(location)
    assert len(kept.questions) == 3
    assert [each.n for each in kept.counts] == [3]


async def test_after_a_restart_the_question_is_still_known(
    location: Location, missed: Turn
) -> None:
    """By its key, which is the same."""
    for _ in range(2):
        async with running(location) as journal:
            journal.note(note(missed))
    assert len((await read_all(location)).questions) == 1


async def test_feedback_is_on_disk_when_it_is_acknowledged(location: Location) -> None:
    """Another connection reads it; what changes it replaces it."""
    async with running(location) as journal:
        await journal.add_opinion(said("1", "too short", kind="answer", entries=("a/b",)))
        (kept,) = (await read_all(location)).feedback
        assert (kept.comment, kept.kind, kept.entries) == ("too short", "answer", ("a/b",))
        many = [journal.add_opinion(said("1", f"reason {word}")) for word in ("barley", "candle")]
        await asyncio.gather(*many)
        (kept,) = (await read_all(location)).feedback
        assert kept.comment == "reason candle"


async def test_text_is_redacted(location: Location, missed: Turn) -> None:
    """Questions, comments, and what content problems quote."""
    async with running(location) as journal:
        journal.note(note(missed, text="call me at 212-555-0199 please"))
        await journal.add_opinion(said("1", "mail jane@example.com"))
        journal.reload_failed([Problem("faq/a.md", 3, 'What is "jane@example.com"?')])
    kept = await read_all(location)
    assert kept.questions[0].text == "call me at [phone] please"
    assert kept.feedback[0].comment == "mail [email]"
    assert "jane" not in kept.faults[0].message


@pytest.mark.parametrize("text", ["a\0b planet", "half \ud800 of a planet", "планета 🪐 planet"])
async def test_any_text_can_be_kept(location: Location, missed: Turn, text: str) -> None:
    """Or what of it can be stored; nothing stops the others."""
    async with running(location) as journal:
        journal.note(note(missed, "1", text))
        journal.note(note(missed, "2"))
        await journal.add_opinion(said("1", text))
    kept = await read_all(location)
    assert len(kept.questions) == 2
    assert (kept.feedback[0].comment or "").endswith("planet")


@pytest.mark.parametrize(
    ("keep", "kept"),
    [({}, []), ({"answered": 1}, [TEXT]), ({"answered": 1, "questions": 0}, [TEXT])],
)
async def test_answered_questions_are_kept_only_if_wanted(
    tmp_path: Path, answered: Turn, keep: dict[str, int], kept: list[str]
) -> None:
    """They are off by default."""
    location = Location(path=tmp_path / "journal.db")
    async with running(location, **keep) as journal:
        journal.note(note(answered))
    assert [each.text for each in (await read_all(location)).questions] == kept


async def test_each_kind_can_be_left_out(tmp_path: Path, missed: Turn, windmill: Snapshot) -> None:
    """With 0 days nothing of it is ever written, and nobody is told that it were."""
    location = Location(path=tmp_path / "journal.db")
    async with running(location, questions=0, feedback=0, changes=0) as journal:
        journal.note(note(missed))
        journal.went_live(windmill.faq)
        journal.reload_failed([Problem("faq/a.md", 3, "Broken.")])
        assert not journal.takes_opinions
    kept = await read_all(location)
    assert (kept.questions, kept.feedback, kept.versions, kept.faults) == ((), (), (), ())


async def test_versions_that_went_live(location: Location, windmill: Snapshot) -> None:
    """What a restart finds unchanged is no new version."""
    faq = windmill.faq
    first, *others = faq.topics
    removed = replace(faq, topics=tuple(others), version="v2")
    for _ in range(2):
        async with running(location) as journal:
            journal.went_live(faq)
    async with running(location) as journal:
        journal.went_live(removed)
    versions = (await read_all(location)).versions
    assert [each.version for each in versions] == [faq.version, "v2"]
    assert len(versions[0].added) == len(faq.entries)
    assert set(versions[1].removed) == {entry.id for entry in first.entries}


# --- outages -------------------------------------------------------------------------------


async def test_memory_is_bounded_and_losses_are_counted(
    tmp_path: Path,
    missed: Turn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In a long outage the oldest wait, the others are counted; the log says how many."""
    monkeypatch.setattr(backlog, "MOST_QUESTIONS", 50)
    (tmp_path / "var").write_text("in the way")
    location = Location(path=tmp_path / "var" / "journal.db")
    async with running(location) as journal:
        await until(journal, "gone")
        for n in range(500):
            journal.note(note(missed, str(n)))
        health = journal.health
        assert health.lost == 450
        assert 50 < health.waiting < 60
        with pytest.raises(JournalError):
            await journal.add_opinion(said("1"))
        (tmp_path / "var").unlink()
        await until(journal)
    kept = await read_all(location)
    assert len(kept.questions) == 50
    assert [each.n for each in kept.counts] == [500]
    assert [(each.what, each.n) for each in kept.losses] == [("question", 450)]
    assert "Lost meanwhile: 450 questions." in caplog.text


async def test_a_row_that_can_not_be_written_does_not_hold_up_the_others(
    location: Location, missed: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up, and counted."""
    journal = Journal(location, secret=b"s", keep=Keep(), clock=Clock())
    poisoned = journal._redacting._question

    def poison(*args: Any) -> Any:
        row = poisoned(*args)
        return {**row, "version": None} if "poison" in row["text"] else row

    monkeypatch.setattr(journal._redacting, "_question", poison)
    for n, text in enumerate(("anvil", "poison", "barley")):
        journal.note(note(missed, str(n), text))
    await journal.start()
    await until(journal)
    await journal.close()
    kept = await read_all(location)
    assert {each.text for each in kept.questions} == {"anvil", "barley"}
    assert [each.n for each in kept.counts] == [3]
    assert [each.n for each in kept.losses] == [1]


async def test_feedback_waits_no_longer_than_a_patient_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told that nothing was kept can send it again; it is kept once."""
    monkeypatch.setattr("bot.journal.journal.ACK_SECONDS", 0.1)
    location = Location(path=tmp_path / "journal.db")
    async with running(location) as journal:
        await until(journal)
        with closing(sqlite3.connect(location.path, isolation_level=None)) as other:  # type: ignore[arg-type]
            other.execute("BEGIN EXCLUSIVE")
            started = time.monotonic()
            with pytest.raises(JournalError) as caught:
                await journal.add_opinion(said("1", "too short"))
            assert time.monotonic() - started < 1
            assert caught.value.retry_after
            other.execute("ROLLBACK")
        await until(journal)
        monkeypatch.setattr("bot.journal.journal.ACK_SECONDS", 5)
        await journal.add_opinion(said("1", "too short"))
    assert len((await read_all(location)).feedback) == 1


async def test_stopping_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missed: Turn
) -> None:
    """What can't be written within seconds is not."""
    monkeypatch.setattr("bot.journal.journal.CLOSE_SECONDS", 0.2)
    location = Location(path=tmp_path / "journal.db")
    await (await Store.open(location)).close()
    with closing(sqlite3.connect(location.path, isolation_level=None)) as other:  # type: ignore[arg-type]
        other.execute("BEGIN EXCLUSIVE")
        async with running(location) as journal:
            journal.note(note(missed))
            await until(journal, "locked")
            started = time.monotonic()
        assert time.monotonic() - started < 6


# --- retention -----------------------------------------------------------------------------


async def filled(location: Location, *days: int) -> None:
    """Write rows of so many days ago."""
    store = await Store.open(location)
    now = int(time.time())
    for n, ago in enumerate(days):
        at = (now - ago * DAY) // HOUR * HOUR
        part = Batch([question(b"%d" % n, at=at)], {b"%d" % n: opinion(b"%d" % n, at=at)})
        part.questions.append(question(b"a%d" % n, at=at, outcome="answered"))
        part.tallies.counts[at, "answer", ""] = 1
        part.tallies.losses[at, "question"] = 1
        await store.write(part)
    await store.close()


async def test_what_is_too_old_is_deleted(location: Location) -> None:
    """Each kind after its days; what is answered after its own."""
    await filled(location, 0, 2, 40, 400)
    async with running(location, questions=30, answered=1, feedback=60, counts=365) as journal:
        deleted = await journal._retaining.look()
        assert deleted == {"questions": 5, "feedback": 1, "counts": 1, "losses": 1}
        assert await journal._retaining.look() == {}
    kept = await read_all(location)
    assert (len(kept.questions), len(kept.feedback), len(kept.counts)) == (3, 3, 3)


async def test_a_clock_that_jumps_deletes_nothing(location: Location) -> None:
    """Not for a day; then the clock may be right."""
    await filled(location, 0)
    wall, steady = time.time(), 0.0
    clock = Clock(wall=lambda: wall, steady=lambda: steady)
    journal = Journal(location, secret=b"s", keep=Keep(answered=30), clock=clock)
    await journal.start()
    assert await journal._retaining.look() == {}
    wall += 5000 * DAY
    assert await journal._retaining.look() == {}
    assert len((await read_all(location)).questions) == 2
    wall, steady = wall + DAY + 1, steady + DAY + 1
    assert await journal._retaining.look()
    assert (await read_all(location)).questions == ()
    await journal.close()


async def test_rows_from_the_future_age_too(location: Location) -> None:
    """A wrong clock must not make them last."""
    await filled(location, -300)
    async with running(location) as journal:
        journal._retaining._begun = True
        await journal._retaining.look()
    kept = await read_all(location)
    times = [*(each.at for each in kept.questions), *(each.at for each in kept.feedback)]
    assert max(times) <= time.time()


async def test_a_file_that_was_damaged_is_noticed_within_an_hour(tmp_path: Path) -> None:
    """SQLite itself notices only where it happens to look."""
    location = Location(path=tmp_path / "journal.db")
    await filled(location, *range(30))
    async with running(location) as journal:
        await until(journal)
        assert location.path is not None
        data = bytearray(location.path.read_bytes())
        data[8192:-4096] = b"\x55" * (len(data) - 12_288)
        location.path.write_bytes(data)
        with pytest.raises(Exception, match=r"damaged|malformed"):
            await journal._retaining.look()
        await until(journal, "damaged")


async def test_the_last_version_stays(location: Location) -> None:
    """However old it is; earlier ones go."""
    store = await Store.open(location)
    for name in ("v1", "v2"):
        row = {"at": NOON - 4000 * DAY, "version": name, "size": 1, "prints": {"a": name}}
        await store.write(Batch(versions=[row]))
    await store.close()
    async with running(location) as journal:
        journal._retaining._begun = True
        assert await journal._retaining.look() == {"versions": 1}
    assert [each.version for each in (await read_all(location)).versions] == ["v2"]

"""A snapshot is built whole, swapped at once, and kept where the new one is broken."""

from __future__ import annotations

import gc
import time
import weakref
from datetime import date
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from bot.dialogue import respond
from bot.errors import ContentError
from bot.models import Level, State
from bot.snapshot import SnapshotStore, check_snapshot, load_snapshot
from tests.faqs import BOTOX, PARKING, write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot

TODAY = date(2026, 11, 20)
MOVED = PARKING.replace("Lot B", "Lot C")
BROKEN = PARKING.replace("Park in **Lot B**, next to the red windmill. Parking is free.\n", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small FAQ, with its index compiled."""
    folder = write_faq(tmp_path_factory.mktemp("faq"))
    load_snapshot(folder, today=TODAY)
    return folder


@pytest.fixture
def store(folder: Path) -> SnapshotStore:
    """Return a store of the small FAQ as it was at first."""
    write_faq(folder)
    return SnapshotStore(folder, today=lambda: TODAY)


def parking(snapshot: Snapshot) -> str:
    """Return where the snapshot says one can park."""
    return respond(snapshot, State(), "where can I park").reply.text


def test_snapshot(windmill: Snapshot) -> None:
    """A snapshot holds all that a turn needs, and the content's version."""
    assert windmill.version == windmill.faq.version == windmill.index.version
    assert windmill.entries.keys() == {entry.id for entry in windmill.faq.entries}
    assert windmill.problems == ()
    assert parking(windmill).startswith("Park in Lot B")


def test_warnings_do_not_stop_serving(shipped: Snapshot) -> None:
    """What is not an error is kept with the snapshot, for staff to look at."""
    assert all(problem.level is not Level.ERROR for problem in shipped.problems)


def test_broken_content_is_no_snapshot(tmp_path: Path) -> None:
    """All problems of broken content are raised at once."""
    write_faq(tmp_path, parking=BROKEN, clinic="# Clinic\nCountry: Atlantis\n")
    with pytest.raises(ContentError) as caught:
        load_snapshot(tmp_path, today=TODAY, cache=False)
    assert {problem.path.rpartition("/")[2] for problem in caught.value.problems} >= {
        "parking.md", "clinic.md",
    }  # fmt: skip


def test_compiled_index_is_kept_beside_the_content(folder: Path) -> None:
    """With the cache the second start finds a compiled index, and answers alike."""
    assert len(list((folder / ".askwell").glob("index-*.npz"))) == 1
    first, second = (load_snapshot(folder, today=TODAY) for _ in range(2))
    question = "how long dose it take"
    assert respond(first, State(), question) == respond(second, State(), question)


def test_nothing_is_kept_without_the_cache(tmp_path: Path) -> None:
    """Without the cache the content's folder stays as it was."""
    write_faq(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    load_snapshot(tmp_path, today=TODAY, cache=False)
    assert sorted(tmp_path.rglob("*")) == before


# --- reloading -----------------------------------------------------------------------------


def test_edit_is_served_after_a_reload(folder: Path, store: SnapshotStore) -> None:
    """A saved edit is answered after the reload; who still holds the old snapshot keeps it."""
    old = store.current
    write_faq(folder, parking=MOVED)
    assert store.reload()
    assert (store.problems, store.current.version != old.version) == ((), True)
    assert parking(store.current).startswith("Park in Lot C")
    assert parking(old).startswith("Park in Lot B")


def test_broken_edit_keeps_the_old_content(folder: Path, store: SnapshotStore) -> None:
    """A broken file changes nothing but the list of problems."""
    old = store.current
    write_faq(folder, parking=BROKEN)
    assert not store.reload()
    assert store.current is old
    assert [problem.path.rpartition("/")[2] for problem in store.problems] == ["parking.md"]


def test_mended_edit_is_served(folder: Path, store: SnapshotStore) -> None:
    """Once the file is mended the new content is served, and the problems are gone."""
    write_faq(folder, parking=BROKEN)
    store.reload()
    write_faq(folder, parking=MOVED)
    assert store.reload()
    assert store.problems == ()
    assert parking(store.current).startswith("Park in Lot C")


def test_missing_folder_keeps_the_old_content(
    tmp_path: Path, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is gone for a moment, as in a deployment, takes nothing down."""
    old = store.current
    monkeypatch.setattr(store, "_folder", tmp_path / "gone")
    assert not store.reload()
    assert store.current is old
    assert store.problems


def test_what_was_replaced_is_freed(folder: Path, store: SnapshotStore) -> None:
    """After an edit the old content is freed when it is let go of, with no look for garbage."""
    gc.disable()
    try:
        respond(store.current, State(), "where can I prak")
        before = [weakref.ref(each) for each in (store.current, store.current.index)]
        write_faq(folder, parking=PARKING.replace("Lot B", "Lot C"))
        assert store.reload()
        store.let_go()
        assert [each() for each in before] == [None, None]
    finally:
        gc.enable()


def test_learning_ends_with_the_snapshot(folder: Path, store: SnapshotStore) -> None:
    """What an index learns beside answering it stops learning as soon as it is replaced."""
    learning = Thread(target=store.learn)
    learning.start()
    write_faq(folder, parking=PARKING.replace("Lot B", "Lot C"))
    assert store.reload()
    learning.join(5)
    assert not learning.is_alive()


def test_finishing(folder: Path, store: SnapshotStore) -> None:
    """A reload shows an edit quickly; finishing builds the whole index of the same content."""
    entry = "\n## May I bring my dog?\n\nDogs wait outside.\n"
    write_faq(folder, parking=PARKING + entry)
    store.reload()
    assert store.unfinished
    assert "outside" in respond(store.current, State(), "may I bring my dog").reply.text
    version = store.current.version
    store.finish()
    assert (store.unfinished, store.current.version) == (False, version)
    assert "outside" in respond(store.current, State(), "may I bring my dog").reply.text


def test_reload_during_finishing_wins(folder: Path, store: SnapshotStore) -> None:
    """What is finished for older content is stopped, and does not replace newer content."""
    write_faq(folder, parking=MOVED)
    store.reload()
    finishing = Thread(target=store.finish)
    finishing.start()
    write_faq(folder)
    store.reload()
    finishing.join(20)
    assert parking(store.current).startswith("Park in Lot B")
    assert store.current.index.version == store.current.version


def test_every_snapshot_that_is_seen_is_whole(folder: Path, store: SnapshotStore) -> None:
    """While content is swapped, each turn is answered from one content, old or new."""

    def edit() -> None:
        for content in (MOVED, BROKEN, PARKING):
            write_faq(folder, parking=content)
            store.reload()

    editing = Thread(target=edit)
    editing.start()
    seen = set()
    while editing.is_alive():
        snapshot = store.current
        assert snapshot.faq.version == snapshot.index.version == snapshot.replies.faq.version
        seen.add(parking(snapshot)[:13])
        time.sleep(0.001)
    assert seen <= {"Park in Lot B", "Park in Lot C"}


# --- phrasings that lead astray ------------------------------------------------------------


def test_phrasings_find_their_entries(windmill: Snapshot) -> None:
    """Of a well written FAQ each phrasing finds its own entry."""
    assert check_snapshot(windmill) == ()


def test_phrasing_that_finds_another_entry(tmp_path: Path) -> None:
    """A phrasing that belongs elsewhere is named with its place and with what it finds."""
    stray = BOTOX.replace("- is it quick\n", "- where do I leave my car, where can I park it\n")
    write_faq(tmp_path, botox=stray)
    found = check_snapshot(load_snapshot(tmp_path, today=TODAY, cache=False))
    assert [problem.level for problem in found] == [Level.WARNING] * len(found)
    assert ("botox.md", 10) in [(each.path.rpartition("/")[2], each.line) for each in found]
    assert "parking/where-can-i-park" in found[0].message

"""Looking at the FAQ folder: what counts as a change, and what a fault in loading costs."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.live import fingerprint, follow, off_the_loop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with one content file."""
    (tmp_path / "questions").mkdir()
    (tmp_path / "botox.md").write_text("# Botox\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("parking.md", True),
        ("questions/botox.txt", True),
        (".askwell/index.md", False),
        (".botox.md", False),
        ("botox.md~", False),
        ("notes.docx", False),
    ],
)
def test_what_counts_as_a_change(folder: Path, name: str, counts: bool) -> None:
    """Content files count; our own cache and what editors leave behind do not."""
    before = fingerprint(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert (fingerprint(folder) != before) is counts


def test_a_rewritten_file_counts(folder: Path) -> None:
    """A file that was saved again counts, even with the same length."""
    before = fingerprint(folder)
    (folder / "botox.md").write_text("# BOTOX\n")
    assert fingerprint(folder) != before


def test_a_folder_that_is_gone(folder: Path) -> None:
    """While the folder is being replaced there is nothing to see, and no fault."""
    shutil.rmtree(folder)
    assert fingerprint(folder) == frozenset()


async def test_a_fault_in_loading_is_not_the_end(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug in loading is logged without its message, and the next change is read again."""
    reloads: list[int] = []
    reports: list[tuple[Any, ...]] = []

    class Store:
        problems: tuple[Any, ...] = ()
        unfinished = False

        def reload(self) -> None:
            reloads.append(1)
            if len(reloads) == 1:
                raise ValueError("what a patient wrote")

        def let_go(self) -> None:
            pass

        def learn(self) -> None:
            pass

    store: Any = Store()
    task = asyncio.create_task(
        follow(
            store, folder, seen=frozenset(), poll=False, report=reports.append, renew=lambda: None
        )
    )
    await _until(lambda: len(reloads) == 1)
    (folder / "parking.md").write_text("# Parking\n")
    await _until(lambda: reports == [()])
    task.cancel()
    assert "The FAQ was not reloaded: ValueError at test_live.py" in caplog.text
    assert "patient" not in caplog.text


async def test_work_off_the_loop_does_not_block_it() -> None:
    """While a thread works, the loop goes on."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        asyncio.run_coroutine_threadsafe(_set(told), loop).result(5)

    assert await off_the_loop(work, fault="never")
    assert told.is_set()


async def _set(event: asyncio.Event) -> None:
    event.set()


async def _until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)

"""Live editing: the FAQ is reloaded when its files change.

Notice of a change only says when to look. Whether something changed is read from the files
themselves, so a notice that never comes (a folder that was replaced, a network drive) costs a
second, and one too many (our own cache) costs nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeAlias

import watchfiles

from bot.channels.faults import place
from bot.errors import BuildError
from bot.lean import give_back

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator
    from pathlib import Path

    from bot.models import Problem
    from bot.snapshot import SnapshotStore

_log = logging.getLogger(__name__)
_SUFFIXES = frozenset({".md", ".txt"})
_SETTLE_MILLISECONDS = 150
"""Editors save in several steps; a change is read when the folder was quiet for so long."""
_LOOK_SECONDS = 1.0
"""How often to look without any notice."""

Fingerprint: TypeAlias = frozenset[tuple[str, int, int, int]]


def fingerprint(folder: Path) -> Fingerprint:
    """Return what changes when any content file does: names, times, sizes, and inodes."""
    with contextlib.suppress(OSError):  # the folder is just being replaced
        return frozenset(map(_mark, _files(folder)))
    return frozenset()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.suffix in _SUFFIXES and not any(part.startswith(".") for part in parts):
            yield path


def _mark(path: Path) -> tuple[str, int, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino


async def follow(
    store: SnapshotStore,
    folder: Path,
    *,
    seen: Fingerprint,
    poll: bool,
    report: Callable[[tuple[Problem, ...]], None],
    renew: Callable[[], None],
) -> None:
    """Reload the store after each change since `seen`; runs until it is cancelled.

    `report` gets the problems of each failed reload, and an empty tuple after a good one. `renew`
    lets go of what was made from what is replaced.
    """
    finishing: asyncio.Task[None] | None = None
    async with asyncio.TaskGroup() as tasks, aclosing(_looks(folder, poll=poll)) as looks:
        async for _ in looks:
            now = await asyncio.to_thread(fingerprint, folder)
            if now != seen or store.due:
                seen = now
                if await off_the_loop(store.reload, fault="The FAQ was not reloaded"):
                    report(store.problems)
                    tasks.create_task(_settle(store, renew))
            elif store.unfinished and (finishing is None or finishing.done()):
                finishing = tasks.create_task(_finish(store, renew))


async def _finish(store: SnapshotStore, renew: Callable[[], None]) -> None:
    if await off_the_loop(store.finish, fault="The index was not finished"):
        await _settle(store, renew)


async def _settle(store: SnapshotStore, renew: Callable[[], None]) -> None:
    """Give back what was replaced, when nothing else refers to it, and learn what replaced it."""

    def settle() -> None:
        store.let_go()
        give_back()
        store.learn()

    await asyncio.sleep(_LOOK_SECONDS)
    renew()
    await off_the_loop(settle, fault="What was replaced is still in memory")


async def off_the_loop(work: Callable[[], object], *, fault: str) -> bool:
    """Do seconds of work beside the event loop; False, and `fault` in the log, if it fails.

    The thread is one that does not hold the process up when it is told to stop.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[bool] = loop.create_future()

    def tell(good: bool) -> None:
        if not ended.done():
            ended.set_result(good)

    def run() -> None:
        good = True
        try:
            work()
        except BuildError as error:
            _log.error("%s: %s", fault, error)
            good = False
        except Exception as error:  # noqa: BLE001  whatever the files hold, the old content goes on
            _log.error("%s: %s", fault, place(error))
            good = False
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, good)

    threading.Thread(target=run, daemon=True).start()
    return await ended


async def _looks(folder: Path, *, poll: bool) -> AsyncGenerator[None]:
    """Yield whenever it is time to look at the folder."""
    while True:
        yield
        try:
            async for _ in watchfiles.awatch(
                folder,
                watch_filter=None,
                debounce=_SETTLE_MILLISECONDS * 4,
                step=_SETTLE_MILLISECONDS,
                rust_timeout=int(_LOOK_SECONDS * 1000),
                yield_on_timeout=True,
                force_polling=poll or None,
            ):
                yield
        except (OSError, RuntimeError) as error:
            _log.warning("Changes can't be noticed (%s); looking once a second.", place(error))
        await asyncio.sleep(_LOOK_SECONDS)

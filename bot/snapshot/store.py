"""The store: holds the current snapshot and swaps it for that of an edited folder.

Reading, checking and indexing is done by a process of its own (`bot.building`), so that answering
goes on undisturbed; the store loads what that process has written.
"""

from __future__ import annotations

import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import finalize

from bot.building.builder import Builder, Stopped
from bot.building.haste import Haste
from bot.building.job import Job
from bot.compiled import known_path, read_content
from bot.errors import BuildError, ContentError
from bot.lean import loading
from bot.retrieval.changes import carried_over
from bot.retrieval.store import index_path, read
from bot.snapshot.record import CACHE, snapshot_of
from bot.snapshot.replaced import Replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.building.job import Outcome
    from bot.models import Problem
    from bot.retrieval.index import Index
    from bot.snapshot.record import Snapshot

RETRY_SECONDS: Final = 60.0
"""How long to wait before building again after it failed through no fault of the content."""
BUILD_SECONDS: Final = 1_800.0
"""How long building may take; a million phrasings take some minutes."""
_MISSPELT: Final = "apointmnt"
_LEARNT_BEFORE: Final = 200
"""Words that an index learns before it is swapped in; it learns the others while it answers."""
_LEARNING_SECONDS: Final = 0.005
"""Pause between two words, for the answers that came meanwhile."""


class SnapshotStore:
    """Holds the current snapshot; `reload` swaps it, or keeps it where the new one is broken.

    What is compiled lies in the FAQ folder's `.askwell/`, else in `spare`, else in a temporary
    folder. Raises ContentError for broken content, and BuildError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        today: Callable[[], date] = date.today,
        spare: Path | None = None,
        seconds: float = BUILD_SECONDS,
    ) -> None:
        self._folder = folder
        self._today = today
        self._into = self._writable([folder / CACHE, *([spare] if spare else [])])
        self._editing, self._finishing = Builder(seconds=seconds), Builder(seconds=seconds)
        self._lock = Lock()
        self._replaced = Replaced()
        self._files = (Path(), Path())
        """The files of the current snapshot's content and index."""
        self._retry_at = 0.0
        self.problems: tuple[Problem, ...] = ()
        """Why the last edit could not be loaded; empty when it could."""
        self.fault: str | None = None
        """Why the last build failed though the content may be good."""
        self.reloads = {"live": 0, "broken": 0, "failed": 0}
        """What became of edits: answered from, refused for their problems, or not read at all."""
        self.builds = 0
        """How many processes have built something."""
        self.build_seconds = 0.0
        """How long they took together."""
        self.current = self._known() or self._take(self._build(self._editing), None)

    @property
    def unfinished(self) -> bool:
        """Whether the current index was built quickly after an edit and could be better."""
        return not self.current.index.whole and self._may_try

    @property
    def due(self) -> bool:
        """Whether a reload failed through no fault of the content, and should be tried again."""
        return self.fault is not None and self.current.index.whole and self._may_try

    @property
    def _may_try(self) -> bool:
        return time.monotonic() >= self._retry_at

    def reload(self) -> bool:
        """Load the folder as it is now and swap it in; False, with `problems` set, if it is broken.

        Quick, but not instant: call it off the event loop, and `finish` when there is time.
        Raises BuildError.
        """
        self._finishing.stop()  # it is for older content
        with self._lock:
            try:
                outcome = self._build(self._editing, before=self._files, haste=Haste.EDIT)
                self._swap(outcome)
            except ContentError as error:
                self.problems = error.problems
                self.reloads["broken"] += 1
                return False
            except BuildError:
                self.reloads["failed"] += 1
                raise
            self.problems = ()
            self.reloads["live"] += 1
            return True

    def finish(self) -> None:
        """Build the current content's whole index, which takes seconds, and swap it in.

        A reload in the meantime is not held up, and wins. Raises BuildError.
        """
        started = self.current
        try:
            outcome = self._build(self._finishing, haste=Haste.IDLE)
        except (Stopped, ContentError):  # edited meanwhile, so that a reload is coming
            return
        with self._lock:
            if self.current is started:
                self._swap(outcome)

    def let_go(self) -> None:
        """Free what was replaced, slowly; call it off the event loop, a moment after a swap."""
        self._replaced.free()

    def learn(self) -> None:
        """Let the current index learn its own words, slowly, unless it is replaced meanwhile."""
        current = self.current
        for _ in current.index.learn():
            if self.current is not current:
                return
            time.sleep(_LEARNING_SECONDS)

    def close(self) -> None:
        """Stop what is being built."""
        self._finishing.stop()
        self._editing.stop()

    # --- building --------------------------------------------------------------------------

    def _build(self, builder: Builder, **options: Any) -> Outcome:
        job = Job(folder=self._folder, into=self._into, today=self._today(), **options)
        start = time.monotonic()
        try:
            outcome = builder.build(job)
        except BuildError as error:
            self._fail(str(error))
            raise
        finally:
            self.builds += 1
            self.build_seconds += time.monotonic() - start
        self.fault = None
        return outcome

    def _fail(self, fault: str) -> None:
        self.fault = fault
        self._retry_at = time.monotonic() + RETRY_SECONDS

    def _swap(self, outcome: Outcome) -> None:
        before = self.current
        with loading():
            self.current = self._take(outcome, before)
        self._replaced.add(before)

    def _take(self, outcome: Outcome, previous: Snapshot | None) -> Snapshot:
        """Load what was built, and do what its first question would have to wait for."""
        files = self._into / outcome.content, self._into / (outcome.index or self._files[1].name)
        content = read_content(files[0])
        if content is None:
            raise self._unreadable()
        if outcome.index is None and previous is not None:
            index: Index | None = carried_over(previous.index, content[0])
        else:
            index = read(files[1], content[0])
        if index is None:
            raise self._unreadable()
        snapshot = snapshot_of(content, index, into=self._into, previous=previous)
        if previous is not None:
            snapshot.screen.prepare()
            snapshot.index.rank(snapshot.index.read(_MISSPELT))
            for _ in islice(snapshot.index.learn(), _LEARNT_BEFORE):
                time.sleep(0)
        self._files = files
        return snapshot

    def _unreadable(self) -> BuildError:
        error = BuildError("gave files that can't be read; was the program updated meanwhile?")
        self._fail(str(error))
        return error

    def _known(self) -> Snapshot | None:
        """Return what was compiled for the folder as it is now, if it was."""
        kept = known_path(self._into, self._folder)
        content = read_content(kept) if kept else None
        if kept is None or content is None:
            return None
        self._files = kept, index_path(self._into, content[0].version)
        index = read(self._files[1], content[0])
        return snapshot_of(content, index, into=self._into) if index else None

    def _writable(self, folders: list[Path]) -> Path:
        """Return the first of the folders that can be written to, else a temporary one."""
        for folder in folders:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=folder).close()
            except OSError:
                continue
            return folder
        temporary = tempfile.TemporaryDirectory(prefix="askwell-")
        finalize(self, temporary.cleanup)
        return Path(temporary.name)

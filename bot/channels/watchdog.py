"""Notices when the event loop stands still, and where.

The loop beats four times a second. A thread looks whether it did: when not, it writes down which
lines of code the loop is held up in, by name and number only, never with values. Stalls that end
before the thread can look are measured by the late beat itself.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
BEAT_SECONDS: Final = 0.25
"""Time between two beats."""
STALL_SECONDS: Final = 1.0
"""How late a beat must be to count as a stall."""
RECENT_SECONDS: Final = 60.0
"""How long after a stall the server says that it had one."""
_FRAMES: Final = 6


class Watchdog:
    """Watches one event loop; `start` it on that loop."""

    def __init__(self, *, stall: float = STALL_SECONDS, alive: Callable[[], object] | None = None):
        self.stalls = 0
        """How often the loop stood still for longer than `stall`."""
        self.stalled_seconds = 0.0
        """How long it did, all stalls together."""
        self.longest = 0.0
        """The longest time by which a beat was late, in seconds, stall or not."""
        self._stall = stall
        self._alive = alive
        self._ended = threading.Event()
        self._beat = self._last_stall = float("-inf")
        self._named = False
        self._thread = 0

    @property
    def troubled(self) -> bool:
        """Whether the loop stands still, or did within the last minute."""
        return monotonic() - self._last_stall < RECENT_SECONDS

    def start(self) -> None:
        """Begin to watch the running loop."""
        self._thread = threading.get_ident()
        self._beat = monotonic()
        self._schedule()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """End watching."""
        self._ended.set()

    # --- on the loop -----------------------------------------------------------------------

    def _schedule(self) -> None:
        asyncio.get_running_loop().call_later(BEAT_SECONDS, self._heartbeat)

    def _heartbeat(self) -> None:
        now = monotonic()
        late = now - self._beat - BEAT_SECONDS
        self.longest = max(self.longest, late)
        if late > self._stall:
            self._count(late, now)
        self._beat, self._named = now, False
        if not self._ended.is_set():
            self._schedule()

    def _count(self, late: float, now: float) -> None:
        self.stalls += 1
        self.stalled_seconds += late
        self._last_stall = now
        _log.warning("Answers were held up for %.1f seconds.", late)

    # --- beside it -------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            if monotonic() - self._beat - BEAT_SECONDS <= self._stall:
                if self._alive:
                    self._alive()
            elif not self._named:
                self._named = True
                self._last_stall = monotonic()
                _log.warning("The event loop stands still at %s.", self._where())

    def _where(self) -> str:
        """Return the innermost lines that the loop's thread is in, innermost first."""
        frame = sys._current_frames().get(self._thread)
        lines = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=_FRAMES)
        return " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in lines)

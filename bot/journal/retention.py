"""How long what is kept, and whether the clock can be believed when something is to be deleted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

DAY: Final = 86_400
_JUMP: Final = 600
"""Seconds by which the wall clock may run away from the steady one between two looks."""
_QUIET: Final = 60 * DAY
"""A journal whose newest row is older than that was put away, or the clock is wrong."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Days for which each kind is kept; 0: not at all."""

    questions: int = 90
    answered: int = 0
    feedback: int = 180
    counts: int = 730
    changes: int = 730

    @classmethod
    def of(cls, settings: Settings) -> Keep:
        """Take the days from the settings."""
        return cls(
            settings.keep_questions_days,
            settings.keep_answered_days,
            settings.keep_feedback_days,
            settings.keep_counts_days,
            settings.keep_changes_days,
        )


def steady() -> float:
    """Return seconds that never jump; time asleep counts too, where the system can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Clock:
    """Says what time it is, and doubts it for a day after it jumped.

    A clock that is set wrong for an hour must not delete what is to be kept for a year. One that
    really was wrong before is believed a day later.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = steady
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._offset = wall() - steady()
        self._believed_from = float("-inf")

    def now(self) -> int:
        """Return whole seconds since 1970."""
        return int(self._wall())

    def newest(self, at: int | None) -> None:
        """Doubt the clock if it does not fit the newest row of the journal."""
        if at is not None and not -DAY < self._wall() - at < _QUIET:
            self._doubt()

    def believed(self) -> bool:
        """Whether the clock has gone evenly for a day, or since it was first looked at."""
        offset = self._wall() - self._steady()
        if abs(offset - self._offset) > _JUMP:
            self._doubt()
        self._offset = offset
        return self._steady() >= self._believed_from

    def _doubt(self) -> None:
        self._believed_from = self._steady() + DAY

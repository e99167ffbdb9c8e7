"""What a server has done so far, in plain numbers. Counting costs a turn less than a microsecond.

Only the event loop counts, so no lock is needed; whoever reads gets a number of some moment. No
number can be traced to a patient, and nothing is counted by what a patient wrote.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Final

from bot.models import ReplyKind

BOUNDS: Final = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
)  # fmt: skip
"""Seconds that end the classes into which the time of a turn falls; the last class is open."""


class Tally:
    """Counts turns, refusals and connections."""

    __slots__ = ("opened", "refused", "seconds", "times", "turns")

    def __init__(self) -> None:
        self.turns: dict[str, int] = dict.fromkeys(map(str.__str__, ReplyKind), 0)
        """Kind of reply → turns. Plain strings are found in a third of the time of members."""
        self.times = [0] * (len(BOUNDS) + 1)
        """Class of BOUNDS → turns."""
        self.seconds = 0.0
        """How long all turns together took to answer."""
        self.refused: Counter[str] = Counter()
        """Code of an error → messages and connections that were refused with it."""
        self.opened = 0
        """Websockets that were let in."""

    def turn(self, kind: str, seconds: float) -> None:
        """Count a turn."""
        self.turns[kind] += 1
        self.seconds += seconds
        self.times[bisect_left(BOUNDS, seconds)] += 1

    def refuse(self, code: str) -> None:
        """Count a message or a connection that got an error instead of an answer."""
        self.refused[code] += 1

"""Token buckets per connection and per address, and the count of open connections.

A bucket holds `burst` tokens and gains `rate` per second. Taking one from an empty bucket says
how long to wait. All times are monotonic, so a changed wall clock locks nobody out.
"""

from __future__ import annotations

import enum
import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEMBERED = 10_000
"""Addresses whose bucket is kept; a forgotten one starts with a full bucket again."""


class Bucket:
    """A token bucket; starts full.

    All that it needs to know is when it will be full again: whoever takes a token puts that off
    by the time in which one comes in.
    """

    __slots__ = ("_each", "_full_at", "_spare")

    def __init__(self, burst: int, rate: float, *, now: float) -> None:
        self._each = 1 / rate
        """Seconds in which one token comes in."""
        self._spare = (burst - 1) / rate
        """How far off the full bucket may be while there is still a token in this one."""
        self._full_at = now

    def take(self, now: float) -> float:
        """Take one token and return 0.0, or take none and return the seconds to wait."""
        full_at = self._full_at
        if full_at <= now:
            self._full_at = now + self._each
            return 0.0
        if (wait := full_at - now - self._spare) > 0:
            return wait
        self._full_at = full_at + self._each
        return 0.0


class AddressBuckets:
    """One bucket for each address; the addresses that were quiet longest are forgotten first."""

    def __init__(
        self, burst: int, rate: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str) -> float:
        """Take a token of `address`; see `Bucket.take`."""
        return self.of(address).take(self._clock())

    def of(self, address: str) -> Bucket:
        """Return the bucket of `address`; it is the newest now."""
        if (bucket := self._buckets.get(address)) is None:
            bucket = self._buckets[address] = Bucket(self._burst, self._rate, now=self._clock())
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        return bucket


class Allowance:
    """What one connection may send: tokens of its own bucket, and of the one of its address."""

    __slots__ = ("_clock", "_own", "_shared")

    def __init__(
        self, own: Bucket, shared: Bucket, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._own = own
        self._shared = shared
        self._clock = clock

    def take(self) -> float:
        """Take a token of both; see `Bucket.take`."""
        now = self._clock()
        return self._own.take(now) or self._shared.take(now)


class Place(enum.Enum):
    """Where a new connection may go."""

    SEAT = "seat"
    """It is served."""
    DOOR = "door"
    """Over the cap, but let in to be told so by a close code, which browsers can read."""
    OUTSIDE = "outside"
    """Refused before the upgrade."""


class Places:
    """Counts open connections, in all and for each address."""

    def __init__(self, most: int, most_per_address: int, *, most_at_door: int = 50) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._most_at_door = most_at_door
        self._seated = 0
        self._seated_from: Counter[str] = Counter()
        self._at_door = 0

    def enter(self, address: str) -> Visit:
        """Hold a place for as long as the connection lasts."""
        if self._seated < self._most and self._seated_from[address] < self._most_per_address:
            return Visit(self, Place.SEAT, address)
        if self._at_door < self._most_at_door:
            return Visit(self, Place.DOOR, address)
        return Visit(self, Place.OUTSIDE, address)

    def count(self, visit: Visit, more: int) -> None:
        """Count a visit in (1) or out (-1)."""
        if visit.place is Place.SEAT:
            self._seated += more
            self._seated_from[visit.address] += more
            if not self._seated_from[visit.address]:
                del self._seated_from[visit.address]
        elif visit.place is Place.DOOR:
            self._at_door += more


class Visit:
    """One connection's place, held within a `with`; thousands are open, so it is small."""

    __slots__ = ("_places", "address", "place")

    def __init__(self, places: Places, place: Place, address: str) -> None:
        self._places = places
        self.place = place
        self.address = address

    def __enter__(self) -> Place:
        self._places.count(self, 1)
        return self.place

    def __exit__(self, *_: object) -> None:
        self._places.count(self, -1)

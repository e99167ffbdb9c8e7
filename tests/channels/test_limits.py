"""Buckets refill with time, and places are counted out and back in."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import AddressBuckets, Bucket, Place, Places


def test_a_burst_then_one_a_second() -> None:
    """Ten at once go through, the eleventh is told how long to wait."""
    bucket = Bucket(10, 1.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(11)] == [0.0] * 10 + [1.0]
    assert bucket.take(0.25) == 0.75
    assert bucket.take(1.0) == 0.0


@given(st.lists(st.floats(0, 100), max_size=200), st.integers(1, 20), st.floats(0.1, 20))
def test_never_more_than_burst_and_rate(pauses: list[float], burst: int, rate: float) -> None:
    """In any stretch of time no more go through than the burst and what came in."""
    bucket, now, taken = Bucket(burst, rate, now=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += not bucket.take(now)
        assert taken <= burst + now * rate + 1e-6


@given(st.lists(st.floats(0, 5), max_size=100), st.integers(1, 20), st.floats(0.1, 20))
def test_a_bucket_counts_its_tokens(pauses: list[float], burst: int, rate: float) -> None:
    """What it lets through, and what it says one has to wait, is what counting tokens says."""
    bucket, now, tokens = Bucket(burst, rate, now=0.0), 0.0, float(burst)
    for pause in pauses:
        now += pause
        tokens = min(tokens + pause * rate, burst)
        wait = max(0.0, 1 - tokens) / rate
        assert bucket.take(now) == pytest.approx(wait, abs=1e-6)
        tokens -= wait < 1e-6


def test_waiting_as_told_is_enough() -> None:
    """Who waits as long as told gets through."""
    bucket = Bucket(1, 0.3, now=0.0)
    bucket.take(0.0)
    wait = bucket.take(0.0)
    assert bucket.take(wait + 1e-9) == 0.0


def test_each_address_has_its_own_bucket() -> None:
    """One address that floods does not slow another one down."""
    buckets = AddressBuckets(2, 1.0, clock=lambda: 0.0)
    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 1.0]
    assert buckets.take("b") == 0.0


def test_addresses_are_forgotten_not_hoarded() -> None:
    """However many addresses come, memory stays bounded."""
    buckets = AddressBuckets(1, 1.0, clock=lambda: 0.0)
    for number in range(10_050):
        buckets.take(str(number))
    assert len(buckets._buckets) == 10_000
    assert buckets.take("10049") == 1.0
    assert buckets.take("0") == 0.0


def test_places_are_counted() -> None:
    """Over the cap a few stand at the door to be told; then nobody comes in."""
    places = Places(2, 2, most_at_door=1)
    with contextlib.ExitStack() as stack:
        entered = [stack.enter_context(places.enter(name)) for name in "abcd"]
    assert entered == [Place.SEAT, Place.SEAT, Place.DOOR, Place.OUTSIDE]
    with places.enter("e") as place:
        assert place is Place.SEAT


def test_one_address_does_not_take_all_places() -> None:
    """The cap for one address leaves room for the others."""
    places = Places(10, 1)
    with places.enter("a"), places.enter("a") as second, places.enter("b") as other:
        assert (second, other) == (Place.DOOR, Place.SEAT)
    assert not places._seated_from

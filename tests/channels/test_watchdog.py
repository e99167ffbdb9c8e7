"""The watchdog: a loop that stands still is noticed, named and told."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.channels.watchdog import BEAT_SECONDS, Watchdog

if TYPE_CHECKING:
    import pytest

PATIENTS = "what a patient wrote"


def hold_up(text: str) -> None:
    """Hold up the loop until the watchdog has seen it."""
    assert text
    time.sleep(BEAT_SECONDS * 4)


async def test_a_stall_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """While the loop stands still the log says in which lines, and afterwards for how long."""
    watchdog = Watchdog(stall=0.1)
    watchdog.start()
    hold_up(PATIENTS)
    await asyncio.sleep(BEAT_SECONDS)
    watchdog.stop()
    assert (watchdog.stalls, watchdog.troubled) == (1, True)
    assert 0.1 < watchdog.stalled_seconds <= watchdog.longest
    named, told = caplog.messages
    assert named.startswith("The event loop stands still at test_watchdog.py:")
    assert told.startswith("Answers were held up for ")
    assert PATIENTS not in caplog.text


async def test_a_busy_loop_is_no_stall(caplog: pytest.LogCaptureFixture) -> None:
    """A loop that is late but goes on is measured, not complained of."""
    watchdog = Watchdog(stall=30)
    watchdog.start()
    hold_up(PATIENTS)
    await asyncio.sleep(BEAT_SECONDS)
    watchdog.stop()
    assert (watchdog.stalls, watchdog.troubled, caplog.messages) == (0, False, [])
    assert watchdog.longest > 0.1


async def test_systemd_hears_of_a_loop_that_lives() -> None:
    """As long as the loop goes on, and only so long, systemd is told that the service lives."""
    told: list[float] = []
    watchdog = Watchdog(stall=0.0, alive=lambda: told.append(time.monotonic()))
    watchdog.start()
    async with asyncio.timeout(20):
        while not told:  # noqa: ASYNC110  it is told by a thread
            await asyncio.sleep(BEAT_SECONDS / 4)
    before = len(told)
    time.sleep(BEAT_SECONDS * 3)  # noqa: ASYNC251  holding the loop up is the point
    during = [at for at in told[before:] if at > time.monotonic() - BEAT_SECONDS]
    watchdog.stop()
    assert during == []

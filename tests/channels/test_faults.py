"""Faults outside of any request: written down without words of patients, and not without end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.channels.faults import LoopFaults

if TYPE_CHECKING:
    import pytest


async def test_a_forgotten_task(caplog: pytest.LogCaptureFixture) -> None:
    """A task that fails and that nobody waits for is named by its place, not by its words."""

    async def fail() -> None:
        raise ValueError("what a patient wrote")

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(LoopFaults())
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
    loop.set_exception_handler(None)
    assert "The event loop met a fault: ValueError at test_faults.py" in caplog.text
    assert "patient" not in caplog.text


async def test_the_same_fault_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong a thousand times a second fills no disk."""
    now = [0.0]
    faults = LoopFaults(clock=lambda: now[0])
    loop = asyncio.get_running_loop()
    for now[0] in (0.0, 1.0, 59.0, 60.0, 61.0, 121.0):
        faults(loop, {"message": "secret", "exception": OSError(24, "secret")})
    assert [record.getMessage() for record in caplog.records] == [
        "The event loop met a fault: OSError at : Too many open files"
    ] * 3


async def test_many_faults(caplog: pytest.LogCaptureFixture) -> None:
    """However many different faults there are, few are remembered; one may have no exception."""
    faults = LoopFaults(clock=lambda: 0.0)
    loop = asyncio.get_running_loop()
    for number in range(1_000):
        faults(loop, {"exception": type(f"Fault{number}", (Exception,), {})()})
    faults(loop, {"message": "what a patient wrote"})
    assert len(faults._again_at) <= 100
    assert caplog.messages[-1] == "The event loop met a fault: unknown"

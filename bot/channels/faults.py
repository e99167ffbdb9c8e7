"""Faults of our own, written down without what a patient wrote."""

from __future__ import annotations

import logging
import os
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from typing import Any

_log = logging.getLogger(__name__)
_FRAMES = 3
_AGAIN_SECONDS = 60.0
"""How long the same fault of the event loop is not written down again."""
_MOST_FAULTS = 100
"""Different faults of the loop that are remembered."""


def place(error: BaseException) -> str:
    """Name a fault and where it happened, but not its message: that may hold patient text."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {where}"


@web.middleware
async def quiet_faults(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn any fault of a handler into a plain 500 and one line in the log."""
    try:
        return await handler(request)
    except (web.HTTPException, ConnectionError):  # who hung up is no fault of ours
        raise
    except Exception as error:  # noqa: BLE001  the last place to stop a traceback with its text
        _log.error("A request failed: %s", place(error))
        raise web.HTTPInternalServerError from None


class LoopFaults:
    """Writes down what goes wrong outside of any request, the same fault once a minute at most.

    The loop's own way would quote what it was doing, and repeat itself for as long as there is no
    file descriptor left.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._again_at: dict[str, float] = {}

    def __call__(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle a fault; see `asyncio.loop.set_exception_handler`."""
        error = context.get("exception")
        fault = "unknown" if error is None else place(error)
        if isinstance(error, OSError) and error.errno:
            fault = f"{fault}: {os.strerror(error.errno)}"
        now = self._clock()
        if now < self._again_at.get(fault, now):
            return
        if len(self._again_at) >= _MOST_FAULTS:
            self._again_at.clear()
        self._again_at[fault] = now + _AGAIN_SECONDS
        _log.error("The event loop met a fault: %s", fault)

"""Faults of our own, written down without what a patient wrote."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)
_FRAMES = 3


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
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001  the last place to stop a traceback with its text
        _log.error("A request failed: %s", place(error))
        raise web.HTTPInternalServerError from None

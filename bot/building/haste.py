"""Who waits for a job of building, and so how far it steps back behind whoever answers patients."""

from __future__ import annotations

import os
from contextlib import suppress
from enum import StrEnum
from typing import Final

_NICEST: Final = 19


class Haste(StrEnum):
    """Who waits for a job."""

    START = "start"
    """A server that can't answer before: the job steps back behind nobody."""
    EDIT = "edit"
    """Who saved a file: it gets what others leave, and a hundredth where they leave nothing."""
    IDLE = "idle"
    """Nobody: it gets only what all others leave."""


def step_back(haste: Haste) -> None:
    """Let whoever answers go first with the processor and, by that, with the disk."""
    if haste is Haste.START:
        return
    os.nice(_NICEST)
    with suppress(AttributeError, OSError):  # Linux has these policies, if it lets us have them
        policy = os.SCHED_IDLE if haste is Haste.IDLE else os.SCHED_BATCH
        os.sched_setscheduler(0, policy, os.sched_param(0))

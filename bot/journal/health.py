"""How a journal is, for whoever watches the server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """How the journal is."""

    state: str = "ok"
    """`ok`, `opening`, or the name of a trouble in lower case, such as `locked`."""
    message: str = ""
    waiting: int = 0
    """Questions, feedback and counts that are not written yet."""
    lost: int = 0
    """What found no room since the journal could last be written."""

    @property
    def degraded(self) -> bool:
        """Whether somebody should look at it."""
        return self.state not in {"ok", "opening"}

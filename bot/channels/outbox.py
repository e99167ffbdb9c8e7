"""Answers that are sent together, because the frames that they answer came together.

A send costs as much as an answer, most of it for waking whoever waits for it. Where sends follow
one another at once, he is awake already, and several answers to one client are a single send.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio import Transport

MOST_CLIENTS: Final = 16
"""Clients whose answers may wait for those of others."""


class Outbox:
    """The frames that are sent once all that came in at the same time is answered."""

    __slots__ = ("_frames",)

    def __init__(self) -> None:
        self._frames: dict[Transport, bytes] = {}

    def put(self, transport: Transport, frame: bytes) -> None:
        """Let a frame wait, at most until the event loop has nothing else to do at once."""
        frames = self._frames
        if transport in frames:
            frames[transport] += frame
            return
        if not frames:
            asyncio.get_running_loop().call_soon(self.send)
        frames[transport] = frame
        if len(frames) >= MOST_CLIENTS:
            self.send()

    def send(self) -> None:
        """Send what waits; what comes by another way than through here must not overtake it."""
        frames, self._frames = self._frames, {}
        for transport, frame in frames.items():
            if not transport.is_closing():
                transport.write(frame)

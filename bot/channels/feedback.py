"""Feedback on a reply: acknowledged only after it is on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a patient thinks of one reply."""

    conversation: str
    reply_to: str
    """The id of the patient's message that was answered."""
    helpful: bool
    comment: str | None = None


class Journal(Protocol):
    """Where feedback goes. A server without one says so instead of pretending."""

    async def add_opinion(self, opinion: Opinion) -> None:
        """Keep the opinion; returns when it is on disk, raises when it can't be."""

"""What the journal holds, as records. Standard library only; docs/decisions/0006-journal.md.

All times are whole seconds since 1970, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

HOUR = 3_600
"""Seconds. What patients did is kept by the hour, not finer."""


class Outcome(StrEnum):
    """Why a question is kept."""

    UNANSWERED = "unanswered"
    CLARIFIED = "clarified"
    """The bot asked back: did you mean …"""
    NONE_OF_THESE = "none of these"
    """The patient said so to what the bot asked back; the words are those it asked back about."""
    ANSWERED = "answered"
    """Kept only where a setting says so."""


class Near(NamedTuple):  # each question that is kept makes three
    """An entry that was near a question."""

    entry: str
    confidence: float | None
    """0 to 1; None when the entry was offered, and how sure that was is no longer known."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a patient, redacted."""

    at: int
    """Start of the hour."""
    outcome: Outcome
    text: str
    """Empty when the words were no longer known as the patient said "None of these"."""
    near: tuple[Near, ...]
    """Best first."""
    subject: str | None
    """Id of the subject that is not covered, if the question was recognised as that."""
    version: str
    """Of the content that did not answer it."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a patient thinks of one reply, redacted."""

    at: int
    """Start of the hour."""
    helpful: bool
    comment: str | None
    kind: str | None
    """Of the reply, as on the wire; None when it is not known which reply is meant."""
    entries: tuple[str, ...]
    """What the reply showed."""
    version: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many replies of one kind in one hour."""

    hour: int
    """Start of the hour."""
    kind: str
    """Of the reply, as on the wire; `failed` where a fault of ours took the place of the reply."""
    entry: str
    """Empty: all replies of the kind, each once. Else those that showed this entry."""
    n: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How many replies of one kind took about so long in one hour."""

    hour: int
    kind: str
    micros: int
    """The least time of the bucket in microseconds; the bucket is at most an eighth wide."""
    n: int


@dataclass(frozen=True, slots=True)
class Version:
    """A content version that went live, and how it differs from the one before."""

    at: int
    version: str
    size: int
    """How many entries it has."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    parts: tuple[str, ...]
    """What else changed: `clinic`, `wording`, `red flags`, `synonyms`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of an edit that could not be loaded."""

    at: int
    path: str
    line: int
    """From 1; 0 when the whole file or folder is meant."""
    message: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What could not be kept in one hour."""

    hour: int
    what: str
    """`question` or `count`."""
    n: int


@dataclass(frozen=True, slots=True)
class Kept:
    """All that the journal holds, oldest first."""

    questions: tuple[Question, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    counts: tuple[Count, ...] = ()
    timings: tuple[Timing, ...] = ()
    versions: tuple[Version, ...] = ()
    faults: tuple[Fault, ...] = ()
    losses: tuple[Loss, ...] = ()

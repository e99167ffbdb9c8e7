"""What a turn leaves for the journal, and what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.journal.records import Near, Outcome
from bot.models import Answer, Clarify, Fallback, Handoff

if TYPE_CHECKING:
    from bot.models import Decision, State, Turn

NEAR: Final = 3
"""Entries that are kept with a question."""
NONE_OF_THESE: Final = "none of these"
NOTHING_SAID: Final = "nothing said"
MISSED: Final = "missed several times"
"""Rules of `bot.policy`; a test holds that they are."""


class Note(NamedTuple):
    """One turn as the channels saw it."""

    id: str | None
    """The message's, as the client chose it."""
    text: str | None
    """What the patient wrote; None when a quick reply was pressed."""
    before: State
    """The state that the message came with."""
    turn: Turn | None
    """None when a fault of ours took its place."""
    version: str
    """Of the content."""
    seconds: float
    """What answering took."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a patient thinks of one reply."""

    conversation: str
    reply_to: str
    """The id of the patient's message that was answered."""
    helpful: bool
    comment: str | None = None
    kind: str | None = None
    """Of the reply; None when it is not known which one is meant."""
    entries: tuple[str, ...] = ()
    """What the reply showed."""
    version: str = ""
    """Of the content."""


class Asked(NamedTuple):
    """A question that is kept, not yet redacted; lives in memory for milliseconds."""

    conversation: str
    id: str | None
    text: str
    outcome: Outcome
    near: tuple[Near, ...]
    subject: str | None
    version: str


def asked(note: Note, *, answered: bool, missed: bool = True) -> Asked | None:
    """Return what is kept of a turn, None if nothing is: `answered` and `missed` ones as wanted.

    What a red flag or small talk answered is never kept.
    """
    turn, before = note.turn, note.before
    outcome = _outcome(turn) if turn is not None else None
    if turn is None or outcome is None:
        return None
    if not (answered if outcome is Outcome.ANSWERED else missed):
        return None
    if outcome is Outcome.NONE_OF_THESE:
        near = tuple(Near(entry, None) for entry in before.offered)
        text = before.tail
        if not near:
            return None  # pressed twice
    else:
        near = _near(turn)
        text = note.text or ""
        if not text:
            return None  # an answer was pressed
    subject = getattr(turn.decision, "subject", None)
    return Asked(before.conversation, note.id, text, outcome, near, subject, note.version)


def _outcome(turn: Turn) -> Outcome | None:
    match turn.decision:
        case Clarify():
            return Outcome.CLARIFIED
        case Fallback(rule=rule) | Handoff(rule=rule):
            return _missed(turn.decision, rule, ranked=turn.ranking is not None)
        case Answer():
            return Outcome.ANSWERED
        case _:
            return None


def _missed(decision: Decision, rule: str, *, ranked: bool) -> Outcome | None:
    """Tell what was missed from what was asked for, such as a person to talk to."""
    if rule == NONE_OF_THESE or (rule == MISSED and not ranked):
        return Outcome.NONE_OF_THESE
    if rule == NOTHING_SAID or (isinstance(decision, Handoff) and rule != MISSED):
        return None
    return Outcome.UNANSWERED


def _near(turn: Turn) -> tuple[Near, ...]:
    if turn.ranking is None:
        return ()
    hits = turn.ranking.hits[:NEAR]
    # Three decimals; `round` takes seven times as long, for it goes by way of a text.
    return tuple([Near(entry, int(sure * 1000 + 0.5) / 1000) for entry, _, sure, _ in hits])

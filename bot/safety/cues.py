"""The cue lists of `red-flags.md`: the words that weaken a finding or show that it is happening.

Every list may be missing: then fewer findings are weakened, and more cards are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.safety.matching import Expression


@dataclass(frozen=True, slots=True)
class Cues:
    """The cue lists as expressions; those of the first group end right before a finding."""

    denied: Expression
    asked_of: Expression
    """A general question about what follows: "can it cause …"."""
    inverted: Expression
    """A modal verb and a subject: "could my throat …"."""
    supposed: Expression
    """An "if" and up to six words, which are group 1."""
    used_to: Expression

    breaks: Expression
    """Words behind which a new clause begins: "but", "because"."""
    denying: Expression
    idiom: Expression
    over: Expression
    live: Expression
    """It is happening; overrules the past and general questions."""
    long_ago: Expression
    earlier: Expression
    """The past, but perhaps of this treatment: counts with a verb in the past only."""
    long_standing: Expression
    general: Expression
    treatment: Expression
    """Asks whether a treatment would help."""
    had_shot: Expression
    heard_of: Expression
    """Asks whether what happened to somebody else is common."""
    medicine: Expression
    """Asks whether a medicine brings thoughts of self-harm."""

    subject: Expression
    person: Expression
    """A person at hand: "my", "she"; in a question not the "I" of "can I"."""
    people: Expression
    third: Expression
    """Somebody other than the person who writes."""
    past: Expression
    present: Expression

    def all(self) -> list[Expression]:
        """Return every cue."""
        return [getattr(self, field.name) for field in fields(self)]

"""Two runs side by side: what became right, what became wrong."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.evaluate.asking import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.evaluate.asking import Outcome
    from bot.evaluate.record import Past


class Kind(StrEnum):
    """How an outcome differs from the earlier one, the worst first."""

    BECAME_WRONG = "became a wrong answer"
    NO_LONGER_RIGHT = "is no longer right"
    OTHERWISE = "is different"
    """Not right before and not right now, or right both times with another reply."""
    BECAME_RIGHT = "became right"
    NEW = "is a new question"
    GONE = "is no longer asked"


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose outcome is not what it was."""

    kind: Kind
    question: str
    before: Verdict | None
    """None for a new question."""
    now: Verdict | None
    """None for one that is no longer asked."""
    entries_before: tuple[str, ...] = ()
    entries_now: tuple[str, ...] = ()


def compare(before: Iterable[Past], now: Iterable[Outcome]) -> tuple[Change, ...]:
    """Return what changed, the worst first; questions are matched by their text, in order."""
    earlier: defaultdict[str, deque[Past]] = defaultdict(deque)
    for each in before:
        earlier[each.question].append(each)
    changes = []
    for outcome in now:
        same = earlier[outcome.question.text]
        past = same.popleft() if same else None
        if kind := _kind(past, outcome):
            changes.append(_change(kind, past, outcome))
    gone = (past for left in earlier.values() for past in left)
    changes.extend(Change(Kind.GONE, p.question, p.verdict, None, p.entries) for p in gone)
    return tuple(sorted(changes, key=lambda change: list(Kind).index(change.kind)))


def _kind(past: Past | None, outcome: Outcome) -> Kind | None:
    if past is None:
        return Kind.NEW
    if outcome.fine and not past.fine:
        return Kind.BECAME_RIGHT
    if past.verdict is not Verdict.WRONG and outcome.verdict is Verdict.WRONG:
        return Kind.BECAME_WRONG
    if past.fine and not outcome.fine:
        return Kind.NO_LONGER_RIGHT
    same = (past.verdict, past.entries) == (outcome.verdict, outcome.entries)
    return None if same else Kind.OTHERWISE


def _change(kind: Kind, past: Past | None, outcome: Outcome) -> Change:
    before, entries = (past.verdict, past.entries) if past else (None, ())
    return Change(kind, outcome.question.text, before, outcome.verdict, entries, outcome.entries)

"""Ask questions and judge what comes: each one a whole turn, as a patient's first message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.dialogue import respond
from bot.evaluate.questions import answerable
from bot.models import Answer, Clarify, Fallback, Handoff, RedFlagged, SmallTalk, State
from bot.policy import TALK_TO_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.evaluate.questions import Question
    from bot.models import Decision, Hit, Turn
    from bot.snapshot import Snapshot


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "answered right"
    CLARIFIED = "clarified"
    """Offered as "did you mean", with the right entry among the options where there is one."""
    ASTRAY = "clarified without it"
    """The right entry was not among the options."""
    FALLBACK = "fallback"
    HANDOFF = "hand-off"
    RED_FLAG = "red-flag card"
    WRONG = "wrong answer"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what became of it."""

    question: Question
    answerable: bool
    """Whether an entry of the FAQ answers the question."""
    verdict: Verdict
    entries: tuple[str, ...]
    """The entries that answered or were offered, best first."""
    rule: str
    """The rule that decided."""
    confidence: float | None
    """The best hit's confidence, 0 to 1; None when nothing was ranked."""
    best: str | None = None
    """The best hit."""

    @property
    def best_is_right(self) -> bool:
        """Whether the best hit is what was expected; this is what confidence foretells."""
        return self.answerable and self.best in self.question.expected

    @property
    def fine(self) -> bool:
        """Whether it went as it should: answered right, or unanswered where nothing answers."""
        if self.answerable:
            return self.verdict is Verdict.RIGHT
        return self.verdict is not Verdict.WRONG


def ask(snapshot: Snapshot, questions: Iterable[Question]) -> Iterator[Outcome]:
    """Ask each question in a conversation of its own and judge the reply."""
    for question in questions:
        yield judge(question, respond(snapshot, State(), question.text), snapshot)


def judge(question: Question, turn: Turn, snapshot: Snapshot) -> Outcome:
    """Compare a turn with what was expected."""
    right = answerable(question.expected, snapshot.entries)
    entries = _entries(turn.decision)
    hit = _best(turn)
    return Outcome(
        question=question,
        answerable=bool(right),
        verdict=_verdict(turn.decision, entries, right),
        entries=entries,
        rule=turn.decision.rule,
        confidence=hit.confidence if hit else None,
        best=hit.entry if hit else None,
    )


def _verdict(decision: Decision, entries: tuple[str, ...], right: tuple[str, ...]) -> Verdict:
    found = not set(entries).isdisjoint(right)
    match decision:
        case Answer() | SmallTalk():
            return Verdict.RIGHT if found else Verdict.WRONG
        case Clarify():
            return Verdict.CLARIFIED if found or not right else Verdict.ASTRAY
        case Handoff():
            return Verdict.RIGHT if found else Verdict.HANDOFF
        case RedFlagged():
            return Verdict.RED_FLAG
        case Fallback():
            return Verdict.FALLBACK


def _entries(decision: Decision) -> tuple[str, ...]:
    """Return the entries that a decision shows or offers."""
    match decision:
        case Answer(entries=entries) | Clarify(entries=entries):
            return entries
        case SmallTalk(entry=entry):
            return (entry,)
        case Handoff():  # a conversation's first message is handed over only when it asks for that
            return (TALK_TO_A_PERSON,)
        case Fallback(offer=offer):
            return offer
        case RedFlagged():
            return ()


def _best(turn: Turn) -> Hit | None:
    """Return the hit that the ranking puts first."""
    return turn.ranking.hits[0] if turn.ranking and turn.ranking.hits else None

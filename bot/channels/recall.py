"""Turns that were taken before: a question that is asked again costs next to nothing.

A turn is a pure function of the content, the state and the utterance. So what was found for an
utterance may be kept, and the turn too, by that part of the state on which it depends.
What patients wrote is in memory only for that, for at most two of the periods after which `age`
is called, and never more than some thousand utterances.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from bot.channels.wire import Bodies
from bot.dialogue import TAIL, advance, respond
from bot.models import State, Tier, Turn
from bot.rankings import Rankings
from bot.reading import clauses, form, may_pick
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from bot.channels.protocol import Body
    from bot.models import Screening
    from bot.safety.message import Words
    from bot.snapshot import Snapshot

MOST: Final = 8_000
"""Questions and turns in one generation; the two take about 10 MB."""
_MOST_PAIRS: Final = 40_000
"""Pairs of messages in one generation; the two take about 8 MB."""
_MOST_ONCE: Final = 20_000
_TIRED: Final = THRESHOLDS.clarify_in_a_row
"""Clarifications in a row that change what is decided next."""
_LONGEST: Final = TAIL
"""Characters of an utterance that is kept, so that all of it is the next message's tail."""
Part: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], int, bool, Tier | None]


class Kept(NamedTuple):
    """A turn that was taken before."""

    turn: Turn
    """Without the state that it led to."""
    body: Body
    """Its reply as it is sent."""


@dataclass(slots=True)
class Question:
    """An utterance that was asked before."""

    number: int
    words: Words
    alone: Screening
    """What the screen finds in it, whatever was said before."""
    rankings: Rankings
    flagged: bool
    """It is a red flag by itself: then the screen looks for nothing else."""
    leans: bool
    """It, or a clause of it, may refer to the last answer."""
    wants_more: bool
    picks: bool
    """It may name one of the entries that were offered."""
    turns: dict[Part, Kept] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, snapshot: Snapshot, number: int) -> Question:
        """Read what of the state matters to an utterance."""
        whole, alone = form(text), snapshot.screen.screen(text)
        forms = (whole, *map(form, clauses(text)))
        return cls(
            number,
            snapshot.screen.words(text),
            alone,
            Rankings(snapshot.index),
            flagged=alone.tier is not None,
            leans=any(each.leans_back or each.elliptical for each in forms),
            wants_more=whole.wants_more,
            picks=may_pick(text),
        )

    def part(self, state: State) -> Part:
        """Return all of the state on which the decision and the reply depend, but for the tail.

        What was shown matters where an utterance may refer to it: the last entry, and all of them
        to one that asks for more.
        """
        _, shown, offered, misses, clarified, alert, _ = state
        if not self.leans:
            shown = ()
        elif not self.wants_more:
            shown = shown[:1]
        return shown, offered if self.picks else (), misses, clarified >= _TIRED, alert


class Recall:
    """The questions of two generations; when the newer one is full, the older one is forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self.bodies = Bodies()
        """The replies of all turns."""
        self._most = most
        self._snapshot: Snapshot | None = None
        self.forget()

    def forget(self) -> None:
        """Forget everything."""
        self._newer: dict[str, Question] = {}
        self._older: dict[str, Question] = {}
        self._apart: set[int] = set()
        self._apart_before: set[int] = set()
        self._once: set[int] = set()
        """Hashes of what was asked at least once."""
        self._once_before: set[int] = set()
        self._kept = self._number = 0

    def renew(self, snapshot: Snapshot) -> None:
        """Forget what was found in other content than this."""
        if snapshot is not self._snapshot:
            self.forget()
            self._snapshot = snapshot

    def age(self) -> None:
        """Forget what was not asked since this was called the last time.

        A reply may quote the question as it was understood, so replies are let go too.
        """
        self._turn_over()
        self._apart_before, self._apart = self._apart, set()
        self.bodies.forget()
        if self._snapshot is not None:
            self._snapshot.screen.forget()

    def _turn_over(self) -> None:
        self._older, self._newer, self._kept = self._newer, {}, 0

    def turn(self, snapshot: Snapshot, state: State, text: str) -> tuple[Turn, State, Body]:
        """Answer an utterance, with what is known of it from earlier turns.

        Returns the turn, the state that it leads to, and its reply as it is sent; the state in
        the turn itself may be empty.
        """
        question = self.question(snapshot, text)
        if question is None:
            return self._sent(snapshot, respond(snapshot, state, text))
        tail = state.tail
        if tail and not question.flagged and not self._stand_apart(snapshot, tail, text, question):
            return self._sent(snapshot, respond(snapshot, state, text, rankings=question.rankings))
        part = question.part(state)
        if (kept := question.turns.get(part)) is not None:
            turn, body = kept
            return turn, advance(state, turn.decision, text), body
        sent = self._sent(snapshot, respond(snapshot, state, text, rankings=question.rankings))
        turn, after, body = sent
        if after.tail:  # else an offer was picked, which is no turn of this utterance
            self._make_room(1)
            question.turns[part] = Kept(turn._replace(state=State()), body)
        return sent

    def _sent(self, snapshot: Snapshot, turn: Turn) -> tuple[Turn, State, Body]:
        return turn, turn.state, self.bodies.of(turn.reply, snapshot.version)

    def question(self, snapshot: Snapshot, text: str) -> Question | None:
        """Return what is known of an utterance; None at the first time that it is asked.

        Most questions are never asked again in the same words, so nothing is kept of them yet.
        """
        if snapshot is not self._snapshot:
            self.renew(snapshot)
        if (question := self._newer.get(text)) is not None:
            return question
        if (question := self._older.pop(text, None)) is None:
            if len(text) > _LONGEST or not self._asked_again(text):
                return None
            self._number += 1
            question = Question.of(text, snapshot, self._number)
        self._make_room(1 + len(question.turns))
        self._newer[text] = question
        return question

    def _make_room(self, needed: int) -> None:
        if self._kept >= self._most:
            self._turn_over()
        self._kept += needed

    def _asked_again(self, text: str) -> bool:
        mark = hash(text)
        if mark in self._once or mark in self._once_before:
            return True
        if len(self._once) >= _MOST_ONCE:
            self._once_before, self._once = self._once, set()
        self._once.add(mark)
        return False

    def _stand_apart(self, snapshot: Snapshot, tail: str, text: str, question: Question) -> bool:
        """Whether the screen finds the same in a message whether or not it knows the last one."""
        before, screen = self._newer.get(tail) or self._older.get(tail), snapshot.screen
        if before is None:
            apart = not screen.adds(screen.words(tail), question.words)
            return apart or screen.screen(text, tail=tail) == question.alone
        pair = before.number << 32 | question.number
        if pair in self._apart or pair in self._apart_before:
            return True
        adds = screen.adds(before.words, question.words)
        if adds and screen.screen(text, tail=tail) != question.alone:
            return False
        if len(self._apart) >= _MOST_PAIRS:
            self._apart_before, self._apart = self._apart, set()
        self._apart.add(pair)
        return True

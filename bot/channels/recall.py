"""Turns that were taken before: a question that is asked again costs next to nothing.

A turn is a pure function of the content, the state and the utterance. So its result may be kept,
by the utterance and by that part of the state on which the turn depends. What patients wrote is
in memory only, for at most two of the periods after which `age` is called, and never more than
some thousand utterances.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.dialogue import TAIL, advance
from bot.models import State, Turn
from bot.reading import clauses, form

if TYPE_CHECKING:
    from bot.models import Ranking
    from bot.safety.message import Words
    from bot.snapshot import Snapshot

MOST: Final = 4_000
"""Turns in one generation; the two take about 10 MB."""
_MOST_PAIRS: Final = 40_000
"""Pairs of messages in one generation; the two take about 8 MB."""
_MOST_ONCE: Final = 20_000
_LONGEST: Final = TAIL
"""Characters of an utterance that is kept, so that all of it is the next message's tail."""
_HITS: Final = 3
"""Hits that are kept with a turn, for the journal."""
Part: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], int, int, str | None]


@dataclass(slots=True)
class Question:
    """An utterance that was asked before."""

    number: int
    words: Words
    leans: bool
    """It, or a clause of it, may refer to the last answer."""
    wants_more: bool
    turns: dict[Part, Turn] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, words: Words, number: int) -> Question:
        """Read what of the state matters to an utterance."""
        whole = form(text)
        forms = (whole, *map(form, clauses(text)))
        leans = any(each.leans_back or each.elliptical for each in forms)
        return cls(number, words, leans, whole.wants_more)

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
        return shown, offered, misses, clarified, alert


class Recall:
    """The turns of two generations; when the newer one is full, the older one is forgotten."""

    def __init__(self, most: int = MOST) -> None:
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
        self._turns = self._number = 0

    def age(self) -> None:
        """Forget what was not asked since this was called the last time."""
        self._older, self._newer, self._turns = self._newer, {}, 0
        self._apart_before, self._apart = self._apart, set()
        if self._snapshot is not None:
            self._snapshot.screen.forget()

    def find(self, snapshot: Snapshot, state: State, text: str) -> Turn | None:
        """Return the turn, if it was taken before and nothing that it depends on differs."""
        if snapshot is not self._snapshot:
            return None
        question = self._newer.get(text) or self._promoted(text)
        if question is None or (turn := question.turns.get(question.part(state))) is None:
            return None
        if state.tail and not self._stand_apart(snapshot, state.tail, question):
            return None
        reply, _, decision, screening, ranking = turn
        return Turn(reply, advance(state, decision, text), decision, screening, ranking)

    def keep(self, snapshot: Snapshot, state: State, text: str, turn: Turn) -> None:
        """Remember a turn, unless the message before had a say in it.

        Not at the first time: most questions are never asked again in the same words.
        """
        if snapshot is not self._snapshot:
            self.forget()
            self._snapshot = snapshot
        if len(text) > _LONGEST or not self._asked_again(text):
            return
        question = self._newer.get(text) or self._promoted(text) or self._new(snapshot, text)
        if state.tail and not self._stand_apart(snapshot, state.tail, question):
            return
        if self._turns >= self._most:
            self.age()
        self._turns += 1
        self._newer[text] = question
        kept = turn._replace(state=State(), ranking=_cut(turn.ranking))
        question.turns[question.part(state)] = kept

    def _asked_again(self, text: str) -> bool:
        mark = hash(text)
        if mark in self._once or mark in self._once_before:
            return True
        if len(self._once) >= _MOST_ONCE:
            self._once_before, self._once = self._once, set()
        self._once.add(mark)
        return False

    def _new(self, snapshot: Snapshot, text: str) -> Question:
        self._number += 1
        return Question.of(text, snapshot.screen.words(text), self._number)

    def _promoted(self, text: str) -> Question | None:
        if (question := self._older.pop(text, None)) is not None:
            self._newer[text] = question
            self._turns += len(question.turns)
        return question

    def _stand_apart(self, snapshot: Snapshot, tail: str, question: Question) -> bool:
        """Whether the screen finds nothing more in two messages together than in the second."""
        before = self._newer.get(tail) or self._older.get(tail)
        if before is None:
            return not snapshot.screen.adds(snapshot.screen.words(tail), question.words)
        pair = before.number << 32 | question.number
        if pair in self._apart or pair in self._apart_before:
            return True
        if snapshot.screen.adds(before.words, question.words):
            return False
        if len(self._apart) >= _MOST_PAIRS:
            self._apart_before, self._apart = self._apart, set()
        self._apart.add(pair)
        return True


def _cut(ranking: Ranking | None) -> Ranking | None:
    """Leave out what nobody reads after the turn."""
    return replace(ranking, hits=ranking.hits[:_HITS]) if ranking else None

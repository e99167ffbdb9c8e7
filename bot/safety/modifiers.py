"""What weakens a finding: it is denied, over, long ago, asked in general, or a figure of speech.

The cues themselves are lists in `red-flags.md`; here is only where each kind of cue has to stand
to count. In doubt a finding is live.

In lay language a "not" is often the symptom itself ("can't breathe", "won't wake up"). So a
pattern holds its own "not", and only a denial that stands before the whole finding counts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.safety.vocabulary import START

if TYPE_CHECKING:
    from bot.safety.cues import Cues
    from bot.safety.matching import Expression
    from bot.safety.message import Message

_REACH: Final = 14
"""Words between a cue and a finding in one clause."""
_BREATH: Final = 2
"""Words of a sentence that is only a breath in typing: "I. can't. breathe."."""
_NEAR: Final = 3
"""Words between a person and what is said of them."""
_FAR: Final = 40
"""Words between a finding and the remark that it is over."""

DENIED: Final = "denied"
OVER: Final = "over"
LONG_AGO: Final = "long ago"
LONG_STANDING: Final = "long-standing"
GENERAL: Final = "general question"
SUPPOSED: Final = "supposed"


Spans: TypeAlias = list[tuple[int, int]]
"""Where an expression matches, in order of position."""


def between(spans: Spans, low: int, high: int) -> Spans:
    """Return the spans that begin at `low` or later and before `high`."""
    return spans[bisect_left(spans, (low,)) : bisect_left(spans, (high,))] if spans else spans


class Context:
    """One message, and what its cues do to a finding in it."""

    def __init__(self, cues: Cues, message: Message) -> None:
        self._cues = cues
        self._message = message
        self._codes = message.codes
        self._stops = message.stops
        self._spans: dict[Expression, Spans] = {}
        self._modifiers: dict[tuple[int, int], str | None] = {}

    def spans(self, expression: Expression) -> Spans:
        """Return where an expression matches; looked for once in a message."""
        if expression not in self._spans:
            found = expression.spans(self._message)
            if found and self._stops:
                found = [span for span in found if not self._torn(*span)]
            self._spans[expression] = found
        return self._spans[expression]

    def _torn(self, start: int, end: int) -> bool:
        """Whether a full stop divides the span into parts that are sentences of their own."""
        first = bisect_right(self._stops, start)
        inside = self._stops[first : bisect_left(self._stops, end)]
        return any(stop - start > _BREATH and end - stop > _BREATH for stop in inside)

    def modifier(self, start: int, end: int) -> str | None:
        """Return what weakens the finding in this span of codes, or None when it is live."""
        if (start, end) not in self._modifiers:
            self._modifiers[start, end] = self._modifier(start, end)
        return self._modifiers[start, end]

    def _modifier(self, start: int, end: int) -> str | None:
        left = self._left(start)
        if self._denied(left, self._codes[start:end]):
            return DENIED
        if self._is_over(end):
            return OVER
        live = self._near(self._cues.live, start, end)
        if not live and self._in_the_past(left, start, end):
            return LONG_AGO
        if not live and self._near(self._cues.long_standing, start, end):
            return LONG_STANDING
        return self._asked(left, start, end, live=live)

    def modifier_in_crisis(self, start: int, end: int) -> str | None:
        """Return what weakens a thought of self-harm; few things do.

        It is taken at its word even in questions: "what if I kill myself" is live.
        """
        if self._denied(self._left(start), self._codes[start:end]):
            return DENIED
        if self._is_over(end):
            return OVER
        if self._near(self._cues.live, start, end):
            return None
        if self._near(self._cues.long_ago, start, end):
            return LONG_AGO
        if not self._personal(start, end) and self._near(self._cues.medicine, start, end):
            return GENERAL
        return None

    def is_idiom(self, start: int, end: int) -> bool:
        """Whether the span touches a figure of speech ("the price is killing me")."""
        around = between(self.spans(self._cues.idiom), start - _REACH, end)
        return any(high > start and not self._negated(low) for low, high in around)

    def is_third_person(self, start: int, end: int) -> bool:
        """Whether the nearest person before or in the finding is somebody else."""
        people = between(self.spans(self._cues.people), max(0, start - _REACH), end)
        if not people:
            return False
        return self._cues.third.compiled.match(self._codes, people[-1][0]) is not None

    def denies(self, start: int) -> bool:
        """Whether a denial stands right before this position."""
        return self._ends(self._cues.denied, self._left(start))

    # --- where cues stand -------------------------------------------------------------------

    def _ends(self, expression: Expression, left: str) -> bool:
        return self._possible(expression) and expression.compiled.search(left) is not None

    def _possible(self, expression: Expression) -> bool:
        return expression.bits & self._message.possible != 0

    def _left(self, start: int) -> str:
        """Return the words of the clause before a position; a start code marks its beginning."""
        begins, low = self._clause_start(start), start - _REACH
        return START + self._codes[begins:start] if begins > low else self._codes[low:start]

    def _clause_start(self, position: int) -> int:
        at = bisect_right(self._stops, position)
        return self._stops[at - 1] if at else 0

    def _clear(self, low: int, high: int) -> bool:
        """Whether neither a full stop nor a "but" stands between two positions."""
        if self._clause_start(low - 1) != self._clause_start(max(low, high)):
            return False
        breaks = between(self.spans(self._cues.breaks), low, high)
        return not any(end <= high for _, end in breaks)

    def _near(self, cue: Expression, start: int, end: int) -> bool:
        """Whether a cue stands in the same clause, before or after."""
        for low, high in between(self.spans(cue), start - _REACH, end + _REACH):
            if low < end and high > start:
                return True
            if self._clear(high, start) if high <= start else self._clear(end, low):
                return True
        return False

    def _negated(self, position: int) -> bool:
        """Whether one of the two words before a position denies."""
        denying = self._cues.denying.compiled.search(self._codes, max(0, position - 2), position)
        return denying is not None

    # --- what they mean ---------------------------------------------------------------------

    def _denied(self, left: str, finding: str) -> bool:
        """Whether a denial stands before a finding that does not hold a "not" of its own."""
        own = self._cues.denying.compiled.search(finding)
        return not own and self._ends(self._cues.denied, left)

    def _is_over(self, end: int) -> bool:
        """Whether a later "it went away" ends the finding, and nothing says that it came back."""
        for low, high in between(self.spans(self._cues.over), end - 1, end + _FAR):
            by_name = self._cues.subject.compiled.match(self._codes, low)
            if not (by_name or self._clear(end, low)) or self._negated(low):
                continue
            if not between(self.spans(self._cues.live), high - 1, high + _REACH):
                return True
        return False

    def _in_the_past(self, left: str, start: int, end: int) -> bool:
        """Whether it was long ago, or earlier and told in the past tense."""
        if self._ends(self._cues.used_to, left):
            return True
        finding, before = self._codes[start:end], self._codes[max(0, start - _NEAR) : start]
        if self._cues.present.compiled.search(finding):
            return False
        past = self._cues.past.compiled.search(before + finding)
        if past:
            near = self._near(self._cues.earlier, start, end)
            return near or self._near(self._cues.long_ago, start, end)
        now = self._cues.present.compiled.search(before)
        return not now and self._near(self._cues.long_ago, start, end)

    def _asked(self, left: str, start: int, end: int, *, live: bool) -> str | None:
        """Whether the finding is asked about, and not told of somebody at hand."""
        if between(self.spans(self._cues.live), start, end + _REACH):
            return None
        if self._ends(self._cues.inverted, left) or self._ends(self._cues.asked_of, left):
            return GENERAL
        if self._supposed(left, start, end):
            return SUPPOSED
        return GENERAL if not live and self._around_is_general(start, end) else None

    def _around_is_general(self, start: int, end: int) -> bool:
        if not self._personal(start, end) and self._near(self._cues.general, start, end):
            return True
        return self._asked_to_treat() or self._heard_of(start, end)

    def _supposed(self, left: str, start: int, end: int) -> bool:
        """Whether an "if" governs the finding: there is one subject from it to the finding."""
        if not self._possible(self._cues.supposed):
            return False
        found = self._cues.supposed.compiled.search(left)
        if not found:
            return False
        return len(self._cues.subject.compiled.findall(found[1] + self._codes[start:end])) <= 1

    def _personal(self, start: int, end: int) -> bool:
        """Whether the finding is said of a person at hand: "I", "my son"."""
        low = max(self._clause_start(start), start - _NEAR)
        return self._cues.person.compiled.search(self._codes, low, end) is not None

    def _asked_to_treat(self) -> bool:
        """Whether the message asks for a treatment, and nothing says that it was given."""
        return bool(self.spans(self._cues.treatment)) and not self.spans(self._cues.had_shot)

    def _heard_of(self, start: int, end: int) -> bool:
        """Whether it happened to somebody else, and the question is how often it does."""
        if not self._near(self._cues.heard_of, start, end):
            return False
        said = self._codes[max(self._clause_start(start), start - _NEAR) : end]
        told = self._cues.past.compiled.search(said) and self._cues.third.compiled.search(said)
        return bool(told) and not self._cues.present.compiled.search(said)

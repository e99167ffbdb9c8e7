"""What weakens a finding: it is denied, over, long ago, asked in general, or a figure of speech.

The cues are lists in `red-flags.md`, read like all other lists; here is only where each kind of
cue has to stand to count. Every list may be missing: then fewer findings are weakened, and more
cards are shown.

In lay language a "not" is often the symptom itself ("can't breathe", "won't wake up"). So a
pattern holds its own "not", and only a denial that stands before the whole finding counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.safety.vocabulary import START

if TYPE_CHECKING:
    from bot.safety.lexicon import Lexicon

_NEVER: Final = "(?!)"
"""An expression that matches nowhere; stands for a missing list."""
_REACH: Final = 14
"""Words between a cue and a finding in one clause."""
_NEAR: Final = 3
"""Words between a person and what is said of them."""
_FAR: Final = 40
"""Words between a finding and the remark that it is over."""

DENIED: Final = "denied"
OVER: Final = "over"
LONG_AGO: Final = "long ago"
GENERAL: Final = "general question"
SUPPOSED: Final = "supposed"
LONG_STANDING: Final = "long-standing"


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled cue lists."""

    denied: re.Pattern[str]
    asked_of: re.Pattern[str]
    """A general question that ends right before the finding."""
    inverted: re.Pattern[str]
    """A modal verb and a subject right before the finding: "could my throat …"."""
    supposed: re.Pattern[str]
    subject: re.Pattern[str]
    person: re.Pattern[str]
    people: re.Pattern[str]
    third: re.Pattern[str]
    """Somebody other than the person who writes."""
    general: re.Pattern[str]
    live: re.Pattern[str]
    long_ago: re.Pattern[str]
    earlier: re.Pattern[str]
    """The past, but perhaps of this treatment: counts with a verb in the past only."""
    used_to: re.Pattern[str]
    over: re.Pattern[str]
    long_standing: re.Pattern[str]
    breaks: re.Pattern[str]
    idiom: re.Pattern[str]
    medicine: re.Pattern[str]
    """Asks whether a medicine brings thoughts of self-harm."""
    treatment: re.Pattern[str]
    """Asks whether a treatment would help."""
    had_shot: re.Pattern[str]
    denying: re.Pattern[str]
    past: re.Pattern[str]
    present: re.Pattern[str]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Cues:
        """Compile the cue lists of a lexicon."""

        def listed(name: str) -> str:
            return lexicon.expression(name) or _NEVER

        filler = f"(?:{listed('filler')}){{0,3}}"
        breaks, subject = listed("breaks"), listed("subject")
        plain = f"(?:(?!{breaks}).){{1,6}}?"
        denial = listed("denial")
        return cls(
            denied=re.compile(
                f"(?:{denial}){filler}\\Z|(?:{denial}){plain}(?:{listed('or')}){filler}\\Z"
            ),
            asked_of=re.compile(f"(?:{listed('asked of')}){filler}\\Z"),
            inverted=re.compile(
                f"(?:\\A|(?!{subject}).)(?:{listed('modal')})(?:{subject}|{listed('person')}|{listed('filler')}){{1,3}}\\Z"
            ),
            supposed=re.compile(
                f"(?:\\A|(?!{listed('unsure')}).)(?:{listed('supposed')})((?:(?!{breaks}).){{0,6}})\\Z"
            ),
            subject=re.compile(subject),
            person=re.compile(listed("person")),
            people=re.compile(f"{listed('first person')}|{listed('third person')}"),
            third=re.compile(listed("third person")),
            general=re.compile(listed("general question")),
            live=re.compile(listed("happening now")),
            long_ago=re.compile(listed("long ago")),
            earlier=re.compile(listed("earlier")),
            used_to=re.compile(f"(?:{listed('long ago')}){filler}\\Z"),
            over=re.compile(listed("over")),
            long_standing=re.compile(listed("long-standing")),
            breaks=re.compile(breaks),
            idiom=re.compile(listed("figures of speech")),
            medicine=re.compile(listed("asked about medicines")),
            treatment=re.compile(listed("would it help")),
            had_shot=re.compile(listed("since the shot")),
            denying=re.compile(listed("denying words")),
            past=re.compile(listed("past tense")),
            present=re.compile(listed("present tense")),
        )


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a kind of cue occurs, in order of position."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, expression: re.Pattern[str], codes: str) -> Spans:
        """Find all places that do not overlap."""
        found = [match.span() for match in expression.finditer(codes)]
        return cls([start for start, _ in found], [end for _, end in found])

    def between(self, low: int, high: int) -> list[tuple[int, int]]:
        """Return the spans that begin at `low` or later and before `high`."""
        first, last = bisect_left(self.starts, low), bisect_left(self.starts, high)
        return list(zip(self.starts[first:last], self.ends[first:last], strict=True))


class Context:
    """One message, and what its cues do to a finding in it."""

    def __init__(self, cues: Cues, codes: str, stops: list[int]) -> None:
        self._cues = cues
        self._codes = codes
        self._stops = stops
        self._spans: dict[str, Spans] = {}

    def _left(self, start: int) -> str:
        """Return the words of the clause before a position; a start code marks its beginning."""
        begins, low = self._clause_start(start), start - _REACH
        return START + self._codes[begins:start] if begins > low else self._codes[low:start]

    def modifier(self, start: int, end: int, *, crisis: bool = False) -> str | None:
        """Return what weakens the finding in this span of codes, or None when it is live.

        Thoughts of self-harm are taken at their word: "what if I kill myself" is live.
        """
        left = self._left(start)
        if self._denied(left, self._codes[start:end]):
            return DENIED
        if self._is_over(end):
            return OVER
        if self._near("live", start, end):
            return None
        if crisis:
            return self._in_a_crisis(start, end)
        if self._in_the_past(left, start, end):
            return LONG_AGO
        if self._near("long_standing", start, end):
            return LONG_STANDING
        return self._asked(left, start, end)

    def _in_a_crisis(self, start: int, end: int) -> str | None:
        if self._near("long_ago", start, end):
            return LONG_AGO
        if not self._personal(start, end) and self._near("medicine", start, end):
            return GENERAL
        return None

    def _asked(self, left: str, start: int, end: int) -> str | None:
        if self._cues.inverted.search(left) or self._cues.asked_of.search(left):
            return GENERAL
        if self._supposed(left, start, end):
            return SUPPOSED
        if not self._personal(start, end) and self._near("general", start, end):
            return GENERAL
        return GENERAL if self._asked_to_treat() else None

    def is_idiom(self, start: int, end: int) -> bool:
        """Whether the span touches a figure of speech ("the price is killing me")."""
        around = self._cue("idiom").between(start - _REACH, end)
        return any(stop > start for _, stop in around)

    def is_third_person(self, start: int, end: int) -> bool:
        """Whether the nearest person before or in the finding is somebody else."""
        low = max(0, start - _REACH)
        people = self._cues.people.findall(self._codes[low:end])
        return bool(people) and bool(self._cues.third.match(people[-1]))

    def denies(self, start: int) -> bool:
        """Whether a denial stands right before this position."""
        return bool(self._cues.denied.search(self._left(start)))

    def _denied(self, left: str, finding: str) -> bool:
        """Whether a denial stands before a finding that does not hold a "not" of its own."""
        return not self._cues.denying.search(finding) and bool(self._cues.denied.search(left))

    def _cue(self, name: str) -> Spans:
        if name not in self._spans:
            self._spans[name] = Spans.of(getattr(self._cues, name), self._codes)
        return self._spans[name]

    def _clause_start(self, position: int) -> int:
        at = bisect_right(self._stops, position)
        return self._stops[at - 1] if at else 0

    def _clear(self, low: int, high: int) -> bool:
        """Whether neither a full stop nor a "but" stands between two positions."""
        if self._clause_start(low) != self._clause_start(max(low, high)):
            return False
        return not self._cues.breaks.search(self._codes[low:high])

    def _near(self, name: str, start: int, end: int) -> bool:
        """Whether a cue stands in the same clause, before or after."""
        for low, high in self._cue(name).between(start - _REACH, end + _REACH):
            if low < end and high > start:
                return True
            if self._clear(high, start) if high <= start else self._clear(end, low):
                return True
        return False

    def _supposed(self, left: str, start: int, end: int) -> bool:
        """Whether an "if" governs the finding: there is one subject from it to the finding."""
        found = self._cues.supposed.search(left)
        return bool(found) and len(self._cues.subject.findall(found[1] + self._codes[start:end])) <= 1

    def _personal(self, start: int, end: int) -> bool:
        """Whether the finding is said of a person at hand: "I", "my son"."""
        low = max(self._clause_start(start), start - _NEAR)
        return bool(self._cues.person.search(self._codes[low:end]))

    def _asked_to_treat(self) -> bool:
        """Whether the message asks for a treatment, and nothing says that it was given."""
        return bool(self._cue("treatment").starts) and not self._cue("had_shot").starts

    def _is_over(self, end: int) -> bool:
        for low, high in self._cue("over").between(end - 1, end + _FAR):
            by_name = self._cues.subject.match(self._codes, low)
            denied = self._cues.denying.match(self._codes, low - 1)
            if (by_name or self._clear(end, low)) and not denied and not self._returns(high):
                return True
        return False

    def _returns(self, after: int) -> bool:
        return bool(self._cue("live").between(after - 1, after + _REACH))

    def _in_the_past(self, left: str, start: int, end: int) -> bool:
        if self._cues.used_to.search(left):
            return True
        finding, before = self._codes[start:end], self._codes[max(0, start - 3) : start]
        if self._cues.present.search(finding):
            return False
        past = self._cues.past.search(before + finding)
        if not past and self._cues.present.search(before):
            return False
        return self._near("long_ago", start, end) or bool(past) and self._near("earlier", start, end)

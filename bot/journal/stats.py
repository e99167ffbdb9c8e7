"""What the journal's counts say: how many questions, what became of them, how long it took.

Pure: rows in, figures out. Days are those of the time zone that is given, because staff ask "how
was Monday", not "how was Monday in Greenwich".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.journal.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from bot.journal.records import Count, Feedback, Kept, Timing

MOST = 10
"""How many entries a list names."""


class Became(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    """The bot asked back: did you mean …"""
    FALLBACK = "fallback"
    """An honest "I don't know"."""
    HANDOFF = "handoff"
    """The clinic's contact details, asked for or after several misses; or personal advice, which
    only the provider can give."""
    URGENT = "urgent"
    """A red flag: an emergency, a crisis, or a sign that the clinic wants to hear of today."""
    FAILED = "failed"
    """A fault of ours took the place of the reply."""


BECAME = {
    "answer": Became.ANSWERED,
    "clarify": Became.CLARIFIED,
    "fallback": Became.FALLBACK,
    "handoff": Became.HANDOFF,
    "advice": Became.HANDOFF,
    "emergency": Became.URGENT,
    "crisis": Became.URGENT,
    "urgent": Became.URGENT,
    "failed": Became.FAILED,
}
"""Kind of a reply → what became of the question. Small talk is no question."""


@dataclass(frozen=True, slots=True)
class Day:
    """The questions of one day."""

    day: date
    became: Mapping[Became, int]
    """Each outcome is there."""

    @property
    def questions(self) -> int:
        """All of them."""
        return sum(self.became.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """How often an entry answered."""

    entry: str
    n: int


@dataclass(frozen=True, slots=True)
class Failed:
    """How often an entry did not help."""

    entry: str
    unhelpful: int
    """Times that a patient said so of an answer."""
    refused: int
    """Times that it was offered, and the patient said "None of these"."""


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures of one span of time."""

    days: tuple[Day, ...]
    """Every day of the span, those without a question too."""
    became: Mapping[Became, int]
    """Of all questions; each outcome is there."""
    small_talk: int
    """Greetings and thanks, which are no questions."""
    helpful: int
    judged: int
    """Replies that a patient judged."""
    asked: tuple[Asked, ...]
    """The entries that answered most often, at most MOST."""
    failed: tuple[Failed, ...]
    """The entries that did not help most often, at most MOST."""
    timings: tuple[tuple[int, int], ...]
    """(least microseconds of a bucket, replies), shortest first; of all replies."""
    lost: int
    """Questions and counts that could not be written down."""

    @property
    def questions(self) -> int:
        """All replies but small talk."""
        return sum(self.became.values())

    @property
    def timed(self) -> int:
        """Replies whose time was taken."""
        return sum(n for _, n in self.timings)

    def quantile(self, share: float) -> int | None:
        """Return the microseconds within which this share of the replies came; None without any.

        It is the end of a bucket, so at most an eighth too high, and never too low.
        """
        left = share * self.timed
        for micros, n in self.timings:
            left -= n
            if left <= 0:
                return bucket_end(micros)
        return None


def bucket_end(micros: int) -> int:
    """Return where a bucket of response times ends: it keeps four binary digits."""
    return micros + (1 << max(micros.bit_length() - 4, 0))


def stats(kept: Kept, *, zone: tzinfo | None, first: date, last: date) -> Stats:
    """Add up the days from `first` to `last`, both included; no zone is this machine's own."""
    counts = [each for each in kept.counts if first <= _day(each.hour, zone) <= last]
    whole = [each for each in counts if not each.entry]
    days = _days(whole, zone, first, last)
    feedback = [each for each in kept.feedback if first <= _day(each.at, zone) <= last]
    timings = [each for each in kept.timings if first <= _day(each.hour, zone) <= last]
    return Stats(
        days=days,
        became={each: sum(day.became[each] for day in days) for each in Became},
        small_talk=sum(each.n for each in whole if each.kind not in BECAME),
        helpful=sum(each.helpful for each in feedback),
        judged=len(feedback),
        asked=_asked(counts),
        failed=_failed(kept, feedback, zone, first, last),
        timings=_timings(timings),
        lost=sum(each.n for each in kept.losses if first <= _day(each.hour, zone) <= last),
    )


def _day(at: int, zone: tzinfo | None) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()


def _days(counts: Iterable[Count], zone: tzinfo | None, first: date, last: date) -> tuple[Day, ...]:
    tally: Counter[tuple[date, Became]] = Counter()
    for each in counts:
        if each.kind in BECAME:
            tally[_day(each.hour, zone), BECAME[each.kind]] += each.n
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return tuple(Day(day, {each: tally[day, each] for each in Became}) for day in days)


def _asked(counts: Iterable[Count]) -> tuple[Asked, ...]:
    tally: Counter[str] = Counter()
    for each in counts:
        if each.entry and each.kind == "answer":
            tally[each.entry] += each.n
    ordered = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Asked(entry, n) for entry, n in ordered[:MOST])


def _failed(
    kept: Kept, feedback: Iterable[Feedback], zone: tzinfo | None, first: date, last: date
) -> tuple[Failed, ...]:
    unhelpful = Counter(
        entry for each in feedback if not each.helpful for entry in dict.fromkeys(each.entries)
    )
    refused = Counter(
        near.entry
        for each in kept.questions
        if each.outcome is Outcome.NONE_OF_THESE and first <= _day(each.at, zone) <= last
        for near in each.near
    )
    found = [Failed(each, unhelpful[each], refused[each]) for each in {*unhelpful, *refused}]
    found.sort(key=lambda each: (-each.unhelpful, -each.refused, each.entry))
    return tuple(found[:MOST])


def _timings(timings: Iterable[Timing]) -> tuple[tuple[int, int], ...]:
    tally: Counter[int] = Counter()
    for each in timings:
        tally[each.micros] += each.n
    return tuple(sorted(tally.items()))

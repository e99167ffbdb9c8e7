"""Counts, shares and confusions of many outcomes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluate.asking import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.evaluate.asking import Outcome

Z = 1.96
"""Standard deviations on each side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How often each verdict came, with and without an entry that answers."""

    answerable: Mapping[Verdict, int]
    """Of the questions that an entry answers; each verdict is there."""
    out_of_scope: Mapping[Verdict, int]
    """Of the others; neither RIGHT nor ASTRAY is there."""

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Figures:
        """Count the verdicts."""
        counts = Counter((outcome.answerable, outcome.verdict) for outcome in outcomes)
        possible = [v for v in Verdict if v not in (Verdict.RIGHT, Verdict.ASTRAY)]
        return cls(
            {verdict: counts[True, verdict] for verdict in Verdict},
            {verdict: counts[False, verdict] for verdict in possible},
        )

    @property
    def right(self) -> float | None:
        """Share of the answerable questions that were answered right; None without any."""
        return _share(self.answerable, Verdict.RIGHT)

    @property
    def wrong(self) -> float | None:
        """Share of the answerable questions that got a wrong answer; None without any."""
        return _share(self.answerable, Verdict.WRONG)

    @property
    def wrongly_answered(self) -> float | None:
        """Share of the questions that nothing answers which got an answer; None without any."""
        return _share(self.out_of_scope, Verdict.WRONG)


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry whose questions another entry took."""

    expected: str
    got: str
    questions: tuple[str, ...]
    """The questions, in the order asked."""


def confusions(outcomes: Iterable[Outcome]) -> tuple[Pair, ...]:
    """Return who took whose questions, most often first.

    A question counts when it got a wrong answer, or a "did you mean" led by a wrong option. Whose
    it was may also be a subject that is not covered.
    """
    taken: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.question.expected and (other := _taken_by(outcome)):
            taken[outcome.question.expected[0], other].append(outcome.question.text)
    return _most_first(taken)


def joined(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Return pairs with both directions added up, most often first."""
    both: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in pairs:
        one, other = sorted((pair.expected, pair.got))
        both[one, other].extend(pair.questions)
    return _most_first(both)


def _taken_by(outcome: Outcome) -> str | None:
    decided = outcome.verdict is Verdict.WRONG or (
        outcome.answerable and outcome.verdict in (Verdict.CLARIFIED, Verdict.ASTRAY)
    )
    first = next(iter(outcome.entries), None)
    return first if decided and first not in outcome.question.expected else None


def _most_first(found: Mapping[tuple[str, str], list[str]]) -> tuple[Pair, ...]:
    pairs = [Pair(*names, tuple(questions)) for names, questions in found.items()]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair.questions), pair.expected, pair.got)))


def worst_first(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return what did not go as it should: wrong answers first, the most confident at the top."""
    failed = [outcome for outcome in outcomes if not outcome.fine]
    return sorted(failed, key=lambda o: (o.verdict is not Verdict.WRONG, -(o.confidence or 0.0)))


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share: where the true one lies, given so few questions."""
    share, room = part / whole, Z * Z / whole
    middle = (share + room / 2) / (1 + room)
    half = Z * math.sqrt(share * (1 - share) / whole + room / (4 * whole)) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(counts: Mapping[Verdict, int], verdict: Verdict) -> float | None:
    total = sum(counts.values())
    return counts[verdict] / total if total else None

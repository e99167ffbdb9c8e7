"""Finds the patterns that match a message, and what weakens each of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from bot.models import Tier
from bot.safety.cues import Cues
from bot.safety.modifiers import Context, between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.models import RedFlag
    from bot.safety.lexicon import Lexicon, Matcher
    from bot.safety.message import Message

_TOGETHER: Final = 20
"""Words within which the parts of a combined pattern must stand."""
_ORDER: Final = (Tier.CRISIS, Tier.EMERGENCY, Tier.URGENT, Tier.ADVICE)
"""Order of looking; the first live finding ends the search."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A pattern that matched a span of codes."""

    matcher: Matcher
    start: int
    end: int
    modifier: str | None
    """What weakens it; None for a live red flag."""
    third_person: bool = False
    """Said of somebody else; looked at for thoughts of self-harm only."""

    @property
    def flag(self) -> RedFlag:
        """The block of `red-flags.md` that the pattern stands in."""
        return self.matcher.flag

    @property
    def is_live(self) -> bool:
        """Whether nothing weakens it."""
        return self.modifier is None


class _Bits(dict[str, int]):
    """Code → the bits of the groups that it belongs to; none for a word that no pattern needs."""

    def __missing__(self, code: str) -> int:
        return 0


class Finder:
    """Matches messages against a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._cues = Cues.of(lexicon)
        self._bits = _Bits(lexicon.bits()).__getitem__
        self._anchored = _anchored(lexicon)

    def prepare(self) -> None:
        """Compile every expression."""
        for matchers in self._anchored.values():
            for _, matcher in matchers:
                for part in matcher.parts:
                    part.prepare()
        for cue in self._cues.all():
            cue.prepare()

    def find(self, message: Message) -> Iterator[Finding]:
        """Yield what matches, in order of urgency, up to the first that is live.

        Of the findings of one flag that the same modifier weakens only the first is yielded.
        """
        present = reduce(or_, map(self._bits, message.present))
        context = Context(self._cues, message, present)
        seen: set[tuple[str, str]] = set()
        for matcher in self._candidates(message.present, present):
            for span in _spans(matcher, context):
                finding = _weigh(matcher, span, context)
                if finding is None:
                    continue
                if finding.modifier is None:
                    yield finding
                    return
                if (weakened := (finding.flag.id, finding.modifier)) not in seen:
                    seen.add(weakened)
                    yield finding

    def _candidates(self, codes: frozenset[str], present: int) -> list[Matcher]:
        """Return the matchers all of whose needed words occur, in order of urgency."""
        found = {
            place: matcher
            for code in self._anchored.keys() & codes
            for place, matcher in self._anchored[code]
            if matcher.bits & present == matcher.bits
        }
        return [found[place] for place in sorted(found)]


def _anchored(lexicon: Lexicon) -> dict[str, list[tuple[int, Matcher]]]:
    """Register each matcher under the codes of that needed group which occurs most seldom."""
    matchers = sorted(lexicon.matchers, key=lambda each: _ORDER.index(each.flag.tier))
    anchored: dict[str, list[tuple[int, Matcher]]] = defaultdict(list)
    for place, matcher in enumerate(matchers):
        for code in min(matcher.groups, key=lexicon.vocabulary.frequency):
            anchored[code].append((place, matcher))
    return dict(anchored)


def _spans(matcher: Matcher, context: Context) -> Iterator[tuple[int, int]]:
    """Yield where the finding of a pattern stands, with its other parts near and not denied."""
    found, *others = matcher.parts
    for start, end in context.spans(found):
        near = (
            between(context.spans(other), start - _TOGETHER, end + _TOGETHER) for other in others
        )
        if all(any(not context.denies(at) for at, _ in spans) for spans in near):
            yield start, end


def _weigh(matcher: Matcher, span: tuple[int, int], context: Context) -> Finding | None:
    """Return the finding with its modifier, or None for a figure of speech."""
    tier = matcher.flag.tier
    if tier is Tier.ADVICE:
        return Finding(matcher, *span, modifier=None)
    if context.is_idiom(*span):
        return None
    if tier is Tier.CRISIS:
        third = context.is_third_person(*span)
        return Finding(matcher, *span, context.modifier_in_crisis(*span), third)
    return Finding(matcher, *span, context.modifier(*span))

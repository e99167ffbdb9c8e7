"""Finds the patterns that match a message, and what weakens each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.models import Tier
from bot.safety.meanings import Meanings
from bot.safety.message import Message
from bot.safety.modifiers import Context, between
from bot.safety.needs import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.models import RedFlag
    from bot.safety.compiled import Compiled
    from bot.safety.matching import Matcher
    from bot.safety.message import Words

_TOGETHER: Final = 20
"""Words within which the parts of a combined pattern must stand."""


class Finding(NamedTuple):
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


class Found(NamedTuple):
    """What was found in one message."""

    findings: tuple[Finding, ...] = ()
    message: Message | None = None
    """None where nothing was found."""

    @property
    def live(self) -> Finding | None:
        """What nothing weakens: the search ended with it."""
        return self.findings[-1] if self.findings and not self.findings[-1].modifier else None


NOTHING: Final = Found()


class Finder:
    """Matches messages against all patterns."""

    def __init__(self, compiled: Compiled) -> None:
        self._cues = compiled.cues
        self._matchers = compiled.matchers
        self.meanings = Meanings(compiled)

    def prepare(self) -> None:
        """Compile the cues, by which every finding is weighed."""
        for cue in self._cues.all():
            for each in cue.choices.values() or (cue,):
                _ = each.compiled
        _ = self.meanings.expressions

    def is_possible(self, bits: int) -> bool:
        """Whether some words, by their bits, have all that any pattern needs."""
        return self.meanings.patterns.possible(bits) != 0

    def find(self, words: Words) -> Found:
        """Return what matches, in order of urgency, up to the first that is live.

        Of the findings of one flag that the same modifier weakens only the first is returned.
        """
        candidates = self._candidates(words)
        if not candidates:
            return NOTHING
        message = Message(words, self.meanings)
        findings = tuple(_distinct(_weighed(candidates, Context(self._cues, message))))
        return Found(findings, message) if findings else NOTHING

    def _candidates(self, words: Words) -> list[Matcher]:
        """Return the patterns all of whose needed words occur, and all of whose parts match."""
        possible = self.meanings.patterns.possible(words.bits)
        if not possible:
            return []
        codes, matchers = words.spoken, self._matchers
        return [matchers[at] for at in places(possible) if matchers[at].may_match(codes)]


def _weighed(candidates: list[Matcher], context: Context) -> Iterator[Finding]:
    for matcher in candidates:
        for span in _spans(matcher, context):
            if finding := _weigh(matcher, span, context):
                yield finding


def _distinct(findings: Iterator[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for finding in findings:
        if finding.modifier is None:
            yield finding
            return
        if (weakened := (finding.flag.id, finding.modifier)) not in seen:
            seen.add(weakened)
            yield finding


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

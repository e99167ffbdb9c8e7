"""The red-flag screen: one utterance in, the most urgent live danger out.

Runs before retrieval on every utterance, without I/O, in microseconds and in time linear in the
length of the text. It never raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.errors import ContentError
from bot.models import Flagged, Problem, Screening, Tier
from bot.safety.compiled import Compiled
from bot.safety.finder import Finder
from bot.safety.message import Words
from bot.wordlists import english

if TYPE_CHECKING:
    from bot.models import RedFlags
    from bot.safety.compiled import Plain
    from bot.safety.finder import Finding, Found
    from bot.safety.message import Message

UNAVAILABLE: Final = Screening(tier=Tier.EMERGENCY, text="unavailable")
"""The screen itself failed, so nobody knows whether this is an emergency: the patient gets the
static text that names the emergency number, and no answer of the FAQ."""
NO_DANGER: Final = Screening()
NO_WORDS: Final = Words("", True, "", 0)
_LAST: Final = 500
"""Utterances whose words are at hand; the same number of earlier ones too."""


class Screen:
    """Compiled red flags. Raises ContentError for an empty lexicon or a pattern it can't read."""

    def __init__(self, red_flags: RedFlags, plain: Plain | None = None) -> None:
        """Compile red flags, unless `plain` is what `compile_red_flags` returned for the same."""
        if not any(flag.tier is Tier.EMERGENCY and flag.patterns for flag in red_flags.flags):
            raise ContentError([_empty()])
        self._texts = red_flags.texts
        plain = plain or compile_red_flags(red_flags)
        self._finder = Finder(Compiled.read(plain, red_flags, english()))
        self._read: dict[str, Words] = {}
        self._read_before: dict[str, Words] = {}

    def prepare(self) -> None:
        """Do now what the first finding would have to wait for, in a fiftieth of a second.

        A pattern is compiled when all its words are said in one message for the first time: that
        takes less than a tenth of a millisecond for most, and two for the longest.
        """
        self._finder.prepare()

    def screen(self, utterance: str, *, tail: str = "") -> Screening:
        """Return the most urgent live red flag; `tail` is the utterance before this one.

        A fault inside gives `UNAVAILABLE`: a failing screen is never taken for "no danger".
        """
        try:
            return self._screen(utterance, tail)
        except Exception:  # noqa: BLE001  whatever went wrong, the patient must get the static text
            return UNAVAILABLE

    def words(self, utterance: str) -> Words:
        """Return the words of an utterance; those of the last ones are at hand.

        The message before is looked at with each message, and was itself one just before.
        """
        if (words := self._read.get(utterance) or self._read_before.get(utterance)) is None:
            if len(self._read) >= _LAST:
                self._turn_over()
            words = self._read[utterance] = Words.read(utterance, self._finder.meanings)
        return words

    def forget(self) -> None:
        """Let go of the utterances and words not read since this was called the last time."""
        self._turn_over()
        self._finder.meanings.forget()

    def _turn_over(self) -> None:
        self._read_before, self._read = self._read, {}

    def adds(self, before: Words, words: Words) -> bool:
        """Whether two messages together may say a danger; False is certain, True is not."""
        return (
            not before.joins(words) or self._finder.find(before.followed_by(words)).live is not None
        )

    def _screen(self, utterance: str, tail: str) -> Screening:
        words = self.words(utterance)
        before = self.words(tail) if tail else NO_WORDS
        joins = before.joins(words)
        if joins and not self._finder.is_possible(before.bits | words.bits):
            return NO_DANGER  # as nearly always: not with the words of both, nor with those of one
        found = self._finder.find(words)
        if tail and not found.live:
            both = before.followed_by(words) if joins else self.words(f"{tail} {utterance}")
            found = self._find_across(before, both) or found
        return self._conclude(found)

    def _find_across(self, before: Words, both: Words) -> Found | None:
        """Find what only the two messages together say: "my throat" / "is closing up"."""
        found = self._finder.find(both)
        live = found.live
        if live is None or live.start >= len(before.spoken) - 1:
            return None
        known = self._finder.find(before).live
        if known and (known.start, known.matcher) == (live.start, live.matcher):
            return None
        return found._replace(findings=(live,))

    def _conclude(self, found: Found) -> Screening:
        if found.message is None:
            return NO_DANGER
        live = found.live
        return Screening(
            tier=live.flag.tier if live else None,
            text=self._text(live) if live else None,
            notice=any(each.modifier for each in found.findings),
            found=tuple(_flagged(each, found.message) for each in found.findings),
            language=(live or found.findings[0]).flag.language,
        )

    def _text(self, finding: Finding) -> str:
        """Name the fixed text: the flag's own, or that of its tier, in the flag's language."""
        own = finding.flag.id.rpartition("/")[2]
        name = own if own in self._texts else finding.flag.tier.value
        if finding.third_person and name == Tier.CRISIS.value:
            name = "crisis-other"
        translated = f"{name}-{finding.flag.language}"
        return translated if translated in self._texts else name


def compile_red_flags(red_flags: RedFlags) -> Plain:
    """Return red flags as plain values, to be kept; raises ContentError for bad patterns."""
    from bot.safety.compiling import compile_patterns  # noqa: PLC0415  most starts find them kept

    return compile_patterns(red_flags, english())


def _flagged(finding: Finding, message: Message) -> Flagged:
    return Flagged(
        flag=finding.flag.id,
        tier=finding.flag.tier,
        pattern=finding.matcher.pattern.text,
        matched=message.typed(finding.start, finding.end),
        modifiers=(finding.modifier,) if finding.modifier else (),
    )


def _empty() -> Problem:
    return Problem(
        "faq/red-flags.md",
        0,
        "There are no emergency patterns, so emergencies would not be recognised.",
        "Restore this file. The chat does not start without it.",
    )

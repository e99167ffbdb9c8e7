"""The red-flag screen: one utterance in, the most urgent live danger out.

Runs before retrieval on every utterance, without I/O, in microseconds and in time linear in the
length of the text. It never raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.errors import ContentError
from bot.models import Flagged, Problem, Screening, Tier
from bot.safety.finder import Finder, Finding
from bot.safety.lexicon import Lexicon
from bot.safety.message import Message
from bot.safety.ordinary import ordinary_words

if TYPE_CHECKING:
    from bot.models import RedFlags

UNAVAILABLE: Final = Screening(tier=Tier.EMERGENCY, text="unavailable")
"""The screen itself failed, so nobody knows whether this is an emergency: the patient gets the
static text that names the emergency number, and no answer of the FAQ."""
_URGENCY: Final = list(Tier)


class Screen:
    """Compiled red flags. Raises ContentError for an empty lexicon or a pattern it can't read."""

    def __init__(self, red_flags: RedFlags) -> None:
        if not any(flag.tier is Tier.EMERGENCY and flag.patterns for flag in red_flags.flags):
            raise ContentError([_empty()])
        self._texts = red_flags.texts
        lexicon = Lexicon(red_flags, ordinary_words())
        self._vocabulary = lexicon.vocabulary
        self._finder = Finder(lexicon)

    def prepare(self) -> None:
        """Compile every expression now, in about half a second, not when it is first needed.

        Worth it for a server: its first patients then wait no longer than all others.
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

    def _screen(self, utterance: str, tail: str) -> Screening:
        message = Message.read(utterance, self._vocabulary)
        found = list(self._finder.find(message))
        if tail and not any(each.is_live for each in found):
            across, joint = self._find_across(tail, utterance)
            if across:
                return self._conclude(across, joint)
        return self._conclude(found, message)

    def _find_across(self, tail: str, utterance: str) -> tuple[list[Finding], Message]:
        """Find what only the two messages together say: "my throat" / "is closing up"."""
        before = Message.read(tail, self._vocabulary)
        known = {(each.start, each.matcher) for each in self._finder.find(before) if each.is_live}
        both = Message.read(f"{tail} {utterance}", self._vocabulary)
        live = (each for each in self._finder.find(both) if each.is_live)
        joint = len(before.codes) - 1
        new = [
            each for each in live if each.start < joint and (each.start, each.matcher) not in known
        ]
        return new, both

    def _conclude(self, found: list[Finding], message: Message) -> Screening:
        if not found:
            return Screening()
        live = [each for each in found if not each.modifier]
        top = min(live, key=lambda each: _URGENCY.index(each.flag.tier), default=None)
        return Screening(
            tier=top.flag.tier if top else None,
            text=self._text(top) if top else None,
            notice=any(each.modifier for each in found),
            found=tuple([self._flagged(each, message) for each in found]),
            language=(top or found[0]).flag.language,
        )

    def _flagged(self, finding: Finding, message: Message) -> Flagged:
        return Flagged(
            flag=finding.flag.id,
            tier=finding.flag.tier,
            pattern=finding.matcher.pattern.text,
            matched=message.typed(finding.start, finding.end),
            modifiers=(finding.modifier,) if finding.modifier else (),
        )

    def _text(self, finding: Finding) -> str:
        """Name the fixed text: the flag's own, or that of its tier, in the flag's language."""
        own = finding.flag.id.rpartition("/")[2]
        name = own if own in self._texts else finding.flag.tier.value
        if finding.third_person and name == Tier.CRISIS.value:
            name = "crisis-other"
        translated = f"{name}-{finding.flag.language}"
        return translated if translated in self._texts else name


def _empty() -> Problem:
    return Problem(
        "faq/red-flags.md",
        0,
        "There are no emergency patterns, so emergencies would not be recognised.",
        "Restore this file. The chat does not start without it.",
    )

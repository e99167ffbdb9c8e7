"""The screen without any shortcut: every pattern is looked for in every message, every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.safety.finder import Found, _distinct, _weighed
from bot.safety.meanings import tokens
from bot.safety.message import Message, Words, _fold
from bot.safety.modifiers import Context, Spans
from bot.safety.vocabulary import BREAK

if TYPE_CHECKING:
    from bot.models import Screening
    from bot.safety import Screen
    from bot.safety.finder import Finding
    from bot.safety.matching import Expression

ALL = -1
"""As bits: every expression is possible."""


class Everywhere(Context):
    """Looks for every choice of every expression."""

    def spans(self, expression: Expression) -> Spans:
        """Return where it matches, whatever words the message has."""
        choices = expression.choices.values() or (expression,)
        found = [m.span() for each in choices for m in each.compiled.finditer(self._codes)]
        return sorted(span for span in found if not self._torn(*span))


class Reference:
    """Screens with the same patterns, cues and wording as `screen`, but looks for all of them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._cues = screen._finder._cues
        order = ("crisis", "emergency", "urgent", "advice")
        matchers = screen._finder._matchers
        self._matchers = sorted(matchers, key=lambda each: order.index(each.flag.tier))
        self._codes = screen._finder.meanings._resolve

    def find(self, text: str) -> Found:
        """Return what is found in a text."""
        folded, plain = _fold(text)
        codes = "".join(map(self._codes, tokens(folded)))
        message = Message(Words(folded, plain, codes, ALL), self._screen._finder.meanings)
        message.possible = ALL
        context = Everywhere(self._cues, message)
        findings = tuple(_distinct(_weighed(self._matchers, context)))
        return Found(findings, message if findings else None)

    def screen(self, utterance: str, tail: str = "") -> Screening:
        """Return what the screen must return."""
        found = self.find(utterance)
        if tail and not live(found):
            before, both = self.find(tail), self.find(f"{tail} {utterance}")
            known = {(each.start, each.matcher) for each in live(before)}
            codes = "".join(map(self._codes, tokens(_fold(tail)[0])))
            joint = 1 + len(codes.replace(BREAK, ""))
            new = [each for each in live(both) if each.start < joint]
            if new := [each for each in new if (each.start, each.matcher) not in known]:
                return self._screen._conclude(both._replace(findings=tuple(new)))
        return self._screen._conclude(found)


def live(found: Found) -> list[Finding]:
    """Return what nothing weakens."""
    return [each for each in found.findings if each.modifier is None]

"""The screen without any shortcut: every pattern is looked for in every message, every time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.safety.finder import Found, _distinct, _weighed
from bot.safety.message import _TOKEN, Message, _fold
from bot.safety.modifiers import Context, Spans

if TYPE_CHECKING:
    from bot.models import Screening
    from bot.safety import Screen
    from bot.safety.matching import Expression

ALL = -1
"""As a number of bits: every group of words may occur."""


class Everywhere(Context):
    """Looks for every choice of every expression."""

    def spans(self, expression: Expression) -> Spans:
        """Return where it matches, whatever words the message has."""
        choices = expression.choices.expressions if expression.choices else (expression,)
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

    def find(self, text: str) -> Found:
        """Return what is found in a text."""
        tokens = _TOKEN.findall(_fold(text)[0])
        message = Message(tokens, self._screen._finder.meanings)
        message._bits = ALL
        context = Everywhere(self._cues, message)
        return Found(tuple(_distinct(_weighed(self._matchers, context))), message)

    def screen(self, utterance: str, tail: str = "") -> Screening:
        """Return what the screen must return."""
        found = self.find(utterance)
        if tail and not found.live:
            before, both = self.find(tail), self.find(f"{tail} {utterance}")
            known = {(each.start, each.matcher) for each in before.live}
            joint = len(before.message.codes) - 1 if before.message else 0
            new = [each for each in both.live if each.start < joint]
            if new := [each for each in new if (each.start, each.matcher) not in known]:
                return self._screen._conclude(replace(both, findings=tuple(new)))
        return self._screen._conclude(found)

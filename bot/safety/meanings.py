"""What each typed word means to the patterns; every new word is thought about once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from bot.safety.needs import Needs, belonging

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.safety.compiled import Compiled

_T = TypeVar("_T")
_REMEMBERED: Final = 10_000
"""Pieces of one generation that are kept in memory; the two take about 8 MB."""
_LONGEST: Final = 40
"""Characters of a piece that is kept."""
_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;]+")


class Meanings:
    """What the words of messages mean.

    Messages are looked up by their pieces, which are what stands between two spaces: "throat?".
    """

    def __init__(self, compiled: Compiled) -> None:
        self._belonging = belonging(compiled.groups)
        self.patterns = Needs([each.groups for each in compiled.matchers], self._belonging)
        self._expressions = compiled.expressions
        self._resolve = compiled.vocabulary.codes
        self.codes = Remembered(self._codes)
        """Piece → the codes of the words that it stands for."""
        self.bits = Remembered(self._bits)
        """Piece → its bits among the needs of the patterns."""

    @cached_property
    def expressions(self) -> Needs:
        """The needs of the single expressions: looked at only where something was found."""
        return Needs([each.groups for each in self._expressions], self._belonging)

    def forget(self) -> None:
        """Let go of what was not typed since this was called the last time."""
        self.codes.forget()
        self.bits.forget()

    def _codes(self, piece: str) -> str:
        found = tokens(piece)
        if found == [piece]:
            return self._resolve(piece)
        return "".join([self.codes[token] for token in found])

    def _bits(self, piece: str) -> int:
        return self.patterns.of(self.codes[piece])


class Remembered(dict[str, _T]):
    """What a function returns for a text; worked out when it is looked up the first time."""

    def __init__(self, work_out: Callable[[str], _T]) -> None:
        super().__init__()
        self._work_out = work_out
        self._before: dict[str, _T] = {}

    def __missing__(self, text: str) -> _T:
        found = self._before[text] if text in self._before else self._work_out(text)
        if len(text) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.forget()
            self[text] = found
        return found

    def forget(self) -> None:
        """Let go of what was not looked up since this was called the last time."""
        self._before = dict(self)
        self.clear()


def tokens(text: str) -> list[str]:
    """Split folded text into words and full stops."""
    return _TOKEN.findall(text)

"""The small language in which `red-flags.md` writes its patterns, and its parser.

    can not breathe          these words, in this order (contractions are written out on both sides)
    swell*                   swell, swelling, swells …
    (lip | lips | tongue)    one of these
    [so | very]              none, one, or up to three of these
    {body part}              one phrase of the list with that name
    ...                      up to four other words
    fever + {the shot}       both, in any order, near each other; the first one is the finding
    {start} help {end}       the message begins or ends here
    {number}                 a number in digits

A `...` never steps over a word that denies ("my throat is not closing").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.text import expand, fold, words

_MAX_PATTERN: Final = 1000
"""Characters; keeps parsing and matching of one pattern bounded."""
_DEEPEST: Final = 20
_SHORTEST_STEM: Final = 3
"""Letters before a `*`."""
_PIECE = re.compile(r"\.\.\.|…|\{[^{}]*\}|[()\[\]|+]|[^\W_]+(?:'[^\W_]+)*\*?|\s+|.")


class PatternError(ValueError):
    """A pattern that can't be read; prints what is wrong in words for its editor."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it stands, or (`stem`) every word that begins so."""

    text: str
    stem: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A list by its name, or one of the built-in `start`, `end` and `number`."""

    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to four other words."""


@dataclass(frozen=True, slots=True)
class Maybe:
    """What may be left out, or said up to three times."""

    item: Sequence


@dataclass(frozen=True, slots=True)
class Either:
    """One of several sequences."""

    options: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other."""

    items: tuple[Item, ...]


Item: TypeAlias = Word | Named | Gap | Maybe | Either | Sequence


def parse(text: str) -> tuple[Sequence, ...]:
    """Parse a pattern into the parts that `+` joins; raises PatternError."""
    if len(text) > _MAX_PATTERN:
        raise PatternError(f"The pattern is longer than {_MAX_PATTERN} characters.")
    return _Parser(text).parts()


def leaves(item: Item) -> list[Word | Named]:
    """Return the words and the names of lists that a pattern is made of."""
    found: list[Word | Named] = []
    open_items: list[Item] = [item]
    while open_items:
        match open_items.pop():
            case Word() | Named() as leaf:
                found.append(leaf)
            case Maybe(inner):
                open_items.append(inner)
            case Either(inner_items) | Sequence(inner_items):
                open_items.extend(inner_items)
            case Gap():
                pass
    return found


class _Parser:
    """Recursive descent over the pieces of one pattern."""

    def __init__(self, text: str) -> None:
        self._pieces = [p for p in _PIECE.findall(fold(text)) if not p.isspace()]
        self._at = 0
        self._depth = 0

    def parts(self) -> tuple[Sequence, ...]:
        parts = [self._sequence()]
        while self._next_is("+"):
            self._at += 1
            parts.append(self._sequence())
        if self._at < len(self._pieces):
            raise PatternError(f"Unexpected “{self._pieces[self._at]}”.")
        return tuple(parts)

    def _next_is(self, *pieces: str) -> bool:
        return self._at < len(self._pieces) and self._pieces[self._at] in pieces

    def _sequence(self) -> Sequence:
        items: list[Item] = []
        while self._at < len(self._pieces) and not self._next_is("|", ")", "]", "+"):
            items.extend(self._item())
        if not any(not isinstance(item, Gap | Maybe) for item in items):
            raise PatternError("Each part and each choice needs at least one word.")
        return Sequence(tuple(items))

    def _item(self) -> list[Item]:
        piece = self._pieces[self._at]
        self._at += 1
        match piece:
            case "(" | "[":
                return [self._group(piece)]
            case "..." | "…":
                return [Gap()]
            case _ if piece.startswith("{"):
                return [_named(piece)]
            case _ if piece.endswith("*") and len(piece) > 1:
                return [_stem(piece.removesuffix("*"))]
            case _ if piece[0].isalnum():
                return [Word(word) for word in expand(piece).split()]
        return _punctuation(piece)

    def _group(self, opening: str) -> Item:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PatternError(f"Brackets stand in each other more than {_DEEPEST} deep.")
        options = [self._sequence()]
        while self._next_is("|"):
            self._at += 1
            options.append(self._sequence())
        self._depth -= 1
        closing = ")" if opening == "(" else "]"
        if not self._next_is(closing):
            raise PatternError(f"“{opening}” is never closed with “{closing}”.")
        self._at += 1
        either = Either(tuple(options))
        return Maybe(Sequence((either,))) if opening == "[" else either


def _named(piece: str) -> Named:
    if name := " ".join(words(piece)):
        return Named(name)
    raise PatternError("“{}” must name a list.")


def _stem(text: str) -> Word:
    if len(text) < _SHORTEST_STEM:
        raise PatternError(
            f"“{text}*” would match too many words; write more letters before the *."
        )
    return Word(text, stem=True)


def _punctuation(piece: str) -> list[Item]:
    """Commas, quotes and dashes mean nothing; what looks like a mistake is refused."""
    if piece in "{}*":
        raise PatternError(f"A single “{piece}” has no meaning here.")
    return []

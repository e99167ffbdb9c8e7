"""Parsed patterns written as regular expressions over word codes.

Matching stays linear in the length of the message, because every repetition is bounded. An
expression is only tried when all the words that it can't do without occur in the message.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from bot.safety.pattern import Either, Gap, Item, Maybe, Named, Sequence, Word
from bot.safety.vocabulary import END, START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.safety.message import Message
    from bot.safety.vocabulary import Vocabulary

DENYING: Final = ("not", "no", "never", "without", "but", "nor")
"""Words over which a `...` never steps."""
BUILT_IN: Final = ("start", "end", "number")
NEVER: Final = "(?!)"
"""Matches nowhere; stands for a missing list."""
_POLITE: Final = {"start": "greeting", "end": "courtesy"}
"""Lists of what may stand between the edge of a message and what it says."""
_MANY: Final = 3
"""Choices from which on it is quicker to look for the possible ones only."""


@dataclass(slots=True, eq=False)
class Expression:
    """A part of a pattern or a list, and the groups of codes of which it needs one each."""

    source: str
    needs: tuple[frozenset[str], ...] = ()
    bits: int = 0
    """The same as one bit for each group."""
    choices: Choices | None = None
    """The same as single expressions, where there are many to choose from."""
    _compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression over codes; compiled when it is first needed."""
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled

    def prepare(self) -> None:
        """Compile what will be matched, now."""
        for expression in self.choices.expressions if self.choices else (self,):
            _ = expression.compiled

    def spans(self, message: Message) -> list[tuple[int, int]]:
        """Return where it matches, in order of position; spans of choices may overlap."""
        if self.bits & message.bits != self.bits:
            return []
        if self.choices:
            return self.choices.spans(message)
        return [match.span() for match in self.compiled.finditer(message.codes)]


class Choices:
    """Many expressions, of which few are possible in one message."""

    def __init__(self, expressions: Iterable[Expression], vocabulary: Vocabulary) -> None:
        self.expressions = tuple(expressions)
        self._anchored: dict[str, list[Expression]] = defaultdict(list)
        for expression in self.expressions:
            for code in min(expression.needs, key=vocabulary.frequency):
                self._anchored[code].append(expression)

    def spans(self, message: Message) -> list[tuple[int, int]]:
        """Return where any of them matches, in order of position."""
        possible = {
            each
            for code in self._anchored.keys() & set(message.codes)
            for each in self._anchored[code]
            if each.bits & message.bits == each.bits
        }
        found = [m.span() for each in possible for m in each.compiled.finditer(message.codes)]
        return sorted(found)


class Writer:
    """Writes parsed patterns, with the lists that they name, as expressions."""

    def __init__(self, vocabulary: Vocabulary, lists: Mapping[str, list[Sequence]]) -> None:
        self._vocabulary = vocabulary
        self._lists = lists
        self._numbers: dict[frozenset[str], int] = {}
        self._words: dict[Word, Expression] = {}
        self._named_lists: dict[str, Expression] = {}
        self._parts: dict[str, Expression] = {}
        stops = _union(map(vocabulary.of_word, DENYING)) | {START, END}
        self._gap = f"[^{''.join(sorted(stops))}]{{0,4}}?"

    def part(self, sequence: Sequence) -> Expression:
        """Write a part of a pattern; equal parts are one expression, looked for once."""
        written = self._sequence(sequence)
        return self._parts.setdefault(written.source, written)

    def listed(self, *names: str) -> Expression:
        """Write lists as one expression; one that matches nowhere when there are none."""
        known = [self._list(name) for name in names if self._lists.get(name)]
        return self._either(known) if known else Expression(NEVER)

    def bits_by_code(self) -> dict[str, int]:
        """Return for each code the bits of the groups that it belongs to, so far."""
        by_code: dict[str, int] = defaultdict(int)
        for group, number in self._numbers.items():
            for code in group:
                by_code[code] |= 1 << number
        return dict(by_code)

    def _sequence(self, sequence: Sequence) -> Expression:
        items = [self._item(item) for item in sequence.items]
        if len(items) == 1:
            return items[0]
        source = "".join([item.source for item in items])
        needs = tuple([need for item in items for need in item.needs])
        return Expression(source, needs, reduce(or_, [item.bits for item in items]))

    def _item(self, item: Item) -> Expression:
        match item:
            case Word():
                return self._word(item)
            case Named(name):
                return self._named(name)
            case Gap():
                return Expression(self._gap)
            case Sequence():
                return self._sequence(item)
            case Maybe(inner):
                return Expression(f"(?:{self._sequence(inner).source}){{0,3}}")
            case Either(options):
                return self._either([self._sequence(option) for option in options])

    def _word(self, word: Word) -> Expression:
        if word not in self._words:
            known = self._vocabulary
            codes = known.of_stem(word.text) if word.stem else known.of_word(word.text)
            self._words[word] = self._one_of(codes)
        return self._words[word]

    def _named(self, name: str) -> Expression:
        match name:
            case "number":
                return self._one_of(self._vocabulary.numbers())
            case "start":
                return self._edge(START, f"{START}{self._polite(name)}")
            case "end":
                return self._edge(END, f"{self._polite(name)}{END}")
            case _:
                return self._list(name)

    def _edge(self, code: str, source: str) -> Expression:
        group = frozenset(code)
        return Expression(source, (group,), self._bit(group))

    def _polite(self, edge: str) -> str:
        """Write what may stand at the edge of a message: a greeting, a "please"."""
        polite = self._lists.get(_POLITE[edge])
        return f"(?:{self._list(_POLITE[edge]).source}){{0,3}}" if polite else ""

    def _list(self, name: str) -> Expression:
        if name not in self._named_lists:
            written = [self._sequence(sequence) for sequence in self._lists[name]]
            self._named_lists[name] = self._either(written)
        return self._named_lists[name]

    def _either(self, options: list[Expression]) -> Expression:
        """Write a choice: single words become one class of characters, which is quick.

        Of each choice the group that occurs most seldom is needed.
        """
        phrases = [option for option in options if not _is_single(option)]
        singles = [option.needs[0] for option in options if _is_single(option)]
        if singles:
            phrases.append(self._one_of(_union(singles)))
        if len(phrases) == 1:
            return phrases[0]
        frequency = self._vocabulary.frequency
        needed = _union(min(option.needs, key=frequency) for option in phrases)
        source = "|".join(dict.fromkeys(option.source for option in phrases))
        choices = self._choices(phrases) if len(phrases) >= _MANY else None
        return Expression(f"(?:{source})", (needed,), self._bit(needed), choices)

    def _choices(self, options: list[Expression]) -> Choices:
        flat: list[Expression] = []
        for option in options:
            flat += option.choices.expressions if option.choices else (option,)
        return Choices({each.source: each for each in flat}.values(), self._vocabulary)

    def _one_of(self, codes: frozenset[str]) -> Expression:
        source = next(iter(codes)) if len(codes) == 1 else f"[{''.join(sorted(codes))}]"
        return Expression(source, (codes,), self._bit(codes))

    def _bit(self, group: frozenset[str]) -> int:
        return 1 << self._numbers.setdefault(group, len(self._numbers))


def _union(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*groups)


def _is_single(written: Expression) -> bool:
    """Whether the expression is exactly one code out of its one group."""
    source = written.source
    return len(source) == 1 or (source[0] == "[" and source.find("]") == len(source) - 1)

"""`red-flags.md` compiled: each pattern becomes regular expressions over word codes.

Matching stays linear in the length of the message, because every repetition in a pattern is
bounded (`...` is at most four words). A pattern is only tried when all the words that it can't
do without occur in the message.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.errors import ContentError
from bot.models import Problem
from bot.safety.pattern import (
    Either,
    Gap,
    Item,
    Maybe,
    Named,
    PatternError,
    Sequence,
    Word,
    leaves,
    parse,
)
from bot.safety.vocabulary import END, NUMBER, START, Vocabulary
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.safety.message import Message
    from bot.models import Phrasing, RedFlag, RedFlags

_BUILT_IN: Final = {"start": START, "end": END, "number": NUMBER}
_POLITE: Final = {"start": "greeting", "end": "courtesy"}
"""Lists of what may stand between the edge of a message and what it says."""
_DENYING: Final = ("not", "no", "never", "without", "but", "nor")
"""Words over which a `...` never steps."""

NEVER: Final = "(?!)"
"""An expression that matches nowhere; stands for a missing list."""
_MANY: Final = 3
"""Choices from which on it is quicker to look for the possible ones only."""

Parts: TypeAlias = tuple[Sequence, ...]
Rows: TypeAlias = list[tuple["Phrasing", Parts]]


@dataclass(slots=True, eq=False)
class Expression:
    """A part of a pattern or a list, and the groups of codes of which it needs one each."""

    source: str
    needs: tuple[frozenset[str], ...]
    bits: int
    """The same as one bit for each group."""
    choices: Choices | None = None
    """The same as single expressions, where there are many to choose from."""
    _compiled: re.Pattern[str] | None = None

    def spans(self, message: Message, present: int) -> list[tuple[int, int]]:
        """Return where it matches, in order of position; spans of choices may overlap.

        `present` has the bits of all groups that occur in the message.
        """
        if self.bits & present != self.bits:
            return []
        if self.choices:
            return self.choices.spans(message, present)
        return [match.span() for match in self.compiled.finditer(message.codes)]

    @property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression over codes; compiled when it is first needed."""
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled


class Choices:
    """Many expressions, of which few are possible in one message."""

    def __init__(self, expressions: Iterable[Expression], vocabulary: Vocabulary) -> None:
        self.expressions = tuple(expressions)
        self._anchored: dict[str, list[Expression]] = defaultdict(list)
        for expression in self.expressions:
            for code in min(expression.needs, key=vocabulary.frequency):
                self._anchored[code].append(expression)

    def spans(self, message: Message, present: int) -> list[tuple[int, int]]:
        """Return where any of them matches, in order of position."""
        possible = {
            each
            for code in self._anchored.keys() & message.present
            for each in self._anchored[code]
            if each.bits & present == each.bits
        }
        codes = message.codes
        return sorted([match.span() for each in possible for match in each.compiled.finditer(codes)])


@dataclass(slots=True)
class Matcher:
    """One pattern of one flag."""

    flag: RedFlag
    pattern: Phrasing
    parts: tuple[Expression, ...]
    """What `+` joins; the first one is the finding."""
    bits: int
    """One bit for each group of codes of which one must occur in the message."""

    @property
    def groups(self) -> set[frozenset[str]]:
        """The groups of codes of which one each must occur in the message."""
        return {group for part in self.parts for group in part.needs}


class Lexicon:
    """All patterns and lists over one vocabulary. Raises ContentError with every bad pattern."""

    def __init__(self, red_flags: RedFlags, ordinary: Mapping[str, int]) -> None:
        parser = _PatternParser()
        flags = [(flag, parser.rows(flag.patterns, flag.path)) for flag in red_flags.flags]
        lists = {
            list_name(name): parser.rows(rows, _path(red_flags))
            for name, rows in red_flags.lists.items()
        }
        parser.check_names(lists, flags, _path(red_flags))
        every = [*lists.values(), *(rows for _, rows in flags)]
        self.vocabulary = _vocabulary(every, ordinary)
        self._writer = _Writer(self.vocabulary, lists)
        self.matchers = [
            self._matcher(flag, phrasing, parts) for flag, rows in flags for phrasing, parts in rows
        ]

    def bits(self) -> dict[str, int]:
        """Return for each code the bits of the groups that it belongs to, of all that was written."""
        return self._writer.bits_by_code()

    def listed(self, *names: str) -> Expression:
        """Return lists as one expression; one that matches nowhere when there are none."""
        return self._writer.listed(names) or Expression(NEVER, (), 0)

    def _matcher(self, flag: RedFlag, phrasing: Phrasing, parts: Parts) -> Matcher:
        written = tuple(self._writer.part(part) for part in parts)
        return Matcher(flag, phrasing, written, reduce(or_, [part.bits for part in written]))


def list_name(text: str) -> str:
    """Return the form in which a list's heading and its mention in braces are compared."""
    return " ".join(words(fold(text)))


def _path(red_flags: RedFlags) -> str:
    return red_flags.flags[0].path if red_flags.flags else "faq/red-flags.md"


class _PatternParser:
    """Parses patterns and collects what is wrong with them."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def rows(self, phrasings: Iterable[Phrasing], path: str) -> Rows:
        rows: Rows = []
        for phrasing in phrasings:
            try:
                rows.append((phrasing, parse(phrasing.text)))
            except PatternError as error:
                self._problem(path, phrasing, str(error))
        return rows

    def check_names(self, lists: dict[str, Rows], flags: list[tuple[RedFlag, Rows]], path: str) -> None:
        """Raise ContentError if a pattern was bad, names no list, or a list contains itself."""
        for rows in (*lists.values(), *(rows for _, rows in flags)):
            for phrasing, parts in rows:
                for name in _names(parts):
                    if not lists.get(name) and name not in _BUILT_IN:
                        self._problem(path, phrasing, f"There is no list “{name}”.")
        for name, rows in lists.items():
            if rows and _reaches(name, name, lists, set()):
                self._problem(path, rows[0][0], f"The list “{name}” mentions itself.")
        if self._problems:
            raise ContentError(sorted(self._problems))

    def _problem(self, path: str, phrasing: Phrasing, message: str) -> None:
        excerpt = ((phrasing.line, f"- {phrasing.text}"),)
        fix = "Compare with the other patterns in this file; docs/safety.md explains the signs."
        self._problems.append(Problem(path, phrasing.line, message, fix, excerpt=excerpt))


def _names(parts: Parts) -> list[str]:
    return [leaf.name for part in parts for leaf in leaves(part) if isinstance(leaf, Named)]


def _reaches(start: str, goal: str, lists: dict[str, Rows], seen: set[str]) -> bool:
    """Whether the list `start` mentions `goal`, directly or through other lists."""
    mentioned = {name for _, parts in lists.get(start, []) for name in _names(parts)} - seen
    seen |= mentioned
    return goal in mentioned or any(_reaches(name, goal, lists, seen) for name in mentioned)


def _vocabulary(every: Iterable[Rows], ordinary: Mapping[str, int]) -> Vocabulary:
    found = [leaf for rows in every for _, parts in rows for part in parts for leaf in leaves(part)]
    exact = [leaf.text for leaf in found if isinstance(leaf, Word) and not leaf.stem]
    stems = [leaf.text for leaf in found if isinstance(leaf, Word) and leaf.stem]
    return Vocabulary([*_DENYING, *exact], stems, ordinary)


class _Writer:
    """Writes parsed patterns as expressions over codes."""

    def __init__(self, vocabulary: Vocabulary, lists: dict[str, Rows]) -> None:
        self._vocabulary = vocabulary
        self._lists = lists
        self._written: dict[str, Expression] = {}
        self._numbers: dict[frozenset[str], int] = {}
        self._words: dict[Word, Expression] = {}
        self._parts: dict[str, Expression] = {}
        stops = frozenset[str]().union(*map(vocabulary.of_word, _DENYING)) | {START, END}
        self._gap = f"[^{''.join(sorted(stops))}]{{0,4}}?"

    def listed(self, names: Iterable[str]) -> Expression | None:
        known = [self._named(name) for name in names if self._lists.get(name)]
        return self._either(known) if known else None

    def part(self, sequence: Sequence) -> Expression:
        """Write a part of a pattern; equal parts are one expression, compiled and looked for once."""
        written = self.sequence(sequence)
        return self._parts.setdefault(written.source, written)

    def sequence(self, sequence: Sequence) -> Expression:
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
                return Expression(self._gap, (), 0)
            case Sequence():
                return self.sequence(item)
            case Maybe(inner):
                return Expression(f"(?:{self.sequence(inner).source}){{0,3}}", (), 0)
            case Either(options):
                return self._either([self.sequence(option) for option in options])

    def _word(self, word: Word) -> Expression:
        if word not in self._words:
            known = self._vocabulary
            codes = known.of_stem(word.text) if word.stem else known.of_word(word.text)
            self._words[word] = self._one_of(codes)
        return self._words[word]

    def _edge(self, name: str) -> Expression:
        """The message's beginning or end; a greeting may stand before, a "please" behind."""
        around = self._lists.get(_POLITE[name], [])
        polite = self._either([self.sequence(parts[0]) for _, parts in around]).source if around else ""
        polite = f"(?:{polite}){{0,3}}" if polite else ""
        source = f"{START}{polite}" if name == "start" else f"{polite}{END}"
        return Expression(source, (), 0)

    def _digits(self, name: str) -> frozenset[str]:
        """The numbers that patterns name, such as 911, are numbers too."""
        return self._vocabulary.numbers() if name == "number" else frozenset()

    def _named(self, name: str) -> Expression:
        if name in ("start", "end"):
            return self._edge(name)
        if name in _BUILT_IN:
            return self._one_of(frozenset(_BUILT_IN[name]) | self._digits(name))
        if name not in self._written:
            rows = self._lists[name]
            self._written[name] = self._either([self.sequence(parts[0]) for _, parts in rows])
        return self._written[name]

    def _either(self, options: list[Expression]) -> Expression:
        """Single words become one class of characters, which is quick; phrases stay choices.

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
        flat = [
            one for each in options for one in (each.choices.expressions if each.choices else (each,))
        ]
        return Choices({each.source: each for each in flat}.values(), self._vocabulary)

    def _one_of(self, codes: frozenset[str]) -> Expression:
        source = next(iter(codes)) if len(codes) == 1 else f"[{''.join(sorted(codes))}]"
        return Expression(source, (codes,), self._bit(codes))

    def _bit(self, group: frozenset[str]) -> int:
        return 1 << self._numbers.setdefault(group, len(self._numbers))

    def bits_by_code(self) -> dict[str, int]:
        """Return for each code the bits of the groups that it belongs to."""
        by_code: dict[str, int] = {}
        for group, number in self._numbers.items():
            for code in group:
                by_code[code] = by_code.get(code, 0) | 1 << number
        return by_code


def _union(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*groups)


def _is_single(written: Expression) -> bool:
    """Whether the expression is exactly one code out of its one group."""
    source = written.source
    return len(source) == 1 or (source[0] == "[" and source.find("]") == len(source) - 1)

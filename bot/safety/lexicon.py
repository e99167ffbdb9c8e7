"""`red-flags.md` compiled: what each pattern looks for, over one vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import ContentError
from bot.models import Problem
from bot.safety.expressions import BUILT_IN, DENYING, Writer, Written
from bot.safety.pattern import Named, PatternError, Sequence, Word, leaves, parse
from bot.safety.vocabulary import Vocabulary
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.models import Phrasing, RedFlags
    from bot.safety.expressions import Group

Parts: TypeAlias = tuple[Sequence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WrittenMatcher:
    """One pattern of one flag."""

    flag: int
    """The flag's place among all."""
    pattern: int
    """The pattern's place in the flag."""
    parts: tuple[Written, ...]
    """What `+` joins; the first one is the finding."""
    groups: tuple[Group, ...]
    """The groups of codes of which one each must occur in the message, the rarest first."""


class Lexicon:
    """All patterns and lists over one vocabulary. Raises ContentError with every bad pattern."""

    def __init__(self, red_flags: RedFlags, ordinary: Mapping[str, int]) -> None:
        read = _Reader(red_flags)
        self.vocabulary = _vocabulary(read.every_part(), ordinary)
        lists = {name: [part for part, *_ in rows.values()] for name, rows in read.lists.items()}
        self.writer = Writer(self.vocabulary, lists)
        self.matchers = [
            self._matcher((at, flag.patterns.index(phrasing)), parts)
            for at, (flag, rows) in enumerate(zip(red_flags.flags, read.flags, strict=True))
            for phrasing, parts in rows.items()
        ]

    def _matcher(self, place: tuple[int, int], parts: Parts) -> WrittenMatcher:
        written = tuple(map(self.writer.part, parts))
        groups = self.writer.rarest_first({group for part in written for group in part.needs})
        return WrittenMatcher(*place, written, tuple(groups))

    def listed(self, *names: str) -> Written:
        """Return lists as one expression; one that matches nowhere when there are none."""
        return self.writer.listed(*map(_name, names))


class _Reader:
    """Parses all patterns; raises ContentError with all that is wrong with them."""

    def __init__(self, red_flags: RedFlags) -> None:
        self._problems: list[Problem] = []
        self._path = red_flags.flags[0].path
        self.flags = [self._rows(flag.patterns) for flag in red_flags.flags]
        self.lists = {_name(name): self._rows(rows) for name, rows in red_flags.lists.items()}
        for rows in self._all_rows():
            self._check_names(rows)
        for name, rows in self.lists.items():
            self._check_list(name, rows)
        if self._problems:
            raise ContentError(sorted(self._problems))

    def every_part(self) -> Iterator[Sequence]:
        """Yield every parsed part of every pattern and list."""
        return (part for rows in self._all_rows() for parts in rows.values() for part in parts)

    def _all_rows(self) -> list[dict[Phrasing, Parts]]:
        return [*self.flags, *self.lists.values()]

    def _rows(self, phrasings: Iterable[Phrasing]) -> dict[Phrasing, Parts]:
        rows: dict[Phrasing, Parts] = {}
        for phrasing in phrasings:
            try:
                rows[phrasing] = parse(phrasing.text)
            except PatternError as error:
                self._problem(phrasing, str(error))
        return rows

    def _check_names(self, rows: dict[Phrasing, Parts]) -> None:
        for phrasing, parts in rows.items():
            for name in _names(parts):
                if name not in BUILT_IN and not self.lists.get(name):
                    self._problem(phrasing, f"There is no list “{name}”.")

    def _check_list(self, name: str, rows: dict[Phrasing, Parts]) -> None:
        for phrasing, parts in rows.items():
            if len(parts) > 1:
                self._problem(phrasing, "A “+” has no meaning in a word list.")
        if name in self._mentioned(name, set()):
            self._problem(next(iter(rows)), f"The list “{name}” mentions itself.")

    def _mentioned(self, name: str, seen: set[str]) -> set[str]:
        """Return the lists that a list mentions, directly or through others."""
        for parts in self.lists.get(name, {}).values():
            for other in set(_names(parts)) - seen:
                seen.add(other)
                self._mentioned(other, seen)
        return seen

    def _problem(self, phrasing: Phrasing, message: str) -> None:
        excerpt = ((phrasing.line, f"- {phrasing.text}"),)
        fix = "Compare with the other patterns in this file; docs/safety.md explains the signs."
        self._problems.append(Problem(self._path, phrasing.line, message, fix, excerpt=excerpt))


def _name(text: str) -> str:
    """Return the form in which a list's heading and its mention in braces are compared."""
    return " ".join(words(fold(text)))


def _names(parts: Parts) -> list[str]:
    return [leaf.name for part in parts for leaf in leaves(part) if isinstance(leaf, Named)]


def _vocabulary(parts: Iterable[Sequence], ordinary: Mapping[str, int]) -> Vocabulary:
    found = [leaf for part in parts for leaf in leaves(part) if isinstance(leaf, Word)]
    exact = [word.text for word in found if not word.stem]
    return Vocabulary([*DENYING, *exact], [word.text for word in found if word.stem], ordinary)

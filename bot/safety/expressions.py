"""Parsed patterns written as regular expressions over word codes.

Matching stays linear in the length of the message, because every repetition is bounded. Beside each
expression stands what it can't do without, so that it is tried in few messages only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.safety.pattern import Either, Gap, Item, Maybe, Named, Sequence, Word
from bot.safety.vocabulary import END, START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
_NEEDED: Final = 3
"""Groups of words that are needed of a choice."""

Group: TypeAlias = frozenset[str]
"""Codes of which one must occur."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A part of a pattern or a list, and the groups of codes of which it needs one each."""

    source: str
    needs: tuple[Group, ...] = ()
    choices: tuple[Written, ...] = ()
    """The same as single expressions, where there are many to choose from."""


class Writer:
    """Writes parsed patterns, with the lists that they name, as expressions."""

    def __init__(self, vocabulary: Vocabulary, lists: Mapping[str, list[Sequence]]) -> None:
        self._vocabulary = vocabulary
        self._lists = lists
        self._words: dict[Word, Written] = {}
        self._named_lists: dict[str, Written] = {}
        self._parts: dict[str, Written] = {}
        self._rarities: dict[Group, tuple[float, str]] = {}
        stops = _union(map(vocabulary.of_word, DENYING)) | {START, END}
        self._gap = f"[^{''.join(sorted(stops))}]{{0,4}}?"

    def part(self, sequence: Sequence) -> Written:
        """Write a part of a pattern; equal parts are one expression, looked for once."""
        written = self._sequence(sequence)
        return self._parts.setdefault(written.source, written)

    def listed(self, *names: str) -> Written:
        """Write lists as one expression; one that matches nowhere when there are none."""
        known = [self._list(name) for name in names if self._lists.get(name)]
        return self._either(known) if known else Written(NEVER)

    def rarest_first(self, groups: Iterable[Group]) -> list[Group]:
        """Return groups in the order of how often a word of theirs occurs in ordinary text."""
        return sorted(groups, key=self._rarity)

    def _rarity(self, group: Group) -> tuple[float, str]:
        if (known := self._rarities.get(group)) is None:
            codes = "".join(sorted(group))  # so that equals have an order too
            known = self._rarities[group] = self._vocabulary.frequency(group), codes
        return known

    def _sequence(self, sequence: Sequence) -> Written:
        items = [self._item(item) for item in sequence.items]
        if len(items) == 1:
            return items[0]
        source = "".join([item.source for item in items])
        needs = tuple([need for item in items for need in item.needs])
        return Written(source, needs)

    def _item(self, item: Item) -> Written:
        match item:
            case Word():
                return self._word(item)
            case Named(name):
                return self._named(name)
            case Gap():
                return Written(self._gap)
            case Sequence():
                return self._sequence(item)
            case Maybe(inner):
                return Written(f"(?:{self._sequence(inner).source}){{0,3}}")
            case Either(options):
                return self._either([self._sequence(option) for option in options])

    def _word(self, word: Word) -> Written:
        if word not in self._words:
            known = self._vocabulary
            codes = known.of_stem(word.text) if word.stem else known.of_word(word.text)
            self._words[word] = self._one_of(codes)
        return self._words[word]

    def _named(self, name: str) -> Written:
        match name:
            case "number":
                return self._one_of(self._vocabulary.numbers())
            case "start":
                return self._edge(START, f"{START}{self._polite(name)}")
            case "end":
                return self._edge(END, f"{self._polite(name)}{END}")
            case _:
                return self._list(name)

    def _edge(self, code: str, source: str) -> Written:
        return Written(source, (frozenset(code),))

    def _polite(self, edge: str) -> str:
        """Write what may stand at the edge of a message: a greeting, a "please"."""
        polite = self._lists.get(_POLITE[edge])
        return f"(?:{self._list(_POLITE[edge]).source}){{0,3}}" if polite else ""

    def _list(self, name: str) -> Written:
        if name not in self._named_lists:
            written = [self._sequence(sequence) for sequence in self._lists[name]]
            self._named_lists[name] = self._either(written)
        return self._named_lists[name]

    def _either(self, options: list[Written]) -> Written:
        """Write a choice: single words become one class of characters, which is quick."""
        phrases = [option for option in options if not _is_single(option)]
        singles = [option.needs[0] for option in options if _is_single(option)]
        if singles:
            phrases.append(self._one_of(_union(singles)))
        if len(phrases) == 1:
            return phrases[0]
        source = "|".join(dict.fromkeys(option.source for option in phrases))
        choices = _flat(phrases) if len(phrases) >= _MANY else ()
        return Written(f"(?:{source})", self._needed(phrases), choices)

    def _needed(self, options: list[Written]) -> tuple[Group, ...]:
        """Return what is needed of a choice: a rarest word of an option, a second rarest …."""
        ordered = [self.rarest_first(option.needs) for option in options]
        longest = min(_NEEDED, max(map(len, ordered)))
        return tuple(
            _union(groups[min(at, len(groups) - 1)] for groups in ordered) for at in range(longest)
        )

    def _one_of(self, codes: Group) -> Written:
        source = next(iter(codes)) if len(codes) == 1 else f"[{''.join(sorted(codes))}]"
        return Written(source, (codes,))


def _union(groups: Iterable[Group]) -> Group:
    return frozenset[str]().union(*groups)


def _flat(options: Iterable[Written]) -> tuple[Written, ...]:
    """Return single expressions, those of the choices inside included, each once."""
    single = [each for option in options for each in option.choices or (option,)]
    return tuple({each.source: each for each in single}.values())


def _is_single(written: Written) -> bool:
    """Whether the expression is exactly one code out of its one group."""
    source = written.source
    return len(source) == 1 or (source[0] == "[" and source.find("]") == len(source) - 1)

"""Phrasings that stand twice: the same words in two entries can't lead to both."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.models import Level, Phrasing
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.content.source import Source
    from bot.content.topics import Draft
    from bot.models import Entry, Problem

NEAR = 92
"""From this similarity on (rapidfuzz `token_sort_ratio`, 0 to 100) two phrasings are reported."""
_PREFIX = 4
"""Letters of a word that decide which phrasings are compared at all: plurals and endings
differ behind them."""
_CROWD = 32
"""More phrasings than this that share all but one word are a template, not an oversight."""
_FEW = 8
"""Up to this many, comparing pair by pair is faster than making a table."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One phrasing of one entry, the heading included."""

    phrasing: Phrasing
    entry: Entry
    source: Source
    key: str
    """The folded words; equal keys are the same question."""


def check_phrasings(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Report the same words in two entries (error), in one (warning), and near misses."""
    first: dict[str, _Asked] = {}
    for asked in _all(drafts):
        other = first.setdefault(asked.key, asked)
        if other.entry is asked.entry and other is not asked:
            yield _twice(asked, other)
        elif other.entry.id != asked.entry.id:  # the same id is a problem of its own
            yield _same(asked, other)
    yield from _near(list(first.values()))


@lru_cache(maxsize=50_000)
def phrasing_key(text: str) -> str:
    """Return what two phrasings have in common that differ in case and punctuation only.

    Remembered: a live edit changes few of the phrasings, and all are looked at again.
    """
    return " ".join(filter(None, map(_word_key, fold(text).split())))


@lru_cache(maxsize=50_000)
def _word_key(word: str) -> str:
    """Return a folded word with its contraction written out; the same words come up again."""
    return " ".join(words(word))


def _all(drafts: Sequence[Draft]) -> Iterator[_Asked]:
    for draft in drafts:
        for entry in draft.topic.entries:
            heading = Phrasing(entry.question, entry.line)
            for phrasing in (heading, *entry.phrasings):
                if key := phrasing_key(phrasing.text):
                    yield _Asked(phrasing, entry, draft.document.source, key)


def _twice(asked: _Asked, other: _Asked) -> Problem:
    return asked.source.problem(
        asked.phrasing.line,
        "These words stand twice for the same question.",
        f"Delete line {asked.phrasing.line}.",
        level=Level.WARNING,
        show=_lines(other, asked),
        column=_column(asked),
    )


def _same(asked: _Asked, other: _Asked) -> Problem:
    return asked.source.problem(
        asked.phrasing.line,
        f'These words already stand for "{other.entry.question}" ({_place(other)}).',
        "Patients who write them can get one answer only: delete them in one of the two places.",
        show=_lines(other, asked),
        column=_column(asked),
        pointer="the same words",
    )


# --- near misses ---------------------------------------------------------------------------


def _near(asked: list[_Asked]) -> Iterator[Problem]:
    """Report each pair of entries once, by their first phrasings that are alike."""
    keys = [" ".join(sorted(each.key.split())) for each in asked]
    seen: set[tuple[str, str]] = set()
    for group in _groups(keys):
        for left, right in _alike_in([keys[number] for number in group]):
            one, other = asked[group[left]], asked[group[right]]
            pair = one.entry.id, other.entry.id
            if one.entry is not other.entry and pair not in seen:
                seen.add(pair)
                yield _alike(other, one)


def _groups(keys: list[str]) -> Iterator[list[int]]:
    """Group phrasings that share all words but one, by the words' first letters.

    Comparing all pairs of 15,000 phrasings takes seconds; phrasings that differ in two words
    or more are hardly ever alike enough to be reported.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        for signature in _signatures(key):
            groups[signature].append(number)
    return (group for group in groups.values() if 1 < len(group) <= _CROWD)


def _signatures(key: str) -> set[str]:
    parts = sorted(word[:_PREFIX] for word in key.split())
    shorter = (" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts)))
    return {" ".join(parts), *shorter} - {""}


def _alike_in(keys: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of keys that are alike, the earlier one first."""
    if len(keys) <= _FEW:
        yield from (
            (left, right)
            for left, right in combinations(range(len(keys)), 2)
            if fuzz.ratio(keys[left], keys[right]) >= NEAR
        )
    else:
        table = process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=NEAR)
        rows, columns = table.nonzero()
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        yield from ((left, right) for left, right in pairs if left < right)


def _alike(asked: _Asked, other: _Asked) -> Problem:
    return asked.source.problem(
        asked.phrasing.line,
        f'These words are much like "{other.phrasing.text}" of "{other.entry.question}"'
        f" ({_place(other)}).",
        "Patients may get the wrong one of the two answers: say in which way they differ, or"
        " delete one.",
        level=Level.WARNING,
        show=_lines(other, asked),
        column=_column(asked),
    )


# --- places --------------------------------------------------------------------------------


def _place(asked: _Asked) -> str:
    return f"{asked.entry.path}:{asked.phrasing.line}"


def _lines(other: _Asked, asked: _Asked) -> list[int]:
    """Return the lines to show: both when they stand in the same file."""
    here = asked.phrasing.line
    return [other.phrasing.line, here] if other.entry.path == asked.entry.path else [here]


def _column(asked: _Asked) -> int:
    text = asked.source.lines[asked.phrasing.line - 1]
    return max(1, text.find(asked.phrasing.text) + 1)

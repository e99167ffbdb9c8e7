"""Words, definitions and example sentences of WordNet 3.0."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")

_EXAMPLE = re.compile(r'"([^"]+)"')
_END_OF_DEFINITION = re.compile(r'; "|"')
_SYNTACTIC_MARK = re.compile(r"\(.*\)")


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning and the words for it."""

    part_of_speech: str
    names: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]
    count: int
    """How often its words occur in WordNet's hand-tagged texts."""


def read_wordnet(folder: Path) -> Iterator[Sense]:
    """Read the database files (`data.noun`, `cntlist.rev` and so on) in `folder`."""
    counts = _read_counts(folder / "cntlist.rev")
    for part in PARTS_OF_SPEECH:
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if not line.startswith("  "):  # the licence stands on lines that begin so
                yield _read_sense(part, line, counts)


def _read_counts(path: Path) -> Counter[str]:
    """Add up the counts of each word's senses; a line is `word%sense number count`."""
    counts: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, count = line.split()
        counts[key.partition("%")[0]] += int(count)
    return counts


def _read_sense(part: str, line: str, counts: Counter[str]) -> Sense:
    """Read a data line: numbers, then the words each with an id, then ` | ` and the gloss."""
    head, _, gloss = line.partition(" | ")
    fields = head.split()
    many = int(fields[3], 16)
    lemmas = [_SYNTACTIC_MARK.sub("", name) for name in fields[4 : 4 + 2 * many : 2]]
    return Sense(
        part_of_speech=part,
        names=tuple(lemma.replace("_", " ") for lemma in lemmas),
        definition=_END_OF_DEFINITION.split(gloss)[0].strip(" ;"),
        examples=tuple(_EXAMPLE.findall(gloss)),
        count=sum(counts[lemma.lower()] for lemma in lemmas),
    )

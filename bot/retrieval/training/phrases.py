"""Sentences out of the small grammar in phrases.txt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

GRAMMAR = Path(__file__).with_name("phrases.txt")
START = "ask"
"""The name that whole sentences stand under."""

Grammar = dict[str, list[list[str]]]
"""Name → lines → what can stand there."""

_SLOT = re.compile(r"\{(\w+)\}")


def read_grammar(path: Path = GRAMMAR) -> list[Grammar]:
    """Return one grammar for each subject, with what holds for all subjects mixed in."""
    common: Grammar = {}
    subjects: list[Grammar] = []
    current = common
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = {}
            subjects.append(current)
        elif line and not line.startswith("#"):
            name, _, rest = line.partition(": ")
            current.setdefault(name, []).append(rest.split(" | "))
    return [{**common, **subject} for subject in subjects]


def fill(template: str, grammar: Grammar, rng: random.Random) -> str:
    """Put something that fits into each slot, until none is left."""

    def choose(slot: re.Match[str]) -> str:
        return fill(rng.choice(rng.choice(grammar[slot[1]])), grammar, rng)

    return _SLOT.sub(choose, template)


def sentences(many: int, rng: random.Random) -> list[str]:
    """Return `many` different sentences, subjects in equal shares."""
    subjects = read_grammar()
    found: dict[str, None] = {}
    while len(found) < many:
        found[fill("{" + START + "}", rng.choice(subjects), rng)] = None
    return list(found)

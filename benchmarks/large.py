"""A large FAQ folder for measuring: the shipped settings, and topics with many made-up phrasings.

    python -m benchmarks.large FOLDER --phrasings 15000

Each entry has a subject of its own, words that only its phrasings use, beside words of the
shipped FAQ; so the phrasings are as hard to tell apart as those of a large clinic.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from benchmarks.wire_questions import phrasings, recombined

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED: Final = Path(__file__).parents[1] / "faq"
KEPT: Final = tuple(path.name for path in SHIPPED.glob("*.md") if path.name != "README.md")
PER_ENTRY: Final = 20
"""Phrasings of an entry, its heading included."""
PER_TOPIC: Final = 25
"""Entries of a file."""
_SYLLABLES: Final = "ba be bi co da de fi ga lo ma me ni no pa ra re sa si ta te va vi zo".split()


def write_large(folder: Path, *, count: int) -> Path:
    """Write a FAQ with about `count` made-up phrasings beside the shipped ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        shutil.copy(SHIPPED / name, folder / name)
    dice = random.Random(1)  # noqa: S311  nothing is secret
    texts = recombined(phrasings(SHIPPED), seed=1)
    entries = [_entry(texts, dice) for _ in range(max(1, count // PER_ENTRY))]
    for at in range(0, len(entries), PER_TOPIC):
        number = at // PER_TOPIC + 1
        head = f"# Topic {number}\nKind: practical\n"
        body = "\n".join([head, *entries[at : at + PER_TOPIC]])
        (folder / f"topic-{number:04}.md").write_text(body, encoding="utf-8")
    return folder


def _entry(texts: Iterator[str], dice: random.Random) -> str:
    subject = ["".join(dice.choices(_SYLLABLES, k=3)) for _ in range(3)]
    asked = []
    for _ in range(PER_ENTRY):
        words = next(texts).split()
        words[dice.randrange(len(words))] = dice.choice(subject)
        asked.append(" ".join([*words, dice.choice(subject)]))
    also = "".join(f"- {text}\n" for text in asked[1:])
    return f"## {asked[0].capitalize()}\nAlso asked:\n{also}\nAbout {subject[0]}: ask us.\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--phrasings", "count", default=15_000)
def main(folder: Path, count: int) -> None:
    """Write a large FAQ into FOLDER."""
    write_large(folder, count=count)


if __name__ == "__main__":
    main()

"""Measure how much of what identifies a person is taken out of a text, and how much else.

    python -m benchmarks.redaction                  # the labelled texts of tests/journal
    python -m benchmarks.redaction path/to/public   # public questions too: almost nobody is in them

A part of the labelled texts was written before the code. It was asked once, when the code was done.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.journal.redaction import prepare, redact

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS = Path(__file__).parents[1] / "tests" / "journal" / "redaction.tsv"
MARK = re.compile(r"\{(\w+):([^}]*)\}")
PUBLIC = {
    "MedQuAD": ("medquad_questions.txt", None),
    "BANKING77": ("banking77.json", "train"),
    "HINT3": ("hint3_sofmattress.json", "v2_train"),
}
SHOWN = 5


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", re.sub(r"\[\w+\]", " ", text)))


def labelled(part: str) -> str:
    """Return the table of one part: identifiers found, by kind, and texts that lost other words."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    texts = overdone = 0
    for line in ROWS.read_text("utf-8").splitlines():
        if not line.startswith(f"{part}\t"):
            continue
        marked = line.split("\t")[1]
        expected, redacted = MARK.sub(r"[\1]", marked), redact(MARK.sub(r"\2", marked))
        left = _words(redacted) - _words(expected)
        texts += 1
        overdone += bool(_words(expected) - _words(redacted))
        for kind, identifier in MARK.findall(marked):
            total[kind] += 1
            found[kind] += not any(len(w) > 1 and w in left for w in re.findall(r"\w+", identifier))
    lines = [f"{part}: {texts} texts, {overdone} lost a word that identifies nobody"]
    lines += [f"  {kind:<10} {found[kind]:>3} of {total[kind]}" for kind in sorted(total)]
    return "\n".join(lines)


def public(data: Path) -> Iterable[str]:
    """Yield, for each public set, how many questions changed, some of them, and the time taken."""
    for name, (file, split) in PUBLIC.items():
        text = (data / file).read_text("utf-8")
        texts = text.splitlines() if split is None else [t for t, _ in json.loads(text)[split]]
        start = time.process_time()
        changed = [(each, out) for each in texts if "[" in (out := redact(each)) and out != each]
        micros = (time.process_time() - start) / len(texts) * 1e6
        yield f"{name}: {len(changed)} of {len(texts)} changed, {micros:.0f} µs each"
        yield from (f"  {before} → {after}" for before, after in changed[:SHOWN])


@click.command()
@click.argument("data", required=False, type=click.Path(path_type=Path, exists=True))
def main(data: Path | None) -> None:
    """Measure on the labelled texts, and on the public sets in the folder DATA."""
    prepare()
    for part in ("dev", "held"):
        click.echo(labelled(part))
    for line in public(data) if data else ():
        click.echo(line)


if __name__ == "__main__":
    main()

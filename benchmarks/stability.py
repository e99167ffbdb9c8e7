"""Add twenty unrelated entries to the shipped FAQ, and count the decisions that they move.

    python -m benchmarks.stability path/to/public

The entries are intents of BANKING77 with ten phrasings each; the questions are those of
`benchmarks/patients`. Entries about bank cards should change nothing that patients read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.patients import SINGLE, rows
from benchmarks.ranker import faq_of
from benchmarks.sets import load
from bot.dialogue import respond
from bot.models import State, Topic
from bot.replies import Replies
from bot.retrieval.build import build_index
from bot.snapshot import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Decision, Entry
    from bot.snapshot import Snapshot

ENTRIES = 20
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


def unrelated(data: Path) -> tuple[Entry, ...]:
    """Return entries that have nothing to do with the FAQ."""
    texts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, label in load("banking10", data, "validation").train:
        texts[label].append((text, f"bank/{label}"))
    chosen = tuple(row for label in islice(sorted(texts), ENTRIES) for row in texts[label])
    return faq_of(chosen).topics[0].entries


def with_entries(snapshot: Snapshot, added: tuple[Entry, ...]) -> Snapshot:
    """Return the snapshot as if these entries stood in its FAQ too."""
    faq = snapshot.faq
    faq = replace(faq, topics=(*faq.topics, Topic("bank", "Bank", "bank.md", added)))

    return replace(snapshot, faq=faq, index=build_index(faq), replies=Replies.of(faq))


def decisions(snapshot: Snapshot, questions: Iterable[str]) -> list[tuple[str, object]]:
    """Return the kind of each first turn's decision, with the entries that it shows."""
    return [_essence(respond(snapshot, State(), text).decision) for text in questions]


def _essence(decision: Decision) -> tuple[str, object]:
    shown = getattr(decision, "entries", None)
    return type(decision).__name__, shown


@click.command()
@click.argument("data", type=_FOLDER)
def main(data: Path) -> None:
    """Count the decisions that move."""
    before = load_snapshot(Path("faq"), today=date.today())  # noqa: DTZ011  only for warnings
    questions = [text for file in sorted(set(SINGLE.values())) for text, _ in rows(file)]
    after = with_entries(before, unrelated(data))
    pairs = zip(decisions(before, questions), decisions(after, questions), strict=True)
    moved = [(text, *pair) for text, pair in zip(questions, pairs, strict=True) if len({*pair}) > 1]
    taken = [row for row in moved if "bank/" in str(row[2])]
    others, share = len(moved) - len(taken), 100 * (len(moved) - len(taken)) / len(questions)
    click.echo(f"{others} of {len(questions)} decisions moved ({share:.1f} %).")
    click.echo(f"{len(taken)} more questions, on money and parcels, were taken by new entries.")
    for text, before_it, after_it in moved:
        click.echo(f"{text}\n    {before_it} → {after_it}")


if __name__ == "__main__":
    main()

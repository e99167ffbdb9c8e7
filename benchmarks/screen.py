"""Measure the red-flag screen by stage.

    python -m benchmarks.screen

Processor time for one message, the median of seven rounds. Ordinary messages are phrasings of the
FAQ put together anew; dangerous ones come from a file of labelled rows.
"""

from __future__ import annotations

import time
from datetime import date
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeVar

import click

from benchmarks.wire_questions import phrasings, recombined
from bot.content import load
from bot.safety import Screen, read_rows
from bot.safety.message import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")
ROUNDS = 7


def micros(work: Callable[[_T], object], items: Sequence[_T]) -> float:
    """Return the processor time of one call in microseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for item in items:
            work(item)
        times.append((time.process_time() - start) / len(items))
    return 1e6 * median(times)


def stages(screen: Screen, texts: list[str]) -> dict[str, float]:
    """Return what each stage takes for these messages."""
    finder, pairs = screen._finder, [*pairwise(texts)]
    for before, text in pairs:
        screen.screen(text, tail=before)
    words = [Words.read(text, finder.meanings) for text in texts]
    both = [one.followed_by(two) for one, two in pairwise(words) if one.joins(two)]
    possible = [each for each in words if finder.meanings.patterns.possible(each.bits)]
    return {
        "words": micros(lambda text: Words.read(text, finder.meanings), texts),
        "possible": 100 * len(possible) / len(words),
        "find": micros(finder.find, words),
        "find in both": micros(finder.find, both),
        "all": micros(screen.screen, texts),
        "with tail": micros(lambda pair: screen.screen(pair[1], tail=pair[0]), pairs),
    }


@click.command()
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--rows", type=click.Path(path_type=Path), default="tests/safety/rows.tsv")
@click.option("--count", default=3_000, help="How many ordinary messages.")
def main(faq: Path, rows: Path, count: int) -> None:
    """Measure the screen of a FAQ."""
    screen = Screen(load(faq, today=date.today()).faq.red_flags)  # noqa: DTZ011  as a server
    screen.prepare()
    labelled = read_rows(rows.read_text("utf-8"), rows.name)
    kinds = {
        "ordinary": [*islice(recombined(phrasings(faq), 1), count)],
        "dangerous": [row.text for row in labelled if row.label in {"EMERGENCY", "CRISIS"}],
        "labelled": [row.text for row in labelled],
    }
    columns = ("messages", "reading the words, µs", "with a possible pattern, %",
               "looking for patterns, µs", "in two messages, µs", "whole screen, µs",
               "after another, µs")  # fmt: skip
    click.echo(f"| {' | '.join(columns)} |")
    click.echo("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, texts in kinds.items():
        figures = stages(screen, texts)
        click.echo(f"| {name} | " + " | ".join(f"{each:.1f}" for each in figures.values()) + " |")


if __name__ == "__main__":
    main()

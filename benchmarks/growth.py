"""Measure how an index grows: 100 to a million phrasings.

    python -m benchmarks.growth                        # prints the table
    python -m benchmarks.growth --write docs           # and renews docs/performance.md, its picture

Each size is built and asked in a process of its own. Memory is what the process holds once it only
answers; times are those of reading, repairing and ranking a question, on one core.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

import click
import psutil

from benchmarks.grown import Language, asked, faq_of, grown

if TYPE_CHECKING:
    from collections.abc import Mapping

Figures: TypeAlias = dict[str, float]
SIZES = (100, 1_000, 5_000, 15_000, 50_000, 200_000, 1_000_000)
ASKED, WARMING = 2_000, 4_000
_MARKED = re.compile(r"(<!-- growth -->\n).*?(<!-- end of growth -->)", re.DOTALL)


def build(size: int, path: Path) -> Figures:
    """Build an index and write it."""
    from bot.retrieval.build import build_index  # noqa: PLC0415  only where it is built
    from bot.retrieval.store import write  # noqa: PLC0415

    entries = list(grown(size, Language()))
    started = perf_counter()
    index = build_index(faq_of(entries))
    seconds = perf_counter() - started
    write(index, path)
    return {"phrasings": sum(map(len, entries)), "entries": len(entries), "build": seconds}


def ask(size: int, path: Path) -> Figures:
    """Read an index and ask it."""
    from bot.retrieval.store import read  # noqa: PLC0415

    language = Language()
    entries = list(grown(size, language))
    faq, questions = faq_of([]), asked(entries, WARMING + ASKED, language)
    del entries
    process = psutil.Process()
    before, started = process.memory_info().rss, perf_counter()
    index = read(path, faq)
    if index is None:
        raise SystemExit(f"The index of {size} phrasings can't be read.")
    load = perf_counter() - started
    times = []
    for text in questions:
        started = perf_counter()
        index.rank(index.read(text))
        times.append(1e3 * (perf_counter() - started))
    first, times = times[0], times[WARMING:]
    return {
        "load": load, "first": first, "memory": process.memory_info().rss - before,
        "p50": median(times), "p99": quantiles(times, n=100)[-1],
    }  # fmt: skip


def measure(size: int) -> Figures:
    """Build and ask an index of one size, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index-grown.npz"
        return {**_run("build", size, path), **_run("ask", size, path)}


def _run(part: str, size: int, path: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.growth", "--only", part, str(size), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{size} phrasings, {part}: {done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout)
    return figures


def table(found: Mapping[int, Figures]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| phrasings | entries | build, s | load, s | memory, MB | p50, ms | p99, ms |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {each['phrasings']:,.0f} | {each['entries']:,.0f} | {each['build']:.1f} "
        f"| {each['load']:.2f} | {each['memory'] / 1e6:.0f} | {each['p50']:.2f} "
        f"| {each['p99']:.2f} |"
        for each in found.values()
    ]
    return "\n".join(lines)


@click.command()
@click.option("--size", "sizes", type=int, multiple=True, default=SIZES)
@click.option("--only", type=(click.Choice(["build", "ask"]), int, click.Path(path_type=Path)))
@click.option("--write", type=click.Path(path_type=Path), help="Renew the page in this folder.")
def main(*, sizes: tuple[int, ...], only: tuple[str, int, Path] | None, write: Path | None) -> None:
    """Measure how an index grows."""
    if only:
        os.sched_setaffinity(0, {0}) if only[0] == "ask" else None
        click.echo(json.dumps((build if only[0] == "build" else ask)(*only[1:])))
        return
    found = {}
    for size in sizes:
        found[size] = measure(size)
        click.echo(f"{size:,}: {found[size]}", err=True)
    text = table(found)
    click.echo(text)
    if write:
        page = write / "performance.md"
        new = _MARKED.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page.read_text("utf-8"))
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()

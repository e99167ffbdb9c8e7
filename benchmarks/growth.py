"""Measure how an index grows: 100 to a million phrasings.

    python -m benchmarks.growth                        # prints the table
    python -m benchmarks.growth --write docs           # and renews docs/performance.md

Each size is built and asked in a process of its own. The build's time is the processor's, its
memory the most that it held. Of the asking process, memory is what it holds once it answers; times
are those of ranking a question alone, and of reading, repairing and ranking it, on one core, after
as many others. A question is right if its entry is first; the made-up questions are easy, so what
counts is that a large FAQ answers as many as a small one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import TYPE_CHECKING, TypeAlias

import click
import psutil

from benchmarks.grown import Language, asked, faq_of, grown
from benchmarks.growth_picture import picture
from benchmarks.marked import renew

if TYPE_CHECKING:
    from collections.abc import Mapping

Figures: TypeAlias = dict[str, float]
SIZES = (100, 1_000, 5_000, 15_000, 50_000, 200_000, 1_000_000)
ASKED, WARMING = 2_000, 4_000


def build(size: int, path: Path) -> Figures:
    """Build an index and write it."""
    from bot.retrieval.build import build_index  # noqa: PLC0415  only where it is built
    from bot.retrieval.store import write  # noqa: PLC0415

    entries = list(grown(size, Language()))
    faq, started = faq_of(entries), process_time()
    index = build_index(faq)
    seconds = process_time() - started
    write(index, path)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = sum(map(len, entries))
    return {"phrasings": many, "entries": len(entries), "build": seconds, "peak": peak}


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
    times, ranked, right = [], [], 0
    for text, entry in questions:
        started = perf_counter()
        query = index.read(text)
        was_read = perf_counter()
        ranking = index.rank(query)
        done = perf_counter()
        times.append(1e3 * (done - started))
        ranked.append(1e3 * (done - was_read))
        right += bool(ranking.hits) and ranking.hits[0].entry == f"made/e{entry}"
    first, times, ranked = times[0], times[WARMING:], ranked[WARMING:]
    return {
        "load": load, "first": first, "memory": process.memory_info().rss - before,
        "rank p50": median(ranked), "rank p99": quantiles(ranked, n=100)[-1],
        "p50": median(times), "p99": quantiles(times, n=100)[-1], "right": right / len(questions),
    }  # fmt: skip


def measure(size: int) -> Figures:
    """Build and ask an index of one size, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index-grown.npz"
        built = _run("build", size, path)
        return {**built, "file": path.stat().st_size, **_run("ask", size, path)}


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
        "| phrasings | entries | build, s | at most, MB | file, MB | load, s | memory, MB "
        "| ranking, p50, ms | p99 | with reading, p50, ms | p99 | right, % |",
        f"|{' ---: |' * 12}",
    ]
    lines += [
        f"| {each['phrasings']:,.0f} | {each['entries']:,.0f} | {each['build']:.1f} "
        f"| {each['peak'] / 1e6:,.0f} | {each['file'] / 1e6:,.0f} "
        f"| {each['load']:.2f} | {each['memory'] / 1e6:,.0f} | {each['rank p50']:.2f} "
        f"| {each['rank p99']:.2f} | {each['p50']:.2f} | {each['p99']:.2f} "
        f"| {100 * each['right']:.1f} |"
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
        renew(write / "performance.md", "growth", text)
        path = write / "pictures" / "performance-growth.svg"
        path.write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure what editing costs a server under full load: waiting times, and memory after many edits.

    python -m benchmarks.reload                      # 15,000 phrasings, built first
    python -m benchmarks.reload --faq faq --edits 20

A server process answers 32 clients that ask anew as soon as they are answered, while files are
saved: answers, and questions. Each edit is waited for until it answers; in the end all that is
being built is waited for, so that loading whole indexes is among what is measured.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import click

from benchmarks.large import write_large
from benchmarks.marked import renew
from benchmarks.start import ask, copied
from benchmarks.wire import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

QUIET_SECONDS: Final = 8.0
"""How long the load is measured without an edit."""
FASTEST: Final = 15_000
"""Answers per second that are not reached: so many different questions are prepared."""
_MEGABYTE: Final = 1e6
PAGE: Final = "# Zebras\nKind: practical\n\n## Is the zebra {question} open?\n\nZebra {answer}.\n"

Figures = dict[str, float]


@contextmanager
def load(port: int, faq: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Keep a server busy for some seconds."""
    command = [sys.executable, "-m", "benchmarks.wire_load", str(port), "--faq", str(faq),
               "--seconds", str(seconds), "--count", str(int((seconds + 2) * FASTEST))]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process


def result(process: subprocess.Popen[str]) -> Figures:
    """Wait for a load to end and return what it measured."""
    told, _ = process.communicate()
    figures: Figures = json.loads(told)
    return figures


def edit(faq: Path, port: int, *, question: str, answer: str) -> float:
    """Save a file and return the seconds until its answer is live."""
    start = time.perf_counter()
    (faq / "zebra.md").write_text(PAGE.format(question=question, answer=answer), encoding="utf-8")
    while f"Zebra {answer}.".encode() not in ask(port, f"is the zebra {question} open"):
        if time.perf_counter() - start > 120:
            raise SystemExit("An edit never became live.")
        time.sleep(0.05)
    return time.perf_counter() - start


def measure(faq: Path, *, edits: int, seconds: float, finish: bool) -> tuple[Figures, Figures]:
    """Return the figures without edits, and with them."""
    (faq / "zebra.md").write_text(PAGE.format(question="crossing", answer="0"), encoding="utf-8")
    with serving(("-m", "bot", "serve", "--port", "0", "--faq", str(faq)), core=None) as (
        port,
        server,
    ):
        with load(port, faq, QUIET_SECONDS) as process:
            quiet = result(process)
        quiet["memory"] = _memory(server)
        with load(port, faq, seconds) as process:
            _busy(server)
            answers = [
                edit(faq, port, question="crossing", answer=str(at + 1)) for at in range(edits)
            ]
            question = edit(faq, port, question="bridge", answer="again")
            if finish:
                _finished(server)
            busy = result(process)
        busy |= {"answer": median(answers), "question": question, "memory": _memory(server)}
    return quiet, busy


def _memory(server: psutil.Process) -> float:
    return float(server.memory_info().rss) / _MEGABYTE


def _busy(server: psutil.Process) -> None:
    """Wait until the load has prepared its questions and asks them."""
    while server.cpu_percent(interval=0.5) < 40:
        pass


def _finished(server: psutil.Process) -> None:
    """Wait until nothing is being built any more."""
    quiet = 0
    while quiet < 20:
        quiet = 0 if server.children() else quiet + 1
        time.sleep(0.1)


def table(found: tuple[Figures, Figures]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        "| | answers/s | p50, ms | p99, ms | lost or wrong | memory, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, each in zip(("no edits", "edits, all the time"), found, strict=True):
        rows.append(
            f"| {name} | {each['rate']:,.0f} | {1000 * each['p50']:.1f} | {1000 * each['p99']:.1f} "
            f"| {each['lost'] + each['wrong']:.0f} | {each['memory']:.0f} |"
        )
    busy = found[1]
    rows.append("")
    rows.append(
        f"From saving to answering, under that load: an edited answer {busy['answer']:.1f} s, "
        f"an edited question {busy['question']:.1f} s."
    )
    return "\n".join(rows)


@click.command()
@click.option("--faq", type=click.Path(path_type=Path), help="A FAQ folder; a copy is edited.")
@click.option("--edits", default=20, help="How many edits of an answer.")
@click.option("--seconds", default=60.0, help="How long the load lasts while files are saved.")
@click.option("--finish/--leave", default=True, help="Wait for the whole index of the last edit.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew performance.md there.")
def main(faq: Path | None, edits: int, seconds: float, finish: bool, write: Path | None) -> None:
    """Measure editing under load, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        source = faq or write_large(Path(folder) / "made", count=15_000)
        with copied(source) as copy:
            found = measure(copy, edits=edits, seconds=seconds, finish=finish)
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(table(found))
    if write:
        renew(write / "performance.md", "reload", table(found))


if __name__ == "__main__":
    main()

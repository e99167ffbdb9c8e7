"""Measure what editing costs a server under full load: waiting times, and memory after many edits.

    python -m benchmarks.reload                      # 15,000 phrasings, built first
    python -m benchmarks.reload --faq faq --edits 20

A server process answers while files are saved: answers, and questions. Each edit is waited for
until it answers; in the end all that is being built is waited for, so that loading whole indexes
is among what is measured.

That is done under two loads. One saturates the server: 32 clients ask anew as soon as they are
answered, so each waits until all others are answered. The other comes at random times, at three
fifths of that rate, as questions of patients do, and waiting counts from when a question was due.
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
_SHARE: Final = 0.6
"""How much of the rate of a saturated server a full but not overfull one is asked for."""
_MEGABYTE: Final = 1e6
PAGE: Final = "# Zebras\nKind: practical\n\n## Is the zebra {question} open?\n\nZebra {answer}.\n"

Figures = dict[str, float]


@contextmanager
def load(
    port: int, faq: Path, seconds: float, rate: float | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Ask a server for some seconds: so many questions a second, or as many as it answers."""
    kind = ["wire_load", "--count", str(int((seconds + 2) * FASTEST))]
    if rate is not None:
        kind = ["paced", "--rate", str(rate)]
    command = [sys.executable, "-m", f"benchmarks.{kind[0]}", str(port), "--faq", str(faq),
               "--seconds", str(seconds), *kind[1:]]  # fmt: skip
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


def measure(faq: Path, *, edits: int, seconds: float, finish: bool) -> dict[str, Figures]:
    """Return the figures without edits, and with them, under both loads."""
    found: dict[str, Figures] = {}
    (faq / "zebra.md").write_text(PAGE.format(question="crossing", answer="0"), encoding="utf-8")
    with serving(("-m", "bot", "serve", "--port", "0", "--faq", str(faq)), core=None) as (
        port,
        server,
    ):
        rate = None
        for name in ("saturated", "at three fifths of that"):
            with load(port, faq, QUIET_SECONDS, rate) as process:
                found[name] = result(process) | {"memory": _memory(server)}
            with load(port, faq, seconds, rate) as process:
                _busy(server)
                taken = _edits(faq, port, edits)
                if finish:
                    _finished(server)
                busy = result(process) | taken | {"memory": _memory(server)}
            found[f"{name}, with edits"] = busy
            rate = _SHARE * found["saturated"]["rate"]
    return found


def _edits(faq: Path, port: int, edits: int) -> Figures:
    """Save answers, and a question; return how long that took to be live."""
    answers = [edit(faq, port, question="crossing", answer=str(at + 1)) for at in range(edits)]
    question = edit(faq, port, question="bridge", answer="again")
    return {"answer": median(answers), "question": question}


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


def table(found: dict[str, Figures]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        "| load | answers/s | p50, ms | p99, ms | longest, ms | lost or wrong | memory, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, each in found.items():
        p50, p99, most = (1000 * each[key] for key in ("p50", "p99", "most"))
        rows.append(
            f"| {name} | {each['rate']:,.0f} | {p50:.1f} | {p99:.1f} | {most:.0f} "
            f"| {each['lost'] + each['wrong']:.0f} | {each['memory']:.0f} |"
        )
    busy = [*found.values()][-1]
    rows.append("")
    rows.append(
        f"From saving to answering, at three fifths: an edited answer {busy['answer']:.1f} s, "
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

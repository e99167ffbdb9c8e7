"""Measure how soon the first answer comes and how much memory it takes, beside a bare server.

    python -m benchmarks.start                   # the shipped FAQ
    python -m benchmarks.start --large           # and one with 15,000 phrasings, built first
    python -m benchmarks.start --large --write docs

Each time is from starting the process to having read the whole answer, beside it the processor's
time until then, which other work on the machine changes less; the middle one of five. What is
compiled is there, as after any start but the first, and the journal is kept, as it ships. Memory is
what the system counts for the process (RSS), its own children not counted; the last column is its
share of it, where pages that processes share count in parts (PSS).
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import click
import psutil
from aiohttp.test_utils import unused_port

from benchmarks.large import SHIPPED, write_large
from benchmarks.marked import renew
from benchmarks.wire_questions import phrasings, recombined
from bot.building.builder import Builder
from bot.building.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS: Final = 5
ASKED: Final = 1_000
"""Questions after which memory is read again."""
EDITS: Final = 3
_PATIENCE: Final = 600.0
_UNLIMITED: Final = {"ASKWELL_ADDRESS_BURST": "1000000", "ASKWELL_ADDRESS_RATE": "1000000"}
_JSON: Final = {"Content-Type": "application/json"}
BARE: Final = """
import sys
from aiohttp import web
async def answer(request):
    await request.read()
    return web.json_response({})
app = web.Application()
app.router.add_post("/api/v1/messages", answer)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""

Figures = dict[str, float]


def ask(port: int, text: str) -> bytes:
    """Ask one question over REST, as soon as somebody listens, and return the answer."""
    body = json.dumps({"text": text})
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(ConnectionError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
            connection.request(
                "POST", "/api/v1/messages", body, {"Content-Type": "application/json"}
            )
            return connection.getresponse().read()
        time.sleep(0.005)
    raise SystemExit("no answer")


@contextmanager
def server(*command: str) -> Iterator[tuple[int, psutil.Process, float]]:
    """Run a server; yield its port, its process, and the seconds to its first answer."""
    port = unused_port()
    with tempfile.TemporaryDirectory() as var:
        environment = {**os.environ, **_UNLIMITED, "ASKWELL_VAR": var, "ASKWELL_PORT": str(port)}
        start = time.perf_counter()
        with subprocess.Popen(  # noqa: S603  our own servers
            [sys.executable, *command, str(port)],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                ask(port, "How long does it take?")
                yield port, psutil.Process(process.pid), time.perf_counter() - start
            finally:
                process.terminate()


def bare() -> Figures:
    """Measure a server that does nothing."""
    return _middle(lambda: _starts("-c", BARE))


def bot(faq: Path) -> Figures:
    """Measure the product with a FAQ, whatever is compiled lying beside it."""
    command = ("-m", "bot", "serve", "--faq", str(faq), "--port")
    figures = _middle(lambda: _starts(*command))
    figures |= _middle(lambda: _command(faq))
    with server(*command) as (port, process, _):
        _settle(process)
        figures["settled"] = _memory(process)
        for text in _questions(faq):
            ask(port, text)
        figures["asked"] = _memory(process)
        _edit(faq, port)
        _settle(process)
        figures["edited"] = _memory(process)
        figures["share"] = float(process.memory_full_info().pss) / 1e6
    return figures


def _starts(*command: str) -> Figures:
    with server(*command) as (_, process, seconds):
        used = process.cpu_times()
        return {"first": seconds, "used": used.user + used.system, "memory": _memory(process)}


def _middle(measure: Callable[[], Figures]) -> Figures:
    rounds = [measure() for _ in range(ROUNDS)]
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def _command(faq: Path) -> Figures:
    before, start = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "bot", "ask", "--faq", str(faq), "How long does it take?"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    after, seconds = os.times(), time.perf_counter() - start
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return {"ask": seconds, "ask used": used}


def _memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _settle(process: psutil.Process) -> None:
    """Wait until the server and what it started have nothing left to do."""
    quiet = 0
    while quiet < 5:
        busy = process.cpu_percent(interval=0.3) > 4 or process.children()
        quiet = 0 if busy else quiet + 1


def _questions(faq: Path) -> list[str]:
    texts = recombined(phrasings(faq), seed=2)
    return [next(texts) for _ in range(ASKED)]


def _edit(faq: Path, port: int) -> None:
    """Add a question with an answer, several times, and wait for each to be live."""
    path = faq / "zebra.md"
    for edit in range(EDITS):
        entry = f"## Is the zebra crossing number {edit} open?\n\nZebra {edit} is open.\n"
        path.write_text(f"# Zebras\nKind: practical\n\n{entry}", encoding="utf-8")
        while f"Zebra {edit}".encode() not in ask(port, f"zebra crossing number {edit} open"):
            time.sleep(0.2)
    path.unlink()


def table(found: dict[str, Figures]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        "| | first answer, s | processor, s | `ask`, s | processor, s | memory then, MB | settled "
        "| after 1,000 questions | after edits | its share |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, each in found.items():
        seconds = [
            f"{each[key]:.2f}" if key in each else ""
            for key in ("first", "used", "ask", "ask used")
        ]
        memory = [
            f"{each[key]:.0f}" if key in each else ""
            for key in ("memory", "settled", "asked", "edited", "share")
        ]
        rows.append(f"| {' | '.join([name, *seconds, *memory])} |")
    return "\n".join(rows)


@contextmanager
def copied(source: Path) -> Iterator[Path]:
    """Yield a copy of a FAQ folder with everything compiled, for editing."""
    with tempfile.TemporaryDirectory() as folder:
        faq = shutil.copytree(source, Path(folder) / "faq")
        today = date.today()  # noqa: DTZ011  the local day, as a server has it
        Builder(seconds=_PATIENCE).build(Job(folder=faq, into=faq / ".askwell", today=today))
        yield faq


@click.command()
@click.option("--large", is_flag=True, help="Measure 15,000 phrasings too.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew performance.md there.")
def main(large: bool, write: Path | None) -> None:
    """Measure starting and memory, and print a table."""
    found = {"bare aiohttp server": bare()}
    with copied(SHIPPED) as faq:
        found["Askwell, shipped FAQ"] = bot(faq)
    if large:
        with tempfile.TemporaryDirectory() as folder:
            made = write_large(Path(folder) / "faq", count=15_000)
            with copied(made) as faq:
                found["Askwell, 15,000 phrasings"] = bot(faq)
    click.echo(table(found))
    if write:
        renew(write / "performance.md", "start", table(found))


if __name__ == "__main__":
    main()

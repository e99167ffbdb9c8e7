"""Measure the whole server over real sockets, beside a server that does nothing but echo.

    python -m benchmarks.wire                    # prints the table
    python -m benchmarks.wire --write docs       # and renews docs/performance.md and its picture

One after the other, each server runs in a process of its own on one core, with its load on
another: 32 clients over the websocket, each asking anew as soon as it is answered. The limits on
rates are out of the way; everything else is as it ships.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click
import psutil

from benchmarks.wire_page import picture, table

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures: TypeAlias = dict[str, float]
SERVER_CORE, LOAD_CORE = 0, 1
WARM_UP: Final = 4.0
"""Seconds that are not counted: caches fill, as they do in a server that has run for a minute."""
UNLIMITED: Final = {
    "ASKWELL_BURST": "1000000000",
    "ASKWELL_RATE": "1000000000",
    "ASKWELL_ADDRESS_BURST": "1000000000",
    "ASKWELL_ADDRESS_RATE": "1000000000",
}
_QUIET = 3
"""Looks in a row at which a server that has started does nothing."""
_URL = re.compile(r"http://\S+:(\d+)")
_MARKED = re.compile(r"(<!-- wire -->\n).*?(<!-- end of wire -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server and what it is asked."""

    name: str
    command: tuple[str, ...]
    questions: str = "unseen"
    bot: bool = True
    fastest: int = 60_000
    """Messages per second that it will not reach: so many different questions are prepared."""


def contestants(faq: Path) -> tuple[Contestant, ...]:
    """Return who takes part, the yardstick first."""
    servers, bot = ("-m", "benchmarks.wire_servers"), ("-m", "bot", "serve", "--port", "0")
    ours = (*bot, "--faq", str(faq))
    return (
        Contestant("echo", (*servers, "echo"), "repeated", bot=False),
        Contestant(
            "echo (asyncio)", (*servers, "echo", "--loop", "asyncio"), "repeated", bot=False
        ),
        Contestant("textbook bot", (*servers, "textbook", "--faq", str(faq)), fastest=5_000),
        Contestant("Askwell, unseen questions", ours, fastest=30_000),
        Contestant("Askwell, repeated questions", ours, "repeated"),
    )


@contextmanager
def serving(
    command: tuple[str, ...], core: int | None = SERVER_CORE
) -> Iterator[tuple[int, psutil.Process]]:
    """Run a server on one core; yield its port and its process."""
    pin = partial(os.sched_setaffinity, 0, {core}) if core is not None else None
    with tempfile.TemporaryDirectory() as var:
        process = subprocess.Popen(  # noqa: S603  our own servers
            [sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **UNLIMITED, "ASKWELL_VAR": var},
            preexec_fn=pin,  # noqa: PLW1509  no threads here
        )
        try:
            port = _port(process)
            _settle(psutil.Process(process.pid))
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _settle(process: psutil.Process) -> None:
    """Wait until a server has done what it does once, after its start."""
    quiet = 0
    while quiet < _QUIET:
        quiet = quiet + 1 if process.cpu_percent(interval=0.2) < 5 else 0


def _port(process: subprocess.Popen[str]) -> int:
    printed = []
    for line in process.stdout or ():
        printed.append(line)
        if found := _URL.search(line):
            return int(found[1])
    raise SystemExit("The server did not start:\n" + "".join(printed))


def measure(contestant: Contestant, *, clients: int, seconds: float, faq: Path) -> Figures:
    """Let one contestant run and return its figures."""
    with serving(contestant.command) as (port, process):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "benchmarks.wire_load", str(port), "--faq", str(faq),
             "--questions", contestant.questions, "--clients", str(clients),
             "--warm-up", str(WARM_UP), "--seconds", str(seconds),
             "--bot" if contestant.bot else "--echo", "--core", str(LOAD_CORE),
             "--server", str(process.pid),
             "--count", str(int((seconds + WARM_UP + 1) * contestant.fastest))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        memory = process.memory_info().rss
    figures: Figures = json.loads(done.stdout)
    if figures["wrong"] or figures["lost"]:
        raise SystemExit(f"{contestant.name}: {figures['wrong']} wrong, {figures['lost']} lost")
    return {**figures, "memory": memory}


@click.command()
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--clients", default=32)
@click.option("--seconds", default=5.0)
@click.option("--only", multiple=True, help="Only contestants whose name holds this.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew the page in this folder.")
def main(
    faq: Path, *, clients: int, seconds: float, only: tuple[str, ...], write: Path | None
) -> None:
    """Measure every server over real sockets."""
    found: dict[str, Figures] = {}
    for each in contestants(faq):
        if not only or any(part in each.name for part in only):
            found[each.name] = measure(each, clients=clients, seconds=seconds, faq=faq)
            click.echo(f"{each.name}: {found[each.name]['rate']:,.0f}/s", err=True)
    text = table(found)
    click.echo(text)
    if write:
        page = write / "performance.md"
        new = _MARKED.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page.read_text("utf-8"))
        page.write_text(new, encoding="utf-8")
        (write / "pictures" / "performance-wire.svg").write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()

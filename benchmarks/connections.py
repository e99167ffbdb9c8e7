"""Open thousands of conversations at once, and compare what each costs with a bare server's.

    python -m benchmarks.connections                     # 15,000 against both
    python -m benchmarks.connections --write docs

Each server runs in a process of its own. The clients come as a storm, as after a restart: all at
once from several addresses of this machine, and whoever is not let in tries again as the chat
page does. Every one of them asks a question and stays. The memory is what the server's process
holds more than before the storm (PSS), divided by the connections.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import resource
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click
import uvloop

from benchmarks.wire import serving
from benchmarks.wire_load import HANDSHAKE, frame, message_frames
from benchmarks.wire_questions import phrasings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psutil

ADDRESSES: Final = 8
"""Addresses that the clients come from: one has too few ports."""
SECONDS: Final = 120.0
"""After which a client that got no answer counts as lost."""
_MARKED = re.compile(r"(<!-- connections -->\n).*?(<!-- end of connections -->)", re.DOTALL)


@dataclass(slots=True)
class Storm:
    """What became of the clients."""

    answered: int = 0
    tries: int = 0
    lost_later: int = 0
    open: list[asyncio.Transport] = field(default_factory=list)


class Guest(asyncio.Protocol):
    """Connects, asks once, and stays."""

    __slots__ = ("_data", "_question", "_storm", "_transport", "_wanted", "done", "heard")

    def __init__(self, storm: Storm, question: bytes, *, greeted: bool) -> None:
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._storm = storm
        self._question = question
        self._wanted = 2 if greeted else 1
        self._data = b""
        self.heard = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(HANDSHAKE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server hung up."""
        del exc
        if not self.done.done():
            self.done.set_result(False)
        elif self.heard:
            self._storm.lost_later += 1

    def data_received(self, data: bytes) -> None:
        """Count whole frames behind the upgrade; a ping is answered."""
        if self.done.done():
            if data[:1] == b"\x89":
                self._transport.write(b"\x8a\x80\0\0\0\0")
            return
        self._data += data
        head, found, rest = self._data.partition(b"\r\n\r\n")
        if not found:
            return
        if b" 101 " not in head:
            self._transport.abort()
            return
        if self._question:
            self._transport.write(self._question)
            self._question = b""
        frames, (start, end) = 0, frame(rest)
        while start and end <= len(rest):
            frames, rest = frames + 1, rest[end:]
            start, end = frame(rest)
        if frames >= self._wanted:
            self._data, self.heard = b"", 1
            self._storm.open.append(self._transport)
            self.done.set_result(True)


async def guest(storm: Storm, port: int, question: bytes, *, number: int, greeted: bool) -> None:
    """Come in and ask; try again after a growing pause, as the chat page does."""
    loop, pause = asyncio.get_running_loop(), 1.0
    own = (f"127.0.0.{2 + number % ADDRESSES}", 0)
    while True:
        storm.tries += 1
        try:
            _, talker = await loop.create_connection(
                lambda: Guest(storm, question, greeted=greeted), "127.0.0.1", port, local_addr=own
            )
            if await talker.done:
                storm.answered += 1
                return
        except OSError:
            pass
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  nothing is secret
        pause = min(2 * pause, 30)


async def storm(port: int, questions: Sequence[bytes], count: int, *, greeted: bool) -> Storm:
    """Let `count` clients come at once; return when all are answered or given up."""
    result = Storm()
    coming = [
        guest(result, port, questions[at % len(questions)], number=at, greeted=greeted)
        for at in range(count)
    ]
    _, late = await asyncio.wait([*map(asyncio.ensure_future, coming)], timeout=SECONDS)
    for task in late:
        task.cancel()
    return result


def memory(process: psutil.Process) -> int:
    """Return what a process and its children hold, in bytes; what they share counts once."""
    return sum(each.memory_full_info().pss for each in (process, *process.children()))


async def measure(
    command: tuple[str, ...], count: int, faq: Path, *, bot: bool
) -> dict[str, float]:
    """Run a storm against one server and return what it cost."""
    questions = message_frames(iter(phrasings(faq)), 200)
    with serving(command, core=None) as (port, process):
        first = await storm(port, questions, 200, greeted=bot)  # what is made once
        for transport in first.open:
            transport.abort()
        await asyncio.sleep(2)
        before, start = memory(process), time.perf_counter()
        result = await storm(port, questions, count, greeted=bot)
        took = time.perf_counter() - start
        await asyncio.sleep(2)
        after = memory(process)
        return {
            "answered": result.answered,
            "again": result.tries - count,
            "lost": count - result.answered + result.lost_later,
            "seconds": took,
            "memory": after,
            "each": (after - before) / count,
        }


def table(found: dict[str, dict[str, float]]) -> str:
    """Return the figures as a Markdown table."""
    bare = found["echo"]["each"]
    rows = [
        "| server | answered | lost | tried again | storm, s | memory, MB | a connection, KiB "
        "| of the bare server |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows += [
        f"| {name} | {each['answered']:,.0f} | {each['lost']:,.0f} | {each['again']:,.0f} "
        f"| {each['seconds']:.1f} | {each['memory'] / 1e6:.0f} | {each['each'] / 1024:.1f} "
        f"| {each['each'] / bare:.2f} |"
        for name, each in found.items()
    ]
    return "\n".join(rows)


def servers(faq: Path) -> dict[str, tuple[str, ...]]:
    """Return the commands by name, the yardstick first."""
    return {
        "echo": ("-m", "benchmarks.wire_servers", "echo"),
        "Askwell": ("-m", "bot", "serve", "--port", "0", "--faq", str(faq)),
    }


@click.command()
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--count", default=15_000)
@click.option("--write", type=click.Path(path_type=Path), help="Renew the page in this folder.")
def main(faq: Path, count: int, write: Path | None) -> None:
    """Open COUNT conversations with each server."""
    files = count + 1_000
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, max(files, resource.getrlimit(7)[1])))
    os.environ |= {
        "ASKWELL_CONNECTIONS": str(count + 500),
        "ASKWELL_ADDRESS_CONNECTIONS": str(count + 500),
    }
    found: dict[str, dict[str, float]] = {}
    for name, command in servers(faq).items():
        found[name] = uvloop.run(measure(command, count, faq, bot=name != "echo"))
        click.echo(f"{name}: {found[name]['each'] / 1024:.1f} KiB each", err=True)
    text = table(found)
    click.echo(text)
    if write:
        page = write / "performance.md"
        new = _MARKED.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page.read_text("utf-8"))
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()

"""A client that keeps a websocket server busy; needs far less time for a message than the server.

    python -m benchmarks.wire_load PORT --faq faq --questions unseen

Each connection asks its next question when it has the answer to the last one. All frames are
ready, masked, before the clock starts; of an answer only its length and its first bytes are read.
Prints one JSON object with the rate, the waiting times and the load of its own process.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click
import psutil
import uvloop

from benchmarks.wire_questions import phrasings, recombined

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDSHAKE: Final = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
COPIES: Final = 20_000
"""Messages that ask them, each with its own id: none is taken for a message sent twice."""
_SHORT, _MIDDLE = 126, 127
"""What the length byte of a frame says when the length stands behind it."""


class Talker(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, frames: Iterator[bytes], *, greeted: bool, wanted: bytes) -> None:
        self.times: list[float] = []
        self.wrong = 0
        self.lost = False
        self._frames = frames
        self._wanted = wanted
        self._before = 1 if greeted else 0
        self._upgraded = False
        self._rest = b""
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(HANDSHAKE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server hung up."""
        del exc
        self.lost = True

    def data_received(self, data: bytes) -> None:
        """Read frames, and ask after each."""
        if self._rest:
            data = self._rest + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            self._upgraded = True
            if not self._before:
                self._ask(time.perf_counter())
        start, end = frame(data)
        while end <= len(data) and start:
            self._heard(data, start)
            data = data[end:]
            start, end = frame(data)
        self._rest = data

    def _heard(self, data: bytes, start: int) -> None:
        now = time.perf_counter()
        if self._before:
            self._before -= 1
        else:
            self.times.append(now - self._asked)
            if not data.startswith(self._wanted, start):
                self.wrong += 1
        self._ask(now)

    def _ask(self, now: float) -> None:
        self._asked = now
        self._transport.write(next(self._frames))

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()


def frame(data: bytes) -> tuple[int, int]:
    """Return where the payload of the first frame begins and ends; (0, 0) for too few bytes."""
    if len(data) < 2:
        return 0, 0
    size = data[1]
    if size < _SHORT:
        return 2, 2 + size
    if size == _SHORT:
        return (4, 4 + int.from_bytes(data[2:4])) if len(data) >= 4 else (0, 0)
    return (10, 10 + int.from_bytes(data[2:10])) if len(data) >= 10 else (0, 0)


def masked(payload: bytes, mask: bytes) -> bytes:
    """Return a client's text frame."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < _SHORT else b"\x81\xfe" + size.to_bytes(2)
    key = (mask * (size // 4 + 1))[:size]
    hidden = int.from_bytes(payload) ^ int.from_bytes(key)
    return head + mask + hidden.to_bytes(size)


def message_frames(texts: Iterator[str], count: int) -> list[bytes]:
    """Return `count` chat messages as masked frames."""
    dice = random.Random(7)  # noqa: S311  a mask hides nothing here
    return [
        masked(
            json.dumps({"type": "message", "id": f"m{at}", "text": text}).encode(),
            dice.randbytes(4),
        )
        for at, text in enumerate(islice(texts, count))
    ]


def used(server: int | None) -> float:
    """Return the processor time that a process has used, in seconds."""
    if server is None:
        return 0.0
    times = psutil.Process(server).cpu_times()
    return float(times.user + times.system)


async def run(
    port: int,
    frames: list[bytes],
    *,
    clients: int,
    warm_up: float,
    seconds: float,
    bot: bool,
    server: int | None,
) -> dict[str, float]:
    """Keep a server busy and return what was measured."""
    loop = asyncio.get_running_loop()
    supply = cycle(frames)
    wanted = b'{"type":"reply"' if bot else b""
    made = [
        await loop.create_connection(
            lambda: Talker(supply, greeted=bot, wanted=wanted), "127.0.0.1", port
        )
        for _ in range(clients)
    ]
    talkers = [talker for _, talker in made]
    await asyncio.sleep(warm_up)
    before = [len(each.times) for each in talkers]
    start, busy, before_it = time.perf_counter(), time.process_time(), used(server)
    await asyncio.sleep(seconds)
    times = sorted(
        time for each, at in zip(talkers, before, strict=True) for time in each.times[at:]
    )
    passed, spent = time.perf_counter() - start, used(server) - before_it
    figures = {
        "rate": len(times) / passed,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
        "most": times[-1],
        "cpu": spent / len(times),
        "server": spent / passed,
        "load": (time.process_time() - busy) / passed,
        "wrong": sum(each.wrong for each in talkers),
        "lost": sum(each.lost for each in talkers),
        "asked": sum(len(each.times) for each in talkers),
    }
    for each in talkers:
        each.close()
    return figures


@click.command()
@click.argument("port", type=int)
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--questions", type=click.Choice(["unseen", "repeated"]), default="unseen")
@click.option("--count", default=100_000, help="How many unseen questions to prepare.")
@click.option("--different", default=100, help="How many repeated questions there are.")
@click.option("--clients", default=32)
@click.option("--warm-up", default=1.0, help="Seconds that are not counted.")
@click.option("--seconds", default=5.0)
@click.option("--bot/--echo", default=True, help="Whether the server greets and replies.")
@click.option("--core", type=int, help="Core to run on.")
@click.option("--server", type=int, help="Process whose time is measured.")
def main(  # noqa: PLR0917
    port: int,
    faq: Path,
    questions: str,
    count: int,
    different: int,
    clients: int,
    warm_up: float,
    seconds: float,
    bot: bool,
    core: int | None,
    server: int | None,
) -> None:
    """Keep the server on PORT busy."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    texts = phrasings(faq)
    unseen = questions == "unseen"
    dice = random.Random(2)  # noqa: S311  nothing here is secret
    often = dice.choices(dice.sample(texts, different), k=COPIES)
    asked = recombined(texts, seed=time.time_ns()) if unseen else iter(often)
    frames = message_frames(asked, count if unseen else COPIES)
    figures = uvloop.run(
        run(
            port,
            frames,
            clients=clients,
            warm_up=warm_up,
            seconds=seconds,
            bot=bot,
            server=server,
        )
    )
    if unseen and bot and figures["asked"] > len(frames):
        raise SystemExit(f"{len(frames)} questions were too few: some were asked twice")
    click.echo(json.dumps(figures))


if __name__ == "__main__":
    main()

"""A load of patients who ask when they please, so many a second, whether or not others wait.

    python -m benchmarks.paced PORT --faq faq --rate 400

A load that asks anew as soon as it is answered (`benchmarks.wire_load`) keeps a server saturated:
each question waits until all others are answered. Here questions come at random times, as those
of many patients do (Poisson). Waiting counts from when a question was due, so a server that stands
still is blamed for each question that came meanwhile. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import uvloop

from benchmarks.wire_load import Talker, message_frames
from benchmarks.wire_questions import phrasings, recombined

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS: Final = 100
"""Connections; a question waits for one where all of them wait for answers."""
WARM_UP: Final = 1.0
"""Seconds that are not counted."""
_LONG: Final = 0.05
"""Seconds: what waits longer is counted."""

Figures = dict[str, float]


class Patient(Talker):
    """One connection: asks when it is told to."""

    def __init__(self, load: Load) -> None:
        super().__init__(iter(()), greeted=True, wanted=b'{"type":"reply"')
        self._load = load

    def _ask(self, now: float) -> None:
        """Wait to be told."""
        del now
        self._load.free(self)

    def ask(self, frame: bytes, due: float) -> None:
        """Send a question that was due some time ago."""
        self._asked = due
        self._transport.write(frame)


class Load:
    """Sends questions when they are due, each over a connection that waits for nothing."""

    def __init__(self, frames: Iterator[bytes], rate: float) -> None:
        self.rate = rate
        self._frames = frames
        self._free: deque[Patient] = deque()
        self._due: deque[float] = deque()

    def free(self, patient: Patient) -> None:
        """Note that a connection has its answer, or its greeting."""
        self._free.append(patient)
        self._send()

    @property
    def free_now(self) -> int:
        """How many connections wait for nothing: all of them, once all is answered."""
        return sum(not each.lost for each in self._free)

    def _send(self) -> None:
        while self._due and self._free:
            self._free.popleft().ask(next(self._frames), self._due.popleft())

    async def run(self, seconds: float) -> None:
        """Let questions become due for some seconds, and wait until all are sent."""
        dice = random.Random(5)  # noqa: S311  nothing here is secret
        due = time.perf_counter()
        end = due + seconds
        while due < end:
            due += dice.expovariate(self.rate)
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            self._due.append(due)
            self._send()
        while self._due:  # noqa: ASYNC110  the last answers are waited for anyway
            await asyncio.sleep(0.01)


async def run(port: int, frames: list[bytes], *, rate: float, seconds: float) -> Figures:
    """Ask a server so many questions a second and return what was measured."""
    loop = asyncio.get_running_loop()
    load = Load(iter(frames), rate)
    patients = [Patient(load) for _ in range(CLIENTS)]
    for each in patients:
        await loop.create_connection(lambda each=each: each, "127.0.0.1", port)  # type: ignore[misc]
    await load.run(WARM_UP)
    before = [len(each.times) for each in patients]
    start = time.perf_counter()
    await load.run(seconds)
    passed = time.perf_counter() - start
    await asyncio.sleep(1.0)  # for the last answers
    times = sorted(
        time for each, at in zip(patients, before, strict=True) for time in each.times[at:]
    )
    figures = {
        "rate": len(times) / passed,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
        "most": times[-1],
        "long": sum(time > _LONG for time in times) / len(times),
        "wrong": sum(each.wrong for each in patients),
        "lost": CLIENTS - load.free_now,
    }
    for each in patients:
        each.close()
    return figures


@click.command()
@click.argument("port", type=int)
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--rate", default=400.0, help="Questions a second.")
@click.option("--seconds", default=8.0)
def main(port: int, faq: Path, rate: float, seconds: float) -> None:
    """Ask the server on PORT."""
    count = int(1.2 * rate * (seconds + WARM_UP)) + 1_000
    frames = message_frames(recombined(phrasings(faq), seed=time.time_ns()), count)
    click.echo(json.dumps(uvloop.run(run(port, frames, rate=rate, seconds=seconds))))


if __name__ == "__main__":
    main()

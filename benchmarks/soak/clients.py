"""Patients by the hundred: they ask, check what comes back, and note how long it took."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import aiohttp

from benchmarks.wire_questions import phrasings, recombined
from tests.standing.askers import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiohttp import ClientSession

    Asked = tuple[str, str | None]
    """A question, and the entry that must answer it; None where any answer is right."""

ROOM: Final = {
    "ASKWELL_ADDRESS_BURST": "1000000",
    "ASKWELL_ADDRESS_RATE": "1000000",
    "ASKWELL_ADDRESS_CONNECTIONS": "20000",
    "ASKWELL_CONNECTIONS": "20000",
    "ASKWELL_BURST": "1000000",
    "ASKWELL_RATE": "1000000",
}
"""Settings under which all clients may share one address."""


@dataclass
class Noted:
    """What a crowd of clients met."""

    seconds: list[float] = field(default_factory=list)
    """How long each answer took."""
    wrong: int = 0
    """Answers of another entry, or for another message."""
    lost: int = 0
    """Connections that ended, or never began."""
    connections: int = 0

    @property
    def answers(self) -> int:
        """How many questions were answered."""
        return len(self.seconds)

    def milliseconds(self, share: float) -> float:
        """Return the time within which this share of answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def known() -> Iterator[Asked]:
    """Yield the same few questions without end."""
    return itertools.cycle(QUESTIONS.items())


def known_and_new(faq: Path) -> Iterator[Asked]:
    """Yield a few questions again and again, and between them ones that nobody asked before."""
    for old, new in zip(known(), recombined(phrasings(faq), seed=1), strict=False):
        yield old
        yield new, None


async def visit(
    session: ClientSession,
    url: str,
    noted: Noted,
    asked: Iterator[Asked],
    *,
    until: float = float("inf"),
    most: int = sys.maxsize,
    pause: float = 0.0,
) -> None:
    """Ask on one connection until the time is over, or so many questions were asked."""
    try:
        async with session.ws_connect(f"{url}/ws") as socket:
            await socket.receive_json()
            noted.connections += 1
            number = 0
            while time.monotonic() < until and number < most:
                text, entry = next(asked)
                number += 1
                start = time.perf_counter()
                await socket.send_json({"type": "message", "id": f"{number}", "text": text})
                answer = await socket.receive_json()
                noted.seconds.append(time.perf_counter() - start)
                right = entry is None or answer.get("entries") == [entry]
                noted.wrong += not right or answer["reply_to"] != f"{number}"
                await asyncio.sleep(pause)
    except (aiohttp.ClientError, OSError, TypeError):
        noted.lost += 1


async def crowd(url: str, number: int, *, seconds: float, pause: float = 0.0) -> Noted:
    """Let so many clients ask for so long; each waits `pause` seconds after an answer."""
    noted, until = Noted(), time.monotonic() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
        for _ in range(number):
            tasks.create_task(visit(session, url, noted, known(), until=until, pause=pause))
            await asyncio.sleep(max(pause / number, 0.0005))  # they do not come all at once
    return noted

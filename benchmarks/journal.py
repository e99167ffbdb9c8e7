"""What the journal costs: `python -m benchmarks.journal`.

Taking note of a turn on the way of the answer, and feedback from 100 patients at once until it is
on disk, in a SQLite file in the folder for temporary files.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import quantiles

import click

from bot.dialogue import respond
from bot.journal.journal import Journal
from bot.journal.location import Location
from bot.journal.notes import Note, Opinion
from bot.journal.retention import Clock, Keep
from bot.models import State
from bot.snapshot import load_snapshot

NOTES = 50_000
PATIENTS = 100
OPINIONS = 50
"""Of each patient, one after the other."""


def main() -> None:
    """Print the figures."""
    click.echo(f"a note: {note_seconds() * 1e6:.1f} µs of processor time")
    waits = asyncio.run(acknowledgements())
    took, waits = waits[-1], sorted(waits[:-1])
    cuts = quantiles(waits, n=100)
    click.echo(
        f"feedback on disk: {len(waits) / took:,.0f}/s,"
        f" p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    )


def note_seconds() -> float:
    """Return the processor time of one note of an answered turn."""
    snapshot = load_snapshot(Path("faq"), today=datetime.now().astimezone().date())
    before = State(conversation="c" * 22)
    text = "how long does an appointment take?"
    turn = respond(snapshot, before, text)
    with tempfile.TemporaryDirectory() as folder:
        journal = _journal(folder)
        ids = [f"message-{n}" for n in range(NOTES)]
        started = time.thread_time()
        for id_ in ids:
            journal.note(Note(id_, text, before, turn, snapshot.version, 0.0005))
        return (time.thread_time() - started) / NOTES


async def acknowledgements() -> list[float]:
    """Return how long each acknowledgement took, and at the end how long all of them."""
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        journal = _journal(folder)
        await journal.start()
        await journal.add_opinion(Opinion("c", "first", helpful=True))

        async def judge(patient: int) -> None:
            for n in range(OPINIONS):
                started = time.perf_counter()
                opinion = Opinion("c", f"{patient}-{n}", helpful=False, comment="it was too short")
                await journal.add_opinion(opinion)
                waits.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*map(judge, range(PATIENTS)))
        waits.append(time.perf_counter() - started)
        await journal.close()
    return waits


def _journal(folder: str) -> Journal:
    location = Location(path=Path(folder) / "journal.db")
    return Journal(location, secret=b"of the benchmark", keep=Keep(), clock=Clock())


if __name__ == "__main__":
    main()

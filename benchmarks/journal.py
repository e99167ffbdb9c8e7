"""What the journal costs: `python -m benchmarks.journal`.

Processor time for each question, all in: the note, redaction, keys, the rows in a SQLite file, and
the writer's thread, from the first note until the last row is on disk. Questions come at the rate
that one core is to answer (`RATE` a second), put together as for the load on the wire; the same
loop without a journal is taken off. Least of several runs. And how long feedback from 100 patients
at once takes until it is on disk.
"""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
import time
from collections import Counter
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Final

import click
import uvloop

from benchmarks.wire_questions import phrasings, recombined
from bot.dialogue import respond
from bot.journal import writer
from bot.journal.journal import Journal
from bot.journal.location import Location
from bot.journal.notes import Note, Opinion
from bot.journal.retention import Clock, Keep
from bot.models import ReplyKind, State
from bot.snapshot import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.snapshot import Snapshot

FAQ: Final = Path("faq")
RATE: Final = 12_000
NOTES: Final = 12_000
RUNS: Final = 7
TURNS: Final = 4_000
"""Different questions that are really answered; each is noted several times, under other ids."""
CONVERSATIONS: Final = 32
OFTEN: Final = 100
"""Different questions that are repeated."""
PATIENTS: Final = 100
OPINIONS: Final = 50
"""Of each patient, one after the other."""


def main() -> None:
    """Print the figures."""
    snapshot = load_snapshot(FAQ, today=datetime.now().astimezone().date())
    turns = unseen(snapshot)
    kinds = Counter(note.turn.reply.kind.value for note in turns if note.turn)
    asked = sum(kinds[kind] for kind in (ReplyKind.CLARIFY, ReplyKind.FALLBACK)) / len(turns)
    gc.collect()
    gc.freeze()  # as the server does
    each = uvloop.run(micros(turns))
    click.echo(f"unseen questions, {asked:.0%} of them kept: {each:.1f} µs each")
    each = uvloop.run(micros(repeated(snapshot)))
    click.echo(f"repeated questions: {each:.1f} µs each")
    waits = uvloop.run(acknowledgements())
    took, waits = waits[-1], sorted(waits[:-1])
    cuts = quantiles(waits, n=100)
    click.echo(
        f"feedback on disk: {len(waits) / took:,.0f}/s,"
        f" p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    )


def unseen(snapshot: Snapshot) -> list[Note]:
    """Return notes of questions that nobody asked before, in conversations."""
    return _notes(snapshot, list(islice(recombined(phrasings(FAQ), seed=1), TURNS)))


def repeated(snapshot: Snapshot) -> list[Note]:
    """Return notes of a few questions that are asked again and again."""
    dice = random.Random(2)  # noqa: S311  nothing here is secret
    often = _notes(snapshot, dice.sample(phrasings(FAQ), OFTEN))
    return dice.choices(often, k=TURNS)


def _notes(snapshot: Snapshot, texts: list[str]) -> list[Note]:
    states = [State(conversation=f"{number:022}") for number in range(CONVERSATIONS)]
    notes = []
    for at, text in enumerate(texts):
        before = states[at % CONVERSATIONS]
        turn = respond(snapshot, before, text)
        states[at % CONVERSATIONS] = turn.state
        notes.append(Note("", text, before, turn, snapshot.version, 0.0))
    return notes


async def micros(notes: list[Note]) -> float:
    """Return the processor time of a noted question, in all threads, in microseconds."""
    writer.HEAD_START_SECONDS = 0.0
    dice = random.Random(3)  # noqa: S311  nothing here is secret
    with tempfile.TemporaryDirectory() as folder:
        journal = _journal(folder)
        await journal.start()
        costs = []
        for run in range(RUNS + 1):
            fed = [
                notes[at % len(notes)]._replace(
                    id=f"{run}-{at}", seconds=0.00008 * (1 + dice.random())
                )
                for at in range(NOTES)
            ]
            without = await _seconds(journal, fed, lambda _: None)
            costs.append(await _seconds(journal, fed, journal.note) - without)
        await journal.close()
    return min(costs[1:]) / NOTES * 1e6


async def _seconds(journal: Journal, notes: list[Note], take: Callable[[Note], None]) -> float:
    """Return the processor time until all is noted, at a steady rate, and written."""
    began, started, at = time.process_time(), time.perf_counter(), 0
    while at < len(notes):
        due = int((time.perf_counter() - started) * RATE)
        for note in notes[at:due]:
            take(note)
        at = due
        await asyncio.sleep(0.001)
    while journal.health.waiting:  # noqa: ASYNC110  it has no event for that
        await asyncio.sleep(0.01)
    return time.process_time() - began


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

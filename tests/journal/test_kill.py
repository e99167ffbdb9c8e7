"""What was acknowledged is there after any number of crashes, and nothing is there twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.journal.location import Location
from bot.journal.reading import read_all
from tests.journal.patients import History, Patient
from tests.journal.zygote import Zygote, kill, stop, zygote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.journal.postgres import Postgres

KILLS = 20
PATIENTS = 8


@contextlib.asynccontextmanager
async def load(patients: list[Patient]) -> AsyncIterator[None]:
    """Let patients talk."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for patient in patients:
            group.create_task(patient.run(session))
        try:
            yield
        finally:
            for patient in patients:
                patient.done = True


async def serve(servers: Zygote, patients: list[Patient]) -> int:
    """Start a server and tell the patients where it is."""
    pid, url = await asyncio.to_thread(servers.serve)
    for patient in patients:
        patient.url = f"{url}/ws"
    return pid


async def until_heard(history: History, number: int) -> None:
    """Wait until so many opinions more were acknowledged."""
    wanted = len(history.acknowledged) + number
    async with asyncio.timeout(20):
        while len(history.acknowledged) < wanted:  # noqa: ASYNC110  patients have no event
            await asyncio.sleep(0.005)


async def crash(servers: Zygote, patients: list[Patient], *, kills: int, seed: int) -> None:
    """Kill the server again and again while patients talk; stop the last one in order."""
    chance = random.Random(seed)  # noqa: S311  only moments are chosen
    history = patients[0].history
    async with load(patients):
        for _ in range(kills):
            pid = await serve(servers, patients)
            await until_heard(history, chance.randrange(1, 40))
            await asyncio.sleep(chance.random() * 0.05)
            await asyncio.to_thread(kill, pid)
        pid = await serve(servers, patients)
        await until_heard(history, 2 * len(patients))
        for patient in patients:
            patient.done = True
        await asyncio.sleep(0.1)
        await asyncio.to_thread(stop, pid)


def patients(number: int = PATIENTS) -> list[Patient]:
    """Return patients with one history; every other one uses short ids."""
    history = History()
    return [Patient(n, history, uuids=n % 2 == 0) for n in range(number)]


async def test_nothing_acknowledged_is_lost_in_a_crash(
    windmill_folder: Path, tmp_path: Path
) -> None:
    """Servers are killed again and again under load; every message is sent until answered."""
    people = patients()
    with zygote(windmill_folder, tmp_path) as servers:
        await crash(servers, people, kills=KILLS, seed=1)
    kept = await read_all(Location(path=tmp_path / "var" / "journal.db"))
    history = people[0].history
    assert history.faults(kept) == []
    assert len(history.acknowledged) > KILLS
    assert history.again >= KILLS


@pytest.mark.parametrize("victim", ["askwell", "postgresql"])
async def test_nothing_acknowledged_is_lost_with_postgresql(
    windmill_folder: Path, tmp_path: Path, postgres: Postgres, victim: str
) -> None:
    """Whether the bot is killed or the database; the bot goes on by itself when it is back."""
    url = await postgres.database()
    people = patients()
    history = people[0].history
    with zygote(windmill_folder, tmp_path, journal=url) as servers:
        if victim == "askwell":
            await crash(servers, people, kills=4, seed=2)
        else:
            async with load(people):
                pid = await serve(servers, people)
                for _ in range(3):
                    await until_heard(history, 20)
                    await asyncio.to_thread(postgres.stop)
                    answered = len(history.answered)
                    await asyncio.sleep(0.2)
                    assert len(history.answered) > answered, "patients go on getting answers"
                    await asyncio.to_thread(postgres.start)
                await until_heard(history, 20)
            await asyncio.to_thread(stop, pid)
    assert history.faults(await read_all(Location(url=url))) == []
    assert history.refused > 0 or victim == "askwell"

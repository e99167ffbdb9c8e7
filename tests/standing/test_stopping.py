"""Stopping and being killed under load: every question gets exactly one answer."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from tests.standing.askers import Asker, codes, until_answered
from tests.standing.process import serving_process
from tests.standing.raw import Raw, connect, handshake, hang_up, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.standing.process import Server

RESTART = 1012
MANY = 20


@asynccontextmanager
async def asking(url: str, number: int, *, pause: float) -> AsyncIterator[list[Asker]]:
    """Let so many clients ask, until they are told to stop and have got their last answer."""
    askers = [Asker(f"a{at}") for at in range(number)]
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        for asker in askers:
            tasks.create_task(asker.run(session, f"{url}/ws", pause=pause))
        yield askers
        for asker in askers:
            asker.done = True


@asynccontextmanager
async def useless(server: Server) -> AsyncIterator[list[Raw]]:
    """Open connections that say nothing, that only listen, and that ask and never read."""
    raws = [await connect(server.host, server.port, deaf=True) for _ in range(30)]
    for raw in raws[:20]:
        raw.writer.write(handshake())
    for raw in raws[:10]:
        raw.writer.write(question("How long does an appointment take?") * 500)
    await asyncio.sleep(0.3)
    yield raws
    hang_up(*raws)


async def test_stopping_under_load(windmill_folder: Path, tmp_path: Path) -> None:
    """A server that is stopped ends in time and in order; its successor answers what was open."""
    with serving_process(windmill_folder, tmp_path / "var") as server:
        async with useless(server), asking(server.url, MANY, pause=0.05) as askers:
            await until_answered(askers, 3)
            server.popen.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.popen.wait, 30) == 0
            with serving_process(windmill_folder, tmp_path / "var", port=server.port):
                had = max(len(asker.answers) for asker in askers)
                await until_answered(askers, had + 2)
                for asker in askers:
                    asker.done = True
                await asyncio.sleep(1)
    assert [fault for asker in askers for fault in asker.faults()] == []
    assert codes(askers)[RESTART] == MANY
    assert "failed" not in server.log()


async def test_killed_under_load(windmill_folder: Path, tmp_path: Path) -> None:
    """A server that is killed costs no question its one right answer."""
    var = tmp_path / "var"
    with serving_process(windmill_folder, var) as first:
        url, port = first.url, first.port
        async with asking(url, MANY, pause=0.01) as askers:
            await until_answered(askers, 3)
            first.popen.kill()
            first.popen.wait()
            with serving_process(windmill_folder, var, port=port):
                had = max(len(asker.answers) for asker in askers)
                await until_answered(askers, had + 3)
                for asker in askers:
                    asker.done = True
                await asyncio.sleep(0.5)
    assert [fault for asker in askers for fault in asker.faults()] == []
    assert sum(len(asker.answers) for asker in askers) >= MANY * 3 * 2

"""Out of file descriptors, out of disk: what can still be done is done, and it recovers."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

from tests.faqs import BOTOX
from tests.standing.process import NO_LIMITS, serving_process
from tests.standing.raw import Raw, connect, handshake, hang_up, opened, question

if TYPE_CHECKING:
    from pathlib import Path

    from tests.standing.process import Server

HOW_LONG = "How long does an appointment take?"
DESCRIPTORS = 64
SPIN = 0.3
"""Share of a core that a server may need while it can't accept; one that spins needs all of it."""


async def ask(raw: Raw, text: str = HOW_LONG) -> str:
    """Ask on an open connection and return the answer's text."""
    await raw.send(question(text))
    async with asyncio.timeout(10):
        while (heard := await raw.message())["type"] != "reply":
            pass
    return str(heard["text"])


async def test_out_of_file_descriptors(windmill_folder: Path, tmp_path: Path) -> None:
    """Without a descriptor left the server keeps who is there, does not spin, and recovers."""
    ulimit = f"-n {DESCRIPTORS}"
    with serving_process(windmill_folder, tmp_path / "var", ulimit=ulimit) as server:
        server.settle()
        async with opened(server.host, server.port) as friend:
            assert "10 to 30" in await ask(friend)
            crowd = [await connect(server.host, server.port) for _ in range(2 * DESCRIPTORS)]
            for raw in crowd:
                await raw.send(handshake())
            assert await _share_of_a_core(server) < SPIN
            assert "10 to 30" in await ask(friend)
            hang_up(*crowd)
            await _welcome(server)
            assert "10 to 30" in await ask(friend)
    assert server.popen.returncode == -9  # it lived until we ended it
    assert len(server.log().splitlines()) < 100


async def _share_of_a_core(server: Server) -> float:
    """Return what a server uses of a core, a second after it has noticed what it lacks."""
    await asyncio.sleep(1)
    before, start = sum(server.process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(1)
    used: float = sum(server.process.cpu_times()[:2]) - before
    return used / (time.monotonic() - start)


async def _welcome(server: Server) -> None:
    """Wait until a newcomer is answered."""
    async with asyncio.timeout(10):
        while True:
            try:
                async with opened(server.host, server.port) as raw:
                    assert "10 to 30" in await ask(raw)
                    return
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.1)


async def test_a_full_disk(faq: Path, tmp_path: Path) -> None:
    """Where no file can grow any more, patients are answered, also after an edit that failed."""
    settings = {**NO_LIMITS, "ASKWELL_SECRET": "a secret that only this test knows, and tells"}
    with serving_process(faq, tmp_path / "var", settings=settings, ulimit="-f 8") as server:
        async with opened(server.host, server.port) as raw:
            assert "10 to 30" in await ask(raw)
            (faq / "botox.md").write_text(BOTOX.replace("10 to 30", "15 to 45"), encoding="utf-8")
            for _ in range(20):
                assert "minutes" in await ask(raw)
                await asyncio.sleep(0.1)
            assert "This may be an emergency" in await ask(raw, "I can't breathe")
    assert server.popen.returncode == -9
    assert "Traceback" not in server.log()


GREEDY = """
import os, resource, sys, threading, time
from pathlib import Path
from bot.serving import run
from bot.settings import Settings

begin, enough = map(Path, sys.argv[2:])

def take_all():
    taken = []
    while not begin.exists():
        time.sleep(0.05)
    while not enough.exists():
        try:
            taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            time.sleep(0.0005)
    for each in taken:
        os.close(each)

def ready(url):
    print(url, flush=True)
    threading.Thread(target=take_all).start()

resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96))
run(Settings.load(faq=Path(sys.argv[1]), port=0, journal="none"), on_ready=ready)
"""
"""A server that takes every descriptor, also the one that the event loop keeps for refusing."""


async def test_without_even_the_reserve(windmill_folder: Path, tmp_path: Path) -> None:
    """Where not even refusing is possible, nothing spins; who came is let in once there is room."""
    begin, enough = tmp_path / "begin", tmp_path / "enough"
    command = [sys.executable, "-c", GREEDY, *map(str, (windmill_folder, begin, enough))]
    with serving_process(windmill_folder, tmp_path / "var", command=command) as server:
        async with opened(server.host, server.port) as friend:
            begin.touch()
            await asyncio.sleep(0.2)
            arriving = (connect(server.host, server.port) for _ in range(200))
            crowd = await asyncio.gather(*arriving)
            assert await _share_of_a_core(server) < SPIN
            hang_up(*crowd)
            assert "10 to 30" in await ask(friend)
            enough.touch()
            await _welcome(server)

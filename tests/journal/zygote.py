"""Servers that start in a moment: each is a fork of a process that has done what takes long.

Imports, the content, and the first turn's tables. The rest is what `askwell serve` does.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.cli.commands import environment
from tests.standing.process import NO_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCRIPT = """
import os, signal, sys
from pathlib import Path
import aiosqlite, alembic.command, asyncpg
import bot.journal.purge, bot.journal.redaction, bot.journal.store
from bot.app import create_app
from bot.dialogue import respond
from bot.models import State
from bot.serving import serve
from bot.settings import Settings
from bot.snapshot import SnapshotStore

store = SnapshotStore(Path(sys.argv[1]))
respond(store.current, State(), "why anvil bxrley so")
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(sys.argv[2], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(log, 1), os.dup2(log, 2)
        serve(create_app(Settings.load(port=0, faq=Path(sys.argv[1])), store=store))
        os._exit(0)
    print(pid, flush=True)
"""


class Zygote:
    """Starts real servers, one after the other, with the same data folder."""

    def __init__(self, faq: Path, var: Path, log: Path, *, journal: str = "sqlite") -> None:
        self._log = log
        settings = {"ASKWELL_VAR": str(var), "ASKWELL_JOURNAL": journal, "ASKWELL_WATCH": "no"}
        self._popen = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, str(faq), str(log)],
            env=environment(**NO_LIMITS, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def serve(self) -> tuple[int, str]:
        """Start a server; return its process id and its address."""
        before = self._log.stat().st_size if self._log.exists() else 0
        assert self._popen.stdin
        assert self._popen.stdout
        self._popen.stdin.write("\n")
        self._popen.stdin.flush()
        pid = int(self._popen.stdout.readline())
        for _ in range(3_000):
            time.sleep(0.01)
            printed = self._log.read_bytes()[before:].decode() if self._log.exists() else ""
            if found := re.search(r"http://[\w.:\[\]]+:\d+", printed):
                return pid, found[0]
        raise AssertionError(f"the server did not start: {printed}")

    def close(self) -> None:
        """End the process that servers are forked from."""
        assert self._popen.stdin
        assert self._popen.stdout
        self._popen.stdin.close()
        self._popen.wait(timeout=10)
        self._popen.stdout.close()


@contextlib.contextmanager
def zygote(faq: Path, folder: Path, *, journal: str = "sqlite") -> Iterator[Zygote]:
    """Prepare to start servers that share one journal."""
    made = Zygote(faq, folder / "var", folder / "log", journal=journal)
    try:
        yield made
    finally:
        made.close()


def kill(pid: int) -> None:
    """Kill a server as a power cut would, and wait until it is gone."""
    _signal(pid, signal.SIGKILL)


def stop(pid: int) -> None:
    """Stop a server in order, and wait until it has ended."""
    _signal(pid, signal.SIGTERM)


def _signal(pid: int, number: signal.Signals) -> None:
    os.kill(pid, number)
    for _ in range(1_500):
        time.sleep(0.01)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
    raise AssertionError(f"process {pid} did not end")

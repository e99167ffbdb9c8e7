"""A server in a process of its own, so that it can be starved, stopped and killed."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

from tests.cli.commands import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NO_LIMITS = {
    "ASKWELL_BURST": "1000000",
    "ASKWELL_RATE": "1000000",
    "ASKWELL_ADDRESS_BURST": "1000000",
    "ASKWELL_ADDRESS_RATE": "1000000",
}
"""For load from one address, which the shipped limits would slow down."""
_START_SECONDS = 30
_IDLE = 0.03
"""CPU seconds in 0.3 seconds; a server that has nothing to do but look around takes less."""


@dataclass
class Server:
    """A running `askwell serve`."""

    popen: subprocess.Popen[str]
    url: str
    printed: Path = field(repr=False)
    """File with all that the process has printed."""

    @property
    def host(self) -> str:
        """Where it listens."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The free port that it took."""
        return urlsplit(self.url).port or 0

    @property
    def process(self) -> psutil.Process:
        """The process, to be measured."""
        return psutil.Process(self.popen.pid)

    def settle(self) -> None:
        """Wait until the process does nothing any more: it warms up after its start."""
        before = -1.0
        while (now := sum(self.process.cpu_times()[:2])) - before > _IDLE:
            before = now
            time.sleep(0.3)

    def log(self) -> str:
        """Return all that it has printed."""
        return self.printed.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def serving_process(
    faq: Path,
    var: Path,
    *,
    settings: Mapping[str, str] = NO_LIMITS,
    port: int = 0,
    ulimit: str = "",
    through: Sequence[str] = (),
    command: Sequence[str] = (),
) -> Iterator[Server]:
    """Start a server, with the limits of `ulimit` (`-n 64`), and kill it in the end.

    `through` is a command that starts it, `command` one that takes its place.
    """
    usual = [sys.executable, "-m", "bot", "serve", "--faq", str(faq), "--port", str(port)]
    command = [*through, *(command or usual)]
    script = f"{f'ulimit {ulimit}; ' if ulimit else ''}exec {shlex.join(command)}"
    handle, name = tempfile.mkstemp(suffix=".log", dir=var.parent)
    with os.fdopen(handle, "w") as printed:
        popen = subprocess.Popen(
            ["sh", "-c", script],
            env=environment(ASKWELL_VAR=str(var), **settings),
            text=True,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Server(popen, _address(popen, Path(name)), Path(name))
        finally:
            popen.kill()
            popen.wait()


def _address(popen: subprocess.Popen[str], printed: Path) -> str:
    """Wait until the server says where it answers."""
    for _ in range(_START_SECONDS * 50):
        text = printed.read_text(encoding="utf-8")
        if found := re.search(r"http://[\w.:\[\]]+:\d+", text):
            return found[0]
        with contextlib.suppress(subprocess.TimeoutExpired):
            popen.wait(0.02)
            raise AssertionError(f"the server ended: {printed.read_text(encoding='utf-8')}")
    raise AssertionError(f"the server did not start: {printed.read_text(encoding='utf-8')}")

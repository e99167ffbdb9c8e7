"""A private PostgreSQL server from Debian's package, in a folder of its own."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_OWNER = "postgres"
_OPTIONS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
"""Without fsync: these tests kill processes, they do not cut the power."""


class Postgres:
    """One server on a port of its own; it refuses to run as root, so root lends it a user."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="askwell-postgres-"))
        self._data = self.folder / "data"
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        if os.getuid() == 0:
            shutil.chown(self.folder, _OWNER)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "askwell", "-N",
                  "--no-instructions", "--locale=C", "-E", "UTF8")  # fmt: skip

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = [part for option in _OPTIONS for part in ("-c", option)]
        self._process = subprocess.Popen(
            _as_owner("postgres", "-D", str(self._data), "-p", str(self.port), *options),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ready = _as_owner("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
        for _ in range(200):
            if subprocess.run(ready, cwd="/", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise TimeoutError("PostgreSQL did not start")

    def stop(self) -> None:
        """Stop it the hard way, as a crash does: connections break, the next start recovers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop()
        shutil.rmtree(self.folder)

    async def database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"journal{next(self._numbers)}"
        connection = await asyncpg.connect(f"{self._url}postgres")
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return f"{self._url}{name}"

    @property
    def _url(self) -> str:
        return f"postgresql://askwell@127.0.0.1:{self.port}/"

    def _run(self, *command: str) -> None:
        subprocess.run(_as_owner(*command), cwd="/", check=True, stdout=subprocess.DEVNULL)


def _as_owner(program: str, *arguments: str) -> list[str]:
    command = [str(BINARIES[-1] / program), *arguments]
    if os.getuid() != 0:
        return command
    user = pwd.getpwnam(_OWNER)
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids, *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Starts the process that builds, waits for it, and stops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import msgspec

from bot.building.job import Outcome
from bot.errors import BuildError, ContentError

if TYPE_CHECKING:
    from bot.building.job import Job

_PRIVATE: Final = "ASKWELL_"
"""Settings hold secrets, which building has no use for."""
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Building may take long, but only one core."""
_LONGEST: Final = 200
"""Characters of what a failing process said that are repeated."""


class Stopped(Exception):  # noqa: N818  no fault: nobody wants the result any more
    """Building was stopped by `Builder.stop`."""


class Builder:
    """Builds one job at a time in a process of its own."""

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        """How long a job may take."""
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def build(self, job: Job) -> Outcome:
        """Do a job; raises ContentError, BuildError, or Stopped. Blocks, so call it in a thread."""
        process = self._start(job)
        try:
            told, said = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            raise BuildError(f"took more than {self.seconds:g} seconds and was stopped") from None
        finally:
            self._end(process)
        if self._stopped:
            raise Stopped
        return _outcome(process.returncode, told, said)

    def stop(self) -> None:
        """Stop the job that is being done, if there is one."""
        with self._lock:
            if self._process is not None:
                self._stopped = True
                self._process.kill()  # what it writes appears whole or not at all

    def _start(self, job: Job) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bot.building", *job.arguments()]
        try:
            with self._lock:
                self._stopped = False
                self._process = subprocess.Popen(  # noqa: S603  our own program and folders
                    command,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
                return self._process
        except OSError as error:
            raise BuildError(f"could not be started ({error.strerror})") from None

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _environment() -> dict[str, str]:
    ours = str(Path(__file__).parents[2])
    paths = [ours, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    return {**kept, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)}


def _outcome(code: int, told: bytes, said: bytes) -> Outcome:
    """Read what the process told; of one that failed, the last line that it said."""
    if code:
        last = said.decode(errors="replace").strip().rpartition("\n")[2][:_LONGEST]
        how = f"ended with signal {-code}" if code < 0 else f"ended with code {code}"
        raise BuildError(f"{how}: {last}" if last else how)
    try:
        outcome = msgspec.json.decode(told, type=Outcome)
    except msgspec.MsgspecError:
        raise BuildError("ended without a result") from None
    if outcome.problems:
        raise ContentError(outcome.problems)
    return outcome

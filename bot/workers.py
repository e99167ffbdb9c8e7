"""Several server processes on one port: starts them, starts dead ones again, stops them in order.

The process that is started first opens the port, starts the workers and answers no patient
itself. Each worker is a whole server with content, limits and a journal of its own; all sign with
the same key, so any of them can answer any turn. A worker whose starter is gone stops by itself.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final

from bot.channels.notify import ALIVE, READY, STOPPING, notify
from bot.channels.ports import open_port
from bot.state import load_key

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from types import FrameType

    from bot.settings import Settings

_log = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.2
"""How often the workers are looked at."""
_LONGEST_PAUSE: Final = 10.0
"""Seconds before a worker is started again that dies as soon as it lives."""
_SETTLED_SECONDS: Final = 10.0
"""A worker that lived so long was well; one that dies earlier is started after a growing pause."""
_GRACE_SECONDS: Final = 5.0
"""What stopping may take beyond the time that connections get to end."""


@dataclass(slots=True)
class Worker:
    """One place for a worker, and the process that fills it."""

    number: int
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    pause: float = 0.0
    """Seconds before the next start."""


@dataclass(slots=True)
class Workers:
    """The workers of one port."""

    settings: Settings
    listening: socket.socket
    command: tuple[str, ...]
    """Starts one worker; the port's file descriptor and the number are put behind it."""
    all: list[Worker] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    answering: bool = False
    """Whether one of them ever answered."""
    told: signal.Signals = signal.SIGTERM
    """The signal that ended it, which the workers get too."""

    def run(self) -> int:
        """Keep all workers running until a signal comes; return the exit code.

        While none has ever answered, one that ends, because of a setting or the content, ends
        everything.
        """
        while not self.stop.wait(_LOOK_SECONDS):
            notify(ALIVE)
            for process in [worker.process for worker in self.all if worker.process]:
                self._note_ready(process)  # of all, before any is blamed for having ended
            for worker in self.all:
                code = self._look_at(worker)
                if code and not self.answering:
                    self._end()
                    return max(code, 1)
        self._end()
        return 0

    def tell(self, number: int, _: FrameType | None) -> None:
        """Take a signal to stop."""
        self.told = signal.Signals(number)
        self.stop.set()

    def _look_at(self, worker: Worker) -> int | None:
        """Start a worker that does not run; return the exit code of one that died just now."""
        now = monotonic()
        if worker.process is None:
            if now - worker.since >= worker.pause:
                self._start(worker)
            return None
        if (code := worker.process.poll()) is None:
            return None
        if self.answering:
            _log.warning("Worker %s ended (%s); it is started again.", worker.number, code)
        well = now - worker.since >= _SETTLED_SECONDS
        worker.pause = 0.0 if well else min(max(0.5, 2 * worker.pause), _LONGEST_PAUSE)
        worker.process, worker.since = None, now
        return code

    def _note_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Tell the service manager when the first worker has said that it answers."""
        if not self.answering and process.stdout and process.stdout.read():
            self.answering = True
            notify(READY)

    def _start(self, worker: Worker) -> None:
        handle = self.listening.fileno()
        worker.since = monotonic()
        worker.process = subprocess.Popen(  # noqa: S603  our own command
            [*self.command, str(handle)],
            stdin=subprocess.PIPE,  # ends with this process, whatever ends it
            stdout=subprocess.PIPE,  # says when it answers
            pass_fds=(handle,),
            process_group=0,  # so that Ctrl-C reaches it through us, and once
            env=environment(os.environ, self.settings, worker.number),
        )
        if worker.process.stdout:
            os.set_blocking(worker.process.stdout.fileno(), False)

    def _end(self) -> None:
        """Stop all workers at the same time; kill those that take too long."""
        notify(STOPPING)
        running = [each.process for each in self.all if each.process]
        for process in running:
            process.send_signal(self.told)
        until = monotonic() + self.settings.drain_seconds + _GRACE_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - monotonic()))
            if process.poll() is None:
                process.kill()
                process.wait()


def environment(environ: Mapping[str, str], settings: Settings, number: int) -> dict[str, str]:
    """Return a worker's environment: it is not the service, and has a port for figures of its own.

    The first worker keeps the port in `ASKWELL_METRICS`, the next ones have those above it. What
    may hold a password is in here and not among the arguments, which everybody can read.
    """
    own = {name: value for name, value in environ.items() if name != "NOTIFY_SOCKET"}
    own |= {"ASKWELL_HOST": settings.host, "ASKWELL_JOURNAL": settings.journal}
    if settings.metrics is not None:
        host, _, port = settings.metrics.rpartition(":")
        own["ASKWELL_METRICS"] = f"{host}:{int(port) + number - 1}"
    return own


def serve(settings: Settings, number: int) -> int:
    """Serve with so many workers until SIGTERM or Ctrl-C; return the exit code."""
    if settings.secret is None:
        load_key(settings.var)  # before several of them would make one
    listening = open_port(settings)
    command = (sys.executable, "-m", "bot", "serve", "--faq", str(settings.faq), "--worker")
    workers = Workers(settings, listening, command, [Worker(at + 1) for at in range(number)])
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, workers.tell)
    with listening:
        return workers.run()

"""`askwell serve --workers`: several real processes on one port."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import psutil

from bot.settings import Settings
from bot.workers import environment
from tests.cli.commands import HOW_LONG
from tests.cli.commands import environment as clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60.0
"""How long starting may take on a machine that is busy with other tests."""


@contextmanager
def workers(faq: Path, folder: Path) -> Iterator[tuple[psutil.Process, str]]:
    """Start two workers; yield the process that starts them, and their address."""
    command = [sys.executable, "-m", "bot", "serve", "--workers", "2", "--port", "0"]
    log = (folder / "log").open("w+")
    process = subprocess.Popen([*command, "--faq", str(faq)], stderr=log, cwd=folder, env=clean())
    try:
        until(lambda: (folder / "log").read_text().count("http://") >= 2)
        url = (folder / "log").read_text().partition(" on ")[2].partition(" ")[0]
        yield psutil.Process(process.pid), url
    finally:
        process.terminate()
        process.wait(SECONDS)
        log.close()


def until(reached: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def ask(url: str, **fields: Any) -> dict[str, Any]:
    """Ask over REST, on a connection of its own."""
    headers = {"Content-Type": "application/json"}
    body = json.dumps({"text": HOW_LONG, **fields}).encode()
    with urlopen(Request(f"{url}/api/v1/messages", body, headers), timeout=SECONDS) as answer:  # noqa: S310
        reply: dict[str, Any] = json.load(answer)
    return reply


def test_workers_share_the_port(faq: Path, tmp_path: Path) -> None:
    """A dead worker is started again, the other answers meanwhile; all end with the first."""
    with workers(faq, tmp_path) as (first, url):
        one, other = (child.pid for child in first.children())
        state = ask(url)["state"]
        psutil.Process(one).kill()
        until(lambda: len({child.pid for child in first.children()} - {one, other}) == 1)
        for _ in range(8):
            reply = ask(url, state=state)
            state = reply["state"]
            assert reply["entries"] == ["botox/how-long"]
        until(lambda: (tmp_path / "log").read_text().count("http://") >= 3)
        started = [first, *first.children()]
        first.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(started, timeout=SECONDS)
        assert not alive
    assert "Worker 1 ended (-9); it is started again." in (tmp_path / "log").read_text()


def test_no_worker_outlives_the_first_process(faq: Path, tmp_path: Path) -> None:
    """Even when that is killed without a chance to say so."""
    with workers(faq, tmp_path) as (first, _):
        children = first.children()
        first.kill()
        _, alive = psutil.wait_procs(children, timeout=SECONDS)
        assert not alive


def test_workers_that_cannot_start_end_the_command(tmp_path: Path) -> None:
    """A fault of the content is said, and ends with its exit code."""
    command = [sys.executable, "-m", "bot", "serve", "--workers", "2", "--port", "0"]
    done = subprocess.run(
        [*command, "--faq", str(tmp_path)],
        capture_output=True, text=True, cwd=tmp_path, env=clean(), check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 3
    assert "nothing can be answered until this is mended" in done.stderr


def test_each_worker_has_its_own_port_for_figures() -> None:
    """The service manager hears from the first process only."""
    settings = Settings(metrics="127.0.0.1:9464", journal="none")
    own = environment({"NOTIFY_SOCKET": "/run/x", "PATH": "/bin"}, settings, 2)
    assert own["ASKWELL_METRICS"] == "127.0.0.1:9465"
    assert own["ASKWELL_JOURNAL"] == "none"
    assert own["PATH"] == "/bin"
    assert "NOTIFY_SOCKET" not in own

"""What the server says about itself to whoever watches it."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.health import condition
from bot.channels.logs import JsonLines, TextLines
from bot.channels.notify import READY, notify
from bot.channels.watchdog import Watchdog
from bot.errors import BuildError
from bot.journal.health import Health
from bot.models import Problem
from bot.retrieval import kernel
from tests.channels.served import serving

if TYPE_CHECKING:
    from pathlib import Path

    from bot.channels.feedback import Journal
    from bot.snapshot import SnapshotStore

SLOW = [] if kernel.load() else ["ranking"]
"""What is degraded on a machine without a C compiler."""


async def test_ready(store: SnapshotStore) -> None:
    """A server that answers says so, with its content's version, and that nothing is wrong."""
    async with serving(store) as client, client.get("/readyz") as response:
        said = await response.json()
    assert response.status == 200
    assert said == {
        "ready": True,
        "degraded": SLOW,
        "content_version": store.current.version,
        "entries": 7,
        "problems": [],
        "build": "ok",
        "journal": {"state": "off"},
        "loop": {"stalls": 0, "longest_seconds": said["loop"]["longest_seconds"]},
    }


async def test_alive(store: SnapshotStore) -> None:
    """As long as the process answers at all, it lives."""
    async with serving(store) as client, client.get("/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok\n")


# --- what is degraded ----------------------------------------------------------------------


class Store:
    """A store in trouble, as far as its condition is told."""

    def __init__(self, store: SnapshotStore, **troubles: Any) -> None:
        self.current = store.current
        self.problems: tuple[Problem, ...] = troubles.get("problems", ())
        self.fault: str | None = troubles.get("fault")


class Locked:
    """A journal in trouble."""

    health = Health("locked", "is locked by another program", waiting=3)


def said(store: Any, *, journal: Any = None, watchdog: Watchdog | None = None) -> dict[str, Any]:
    """Return the condition of a server."""
    found: Journal | None = journal
    return condition(store, found, watchdog or Watchdog())


def test_a_broken_edit_is_named(store: SnapshotStore) -> None:
    """Of a broken edit every problem is told with its place and remedy."""
    problem = Problem("faq/botox.md", 3, "This question has no answer.", "Write one.")
    told = said(Store(store, problems=(problem,)))
    assert told["degraded"] == ["content", *SLOW]
    assert told["problems"] == [
        {
            "path": "faq/botox.md",
            "line": 3,
            "level": "error",
            "message": "This question has no answer.",
            "fix": "Write one.",
        }
    ]


def test_a_failed_build_is_named(store: SnapshotStore) -> None:
    """A build that failed is told in a sentence."""
    told = said(Store(store, fault=str(BuildError("ended with signal 9"))))
    assert told["degraded"] == ["build", *SLOW]
    assert told["build"] == "Reading the content ended with signal 9."


def test_a_journal_in_trouble_is_named(store: SnapshotStore) -> None:
    """A journal that can't be written is told with its trouble."""
    told = said(Store(store), journal=Locked())
    assert (told["degraded"], told["journal"].state) == (["journal", *SLOW], "locked")


def test_a_stall_is_named(store: SnapshotStore) -> None:
    """A loop that stood still within the last minute is told."""
    watchdog = Watchdog()
    watchdog._count(2.0, now=time.monotonic())
    told = said(Store(store), watchdog=watchdog)
    assert (told["degraded"], told["loop"]["stalls"]) == (["loop", *SLOW], 1)


def test_slow_ranking_is_named(
    store: SnapshotStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without what is written in C says that it is slow."""
    monkeypatch.setattr(kernel, "library_path", lambda: tmp_path / "nothing.so")
    kernel.load.cache_clear()
    try:
        assert said(Store(store))["degraded"] == ["ranking"]
    finally:
        kernel.load.cache_clear()


# --- systemd -------------------------------------------------------------------------------


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    """A state goes as one datagram to the socket that systemd names."""
    name = f"@askwell-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name[1:] if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        assert notify(READY)
        assert systemd.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/no/such/socket"])
def test_nobody_to_tell(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Without systemd, or with a socket that is gone, nothing is told and nothing fails."""
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify(READY)


# --- logs ----------------------------------------------------------------------------------


def event(message: str, *arguments: object) -> logging.LogRecord:
    """Return an event as the logging library hands it on."""
    return logging.LogRecord("bot.app", logging.WARNING, "app.py", 1, message, arguments, None)


EVIL = "all is well\r\n2026-11-20 CRITICAL forged\x1b[2J\u2028x"


def test_json_lines() -> None:
    """An event in JSON is one line with time, level, logger and message."""
    line = JsonLines().format(event("Read %s", EVIL))
    assert len(line.splitlines()) == 1
    read = json.loads(line)
    assert (read["level"], read["logger"]) == ("warning", "bot.app")
    assert read["message"] == f"Read {EVIL}"
    assert read["time"].endswith("+00:00")


def test_text_lines_cannot_be_forged() -> None:
    """A line break in an event starts no new event, and no control character gets through."""
    first, *others = TextLines().format(event("Read %s", EVIL)).split("\n")
    assert first == r"Read all is well\r"
    assert others == [r"  2026-11-20 CRITICAL forged\x1b[2J\u2028x"]


def test_an_exception_is_not_printed() -> None:
    """Whoever logs an exception by mistake gives away neither its text nor its traceback."""
    try:
        raise ValueError("what a patient wrote")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "It failed", (), sys.exc_info())
    assert "patient" not in TextLines().format(record) + JsonLines().format(record)

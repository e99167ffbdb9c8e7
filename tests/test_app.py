"""The server as a whole: starting, live editing, and stopping in time."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket as sockets
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.app import create_app
from bot.channels.keys import TURNS
from bot.errors import ContentError, SettingsError
from bot.serving import run
from bot.settings import Settings
from bot.snapshot import SnapshotStore
from tests.channels.served import SECRET, Patient, serving, talking
from tests.faqs import BOTOX, CLINIC

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW_LONG = "How long does an appointment take?"
ROOT = Path(__file__).parent.parent


@pytest.fixture
def faq(windmill_folder: Path, tmp_path: Path) -> Path:
    """Copy the small FAQ, for a test to change."""
    return shutil.copytree(windmill_folder, tmp_path / "faq")


# --- live editing --------------------------------------------------------------------------


async def ask_until(patient: Patient, words: str, *, seconds: float) -> tuple[int, float]:
    """Ask until the answer holds `words`; return how often and how long it took."""
    start, asked = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        reply = await patient.ask(HOW_LONG)
        asked += 1
        assert reply["kind"] == "answer"
        if words in reply["text"]:
            return asked, time.monotonic() - start
        await asyncio.sleep(0.02)
    raise AssertionError(f"no answer with {words!r} within {seconds} seconds")


def editing(faq: Path, **settings: Any) -> Any:
    """Serve a folder that is being edited, without limits in the way."""
    limits: dict[str, Any] = {"burst": 10**6, "address_burst": 10**6}
    return serving(SnapshotStore(faq), watch=True, faq=faq, **limits, **settings)


@pytest.mark.parametrize("poll", [False, True])
async def test_a_saved_file_answers_at_once(faq: Path, poll: bool) -> None:
    """Who saves a file gets the new answer, and every question in between gets the old one."""
    async with editing(faq, poll=poll) as client, talking(client) as patient:
        await ask_until(patient, "10 to 30 minutes", seconds=1)
        (faq / "botox.md").write_text(BOTOX.replace("10 to 30", "15 to 45"), encoding="utf-8")
        asked, _ = await ask_until(patient, "15 to 45 minutes", seconds=20)
    assert asked > 1


async def test_a_broken_file_changes_nothing(faq: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A broken file is reported with its line, and the old answers stay until it is mended."""
    async with editing(faq) as client, talking(client) as patient:
        (faq / "botox.md").write_text(BOTOX + "\n## Is it safe?\n", encoding="utf-8")
        problems = await _problems(client)
        [error] = [problem for problem in problems if problem["level"] == "error"]
        assert error["path"].endswith("botox.md")
        assert error["line"] == BOTOX.count("\n") + 2
        assert error["fix"]
        await ask_until(patient, "10 to 30 minutes", seconds=1)
        assert "botox.md:" in caplog.text
        assert "Not reloaded: the old content goes on answering." in caplog.text
        (faq / "botox.md").write_text(BOTOX.replace("10 to 30", "5 to 6"), encoding="utf-8")
        await ask_until(patient, "5 to 6 minutes", seconds=20)
        assert (await _ready(client))["problems"] == []


async def test_a_folder_that_is_replaced(faq: Path) -> None:
    """A folder that is swapped for another one, as deployments do, is noticed too."""
    new = shutil.copytree(faq, faq.with_name("new"))
    (new / "botox.md").write_text(BOTOX.replace("10 to 30", "7 to 8"), encoding="utf-8")
    async with editing(faq) as client, talking(client) as patient:
        await asyncio.to_thread(faq.rename, faq.with_name("old"))
        await asyncio.to_thread(new.rename, faq)
        await ask_until(patient, "7 to 8 minutes", seconds=20)


async def test_what_was_replaced_is_let_go_though_nobody_asks(faq: Path) -> None:
    """A question that was answered from old content does not hold it in memory."""
    async with editing(faq) as client, talking(client) as patient:
        for _ in range(2):  # from the second time on what was found is kept
            await patient.ask(HOW_LONG)
        before = weakref.ref(client.app[TURNS].store.current)
        path = faq / "botox.md"
        path.write_text(BOTOX.replace("10 to 30", "10 to 31"), encoding="utf-8")
        async with asyncio.timeout(10):
            while before() is not None:  # noqa: ASYNC110  what is waited for has no event
                await asyncio.sleep(0.05)


async def _ready(client: Any) -> dict[str, Any]:
    async with client.get("/readyz") as response:
        assert response.status == 200
        ready: dict[str, Any] = await response.json()
        return ready


async def _problems(client: Any) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while True:
            if problems := (await _ready(client))["problems"]:
                found: list[dict[str, Any]] = problems
                return found
            await asyncio.sleep(0.05)


# --- starting ------------------------------------------------------------------------------


def test_broken_content_does_not_start(faq: Path, tmp_path: Path) -> None:
    """Without any good content there is nothing to serve."""
    (faq / "red-flags.md").unlink()
    with pytest.raises(ContentError):
        create_app(Settings(faq=faq, var=tmp_path, secret=SECRET))


def test_production_needs_a_country(faq: Path) -> None:
    """In production the emergency numbers are chosen, not assumed."""
    (faq / "clinic.md").write_text(CLINIC.replace("Country: US", "Country:"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Country in clinic\.md: must be set in production"):
        create_app(Settings(faq=faq, secret=SECRET, production=True))


def test_old_aiohttp_is_refused(faq: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with known holes does not start."""
    monkeypatch.setattr(aiohttp, "__version__", "3.14.4")
    with pytest.raises(SettingsError, match=r"3\.14\.4 is too old"):
        create_app(Settings(faq=faq, secret=SECRET))


def test_aiohttp_without_its_c_parts_is_refused(faq: Path) -> None:
    """A server that would parse in Python, at a fraction of the speed, does not start."""
    program = (
        "import sys; from pathlib import Path\n"
        "from bot.app import create_app; from bot.settings import Settings\n"
        "create_app(Settings(faq=Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(faq)],
        check=False, capture_output=True, text=True,
        env={**os.environ, "AIOHTTP_NO_EXTENSIONS": "1"},
    )  # fmt: skip
    assert "aiohttp: runs without its C parts" in done.stderr


def test_a_busy_port(faq: Path) -> None:
    """A port that is taken is said in a sentence."""
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port} is already in use"):
            run(Settings(faq=faq, secret=SECRET, port=port, journal="none"))


def test_a_host_of_others(faq: Path) -> None:
    """An address that is not ours is said in a sentence."""
    with pytest.raises(SettingsError, match=r"can't listen on '192\.0\.2\.1'"):
        run(Settings(faq=faq, secret=SECRET, host="192.0.2.1", port=0, journal="none"))


# --- a real process ------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from bot.serving import run
from bot.settings import Settings
run(Settings.load(faq=Path(sys.argv[1]), var=Path(sys.argv[2]), port=0), on_ready=print)
"""


@pytest.fixture
def server(faq: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server process and return it with its address."""
    command = [sys.executable, "-u", "-c", PROGRAM, str(faq), str(tmp_path / "var")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        process.kill()


@pytest.fixture
def deaf() -> Iterator[list[sockets.socket]]:
    """Return a list for connections that are closed after the test."""
    connections: list[sockets.socket] = []
    yield connections
    for connection in connections:
        connection.close()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 1012), (signal.SIGINT, 1001)], ids=["term", "int"]
)
async def test_stopping_in_time(
    server: tuple[subprocess.Popen[str], str],
    deaf: list[sockets.socket],
    number: signal.Signals,
    code: int,
) -> None:
    """A signal ends the server within ten seconds, whatever its clients do."""
    process, url = server
    deaf.extend(_raw_websocket(url) for _ in range(10))
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/ws") as socket:
        patient = Patient(socket, await socket.receive_json())
        assert (await patient.ask(HOW_LONG))["entries"] == ["botox/how-long"]
        start = time.monotonic()
        process.send_signal(number)
        assert (await socket.receive()).data == code
    assert await asyncio.to_thread(process.wait, 10) == 0
    assert time.monotonic() - start < 10
    assert process.stderr
    assert process.stderr.read().startswith(f"Askwell answers on {url} (7 entries, content ")


async def test_a_restart_keeps_the_conversation(faq: Path, tmp_path: Path) -> None:
    """The key in the data folder lets the next process go on where this one stopped."""
    settings: dict[str, Any] = {"secret": None, "var": tmp_path / "var", "faq": faq}
    store = SnapshotStore(faq)
    async with serving(store, **settings) as client, talking(client) as patient:
        first = await patient.ask(HOW_LONG)
    async with serving(store, **settings) as client, talking(client) as patient:
        second = await patient.ask("Where can I park?", state=first["state"])
        shown = client.app[TURNS].signer.load(second["state"]).shown
    assert shown == ("parking/where-can-i-park", "botox/how-long")


def _raw_websocket(url: str) -> sockets.socket:
    """Open a websocket that reads nothing and never answers."""
    host, _, port = url.removeprefix("http://").partition(":")
    raw = sockets.create_connection((host, int(port)))
    raw.sendall(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return raw

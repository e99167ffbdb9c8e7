"""The figures for Prometheus: what they count, and what they never hold."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from aiohttp.web import AppRunner
from prometheus_client.parser import text_string_to_metric_families

from bot.app import create_app
from bot.channels.tally import BOUNDS, Tally
from bot.errors import SettingsError
from bot.settings import Settings
from tests.channels.served import SECRET, serving, talking

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore

Figures = dict[tuple[str, str], float]


async def read(port: int) -> tuple[str, Figures]:
    """Return what Prometheus reads, and its samples by name and first label."""
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as got:
        text = await got.text()
    samples = (each for family in text_string_to_metric_families(text) for each in family.samples)
    return text, {(each.name, next(iter(each.labels.values()), "")): each.value for each in samples}


async def test_figures(store: SnapshotStore) -> None:
    """Turns, red flags, refusals and connections are counted, and the content is named."""
    port = unused_port()
    serve = serving(store, metrics=f"127.0.0.1:{port}")
    async with serve as client, talking(client) as patient:
        await patient.ask("How long does an appointment take?")
        await patient.ask("I can't breathe")
        await patient.say("nonsense")
        text, figures = await read(port)
    assert figures["askwell_turns_total", "answer"] == 1
    assert figures["askwell_red_flags_total", "emergency"] == 1
    assert figures["askwell_refusals_total", "bad_message"] == 1
    assert figures["askwell_connections", ""] == 1
    assert figures["askwell_connections_opened_total", ""] == 1
    assert figures["askwell_turn_seconds_bucket", "+Inf"] == 2
    assert figures["askwell_turn_seconds_count", ""] == 2
    assert figures["askwell_content_info", store.current.version] == 1
    assert figures["askwell_build_failed", ""] == 0
    assert figures["process_resident_memory_bytes", ""] > 0
    assert "breathe" not in text


async def test_not_on_the_patients_port(store: SnapshotStore) -> None:
    """Patients' browsers can't read the figures."""
    async with serving(store) as client, client.get("/metrics") as response:
        assert response.status == 404


async def test_few_series(store: SnapshotStore) -> None:
    """However much is asked, the number of series stays where it was."""
    port = unused_port()
    serve = serving(store, metrics=f"127.0.0.1:{port}", burst=1000)
    async with serve as client, talking(client) as patient:
        _, before = await read(port)
        for number in range(50):
            await patient.ask(f"question number {number}")
        _, after = await read(port)
    assert len(after) == len(before)
    assert len(after) < 120


async def test_a_port_that_is_taken(store: SnapshotStore) -> None:
    """An address that can't be opened is said in a sentence when the server starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(secret=SECRET, watch=False, journal="none", metrics=address)
        runner = AppRunner(create_app(settings, store=store))
        with pytest.raises(SettingsError, match="ASKWELL_METRICS"):
            await runner.setup()
        await runner.cleanup()


@pytest.mark.parametrize("address", ["9464", "127.0.0.1", "http://127.0.0.1:9464", "a b:1"])
def test_an_address_that_is_none(address: str) -> None:
    """An address without a port, or with anything more, is refused."""
    with pytest.raises(SettingsError, match=r"must look like 127\.0\.0\.1:9464"):
        Settings(metrics=address)


def test_classes_of_time() -> None:
    """A turn is counted in the class that its time ends in; the last class is open."""
    tally = Tally()
    for seconds in (0.0, BOUNDS[0], BOUNDS[0] * 1.01, 60.0):
        tally.turn("answer", seconds)
    assert (tally.times[0], tally.times[1], tally.times[-1]) == (2, 1, 1)
    assert tally.turns["answer"] == 4


def test_who_measures_nothing_pays_nothing() -> None:
    """Without a reader the client library of Prometheus is never imported."""
    program = "import bot.app, sys; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"

"""The clock on the wall may jump: nobody is thrown out, locked out or told something else."""

from __future__ import annotations

import ast
import asyncio
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.channels.keys import CONNECTIONS
from bot.snapshot import load_snapshot
from tests.channels.served import serving, talking

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore

HOW_LONG = "How long does an appointment take?"
DAY = 86_400.0
JUMPS = {
    "a day back": -DAY,
    "a day on": DAY,
    "an hour back": -3_600.0,
    "twelve years on": 12 * 365 * DAY,
    "to 1970": -time.time(),
}
CHANNELS = Path(__file__).parents[2] / "bot" / "channels"


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
async def test_the_clock_jumps(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """Connections stay, limits go on counting as before, and the state is still good."""
    real = time.time
    limits = {"burst": 3, "rate": 0.01}
    async with (
        serving(store, heartbeat_seconds=0.2, **limits) as client,  # type: ignore[arg-type]
        talking(client) as patient,
    ):
        first = await patient.ask(HOW_LONG)
        monkeypatch.setattr(time, "time", lambda: real() + jump)
        await asyncio.sleep(0.3)
        assert len(client.app[CONNECTIONS]) == 1
        second = await patient.ask("tell me more", state=first["state"])
        assert second["entries"] == ["botox/when-it-works"]
        assert (await patient.ask(HOW_LONG))["type"] == "reply"
        assert (await patient.ask(HOW_LONG))["code"] == "rate_limited"


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2038, 1, 20), date(9999, 12, 31)])
def test_any_day(windmill_folder: Path, today: date) -> None:
    """On any day the content is served; what is overdue is said to staff, not to patients."""
    snapshot = load_snapshot(windmill_folder, today=today)
    assert "botox/how-long" in snapshot.entries


@pytest.mark.parametrize("path", sorted(CHANNELS.glob("*.py")), ids=lambda path: path.stem)
def test_no_channel_reads_the_wall_clock(path: Path) -> None:
    """Limits, time-outs and pauses are measured by a clock that nobody can set."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_call(node)]
    assert [ast.unparse(call) for call in calls] == []


def _is_call(node: ast.AST) -> bool:
    """Whether something reads the time of day."""
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return name in {"time.time", "time.time_ns"} or name.endswith((".now", ".utcnow", ".today"))

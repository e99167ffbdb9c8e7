"""A real server with a real journal in a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.settings import Settings
from tests.channels.served import SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import ClientSession

    from bot.snapshot import SnapshotStore
    from tests.channels.served import Client, Patient

UNANSWERED = "do you treat a marble planet"


@contextlib.asynccontextmanager
async def keeping(store: SnapshotStore, var: Path, **settings: Any) -> AsyncIterator[Client]:
    """Serve with a journal in `var`, and yield a client of that server."""
    free = {"burst": 10_000, "rate": 10_000.0, "address_burst": 10_000, "address_rate": 10_000.0}
    made = Settings(port=0, secret=SECRET, watch=False, var=var, **{**free, **settings})
    async with TestClient(TestServer(create_app(made, store=store))) as client:
        yield client


async def health(client: Client | ClientSession) -> dict[str, Any]:
    """Return what `/readyz` says of the journal; it is always 200."""
    async with client.get("/readyz") as response:
        assert response.status == 200
        status: dict[str, Any] = await response.json()
        degraded = status["journal"]["state"] not in {"ok", "opening", "off"}
        assert ("journal" in status["degraded"]) is degraded
        found: dict[str, Any] = status["journal"]
        return found


async def until(
    client: Client | ClientSession, state: str, *, seconds: float = 15
) -> dict[str, Any]:
    """Wait until the journal is in a state and nothing waits, or waits in vain."""
    async with asyncio.timeout(seconds):
        while True:
            found = await health(client)
            if found["state"] == state and (state != "ok" or not found["waiting"]):
                return found
            await asyncio.sleep(0.02)


async def judge(patient: Patient, reply_to: str, comment: str | None = None) -> dict[str, Any]:
    """Send feedback and return what comes back."""
    message = {"type": "feedback", "id": f"f-{reply_to}", "reply_to": reply_to}
    return await patient.say({**message, "helpful": False, "comment": comment})

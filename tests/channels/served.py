"""A real server on a free port, and a patient who talks to it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.channels.protocol import SUBPROTOCOL
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientWebSocketResponse

    from bot.channels.feedback import Journal
    from bot.snapshot import SnapshotStore

Client: TypeAlias = TestClient[web.Request, web.Application]
SECRET = "a secret that only the tests know, and they tell"  # noqa: S105  it protects nothing


@contextlib.asynccontextmanager
async def serving(
    store: SnapshotStore, *, journal: Journal | None = None, **settings: Any
) -> AsyncIterator[Client]:
    """Serve `store` and yield a client of that server."""
    made = Settings(**{"port": 0, "secret": SECRET, "watch": False, "journal": "none", **settings})
    app = create_app(made, store=store, journal=journal)
    async with TestClient(TestServer(app, port=made.port)) as client:
        yield client


@dataclass
class Patient:
    """Talks over one websocket."""

    socket: ClientWebSocketResponse
    welcome: dict[str, Any]

    async def hear(self) -> dict[str, Any]:
        """Return the next message of the server."""
        heard: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return heard

    async def say(self, message: dict[str, Any] | str | bytes) -> dict[str, Any]:
        """Send a message and return what comes back; a str or bytes is sent as it is."""
        if isinstance(message, bytes):
            await self.socket.send_bytes(message)
        else:
            text = message if isinstance(message, str) else json.dumps(message)
            await self.socket.send_str(text)
        return await self.hear()

    async def ask(self, text: str, **fields: Any) -> dict[str, Any]:
        """Send a question and return the reply."""
        return await self.say({"type": "message", "text": text, **fields})


@contextlib.asynccontextmanager
async def talking(client: Client, **options: Any) -> AsyncIterator[Patient]:
    """Open a websocket and hear the welcome."""
    options = {"protocols": (SUBPROTOCOL,), **options}
    async with client.ws_connect("/ws", **options) as socket:
        yield Patient(socket, await socket.receive_json(timeout=5))

"""Patients who ask what nobody answers, say what they think of it, and insist on being heard."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from bot.journal.records import Kept

_WORDS = """
anvil barley basket blanket bottle bucket button candle carpet cedar cellar copper cotton
cradle cupboard curtain drawer feather fiddle garden gravel hammer harvest kettle ladder
lantern lemon marble meadow mirror needle onion orchard paddle pebble pencil pepper pillow
planet pocket puddle puzzle ribbon saddle saucer shovel spoon stable thimble timber tractor
trumpet tunnel velvet walnut wheel whistle willow window
""".split()
"""Words that every spelling list knows, and no list of names: nothing is repaired or redacted."""


def words(number: int) -> str:
    """Return three words for a number; other words for each number up to 200,000."""
    number, third = divmod(number, len(_WORDS))
    first, second = divmod(number, len(_WORDS))
    return f"{_WORDS[first % len(_WORDS)]} {_WORDS[second]} {_WORDS[third]}"


@dataclass
class History:
    """What was sent and what came back, to be compared with what was kept."""

    asked: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    opinions: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    """Opinions that got an honest error."""
    again: int = 0
    """Messages that were sent a second time."""

    def faults(self, kept: Kept) -> list[str]:
        """Return what is wrong: acknowledged and missing, there twice, or never sent."""
        comments = [each.comment or "" for each in kept.feedback]
        texts = [each.text for each in kept.questions]
        return [
            *(f"lost: {each}" for each in self.acknowledged - set(comments)),
            *(f"twice: {each}" for each in {c for c in comments if comments.count(c) > 1}),
            *(f"asked once, kept twice: {t}" for t in {t for t in texts if texts.count(t) > 1}),
            *(f"from nowhere: {each}" for each in set(comments) - self.opinions),
            *(f"asked by nobody: {each}" for each in set(texts) - self.asked),
        ]


@dataclass
class Patient:
    """Asks, judges the reply, and sends both again until each was answered."""

    number: int
    history: History
    url: str = ""
    """Where the server is now; empty while there is none."""
    done: bool = False
    uuids: bool = True
    """Whether its ids are UUIDs; else they are short, and it says who it is by its state."""
    state: str | None = None
    _turn: int = 0

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Go on until `done`, whatever happens to the server."""
        while not self.done:
            self._turn += 1
            name = words(self.number * 10_000 + self._turn)
            text, comment = f"why {name}", f"because {name}"
            message: dict[str, Any] = {"type": "message", "id": self._id("m"), "text": text}
            message["state"] = self.state
            self.history.asked.add(text)
            reply = await self._insist(session, message)
            if reply is None:
                return
            self.history.answered.add(text)
            self.state = reply["state"]
            opinion: dict[str, Any] = {"type": "feedback", "id": self._id("f")}
            opinion["reply_to"] = message["id"]
            opinion |= {"helpful": False, "comment": comment, "state": self.state}
            self.history.opinions.add(comment)
            heard = await self._insist(session, opinion)
            if heard is not None and heard["type"] == "ack":
                self.history.acknowledged.add(comment)
            elif heard is not None:
                self.history.refused += 1

    def _id(self, kind: str) -> str:
        return str(uuid.uuid4()) if self.uuids else f"{kind}{self._turn}"

    async def _insist(
        self, session: aiohttp.ClientSession, message: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Send until something comes back; None when it is time to go."""
        while not self.done:
            with contextlib.suppress(aiohttp.ClientError, OSError, TypeError, ValueError):
                socket = await self._line(session)
                await socket.send_json(message)
                while True:
                    heard: dict[str, Any] = await socket.receive_json(timeout=10)
                    if heard.get("reply_to") == message["id"]:
                        return heard
            self._socket = None
            self.history.again += 1
            await asyncio.sleep(0.02)
        return None

    _socket: aiohttp.ClientWebSocketResponse | None = None

    async def _line(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None or self._socket.closed:
            self._socket = await session.ws_connect(self.url or "http://127.0.0.1:9/ws")
            await self._socket.receive_json(timeout=10)
        return self._socket

"""Many conversations at once: nothing of one ever reaches another."""

from __future__ import annotations

import asyncio
import gc
import json
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.channels.keys import TURNS
from tests.channels.served import Client, serving, talking

if TYPE_CHECKING:
    from bot.models import State
    from bot.snapshot import SnapshotStore
    from tests.channels.served import Patient

FLOODED: dict[str, Any] = {"burst": 10**6, "address_burst": 10**6}
MANY, TURNS_EACH = 40, 8
SAID = (
    "how long is the sesion {}",
    "when does it kick inn {}",
    "where do I leave my car {}",
    "{}",
    "tell me more {}",
    "I can't breathe {}",
)
"""With slips, because a repaired question is quoted in its answer."""


@dataclass
class Visitor:
    """One conversation with a word that nobody else uses."""

    secret: str
    state: str | None = None
    heard: list[str] = field(default_factory=list)
    """Everything that the server ever sent."""

    async def talk(self, client: Client, dice: random.Random) -> None:
        """Ask on one connection after the other, resuming each time."""
        left = TURNS_EACH
        while left:
            async with talking(client) as patient:
                self.heard.append(json.dumps(patient.welcome))
                for _ in range(min(left, dice.randint(1, 5))):
                    await self._ask(patient, f"{left}", dice)
                    left -= 1

    async def _ask(self, patient: Patient, label: str, dice: random.Random) -> None:
        """Ask with an id that others use too."""
        text = dice.choice(SAID).format(self.secret)
        reply = await patient.ask(text, id=label, state=self.state)
        assert reply["reply_to"] == label
        self.state = reply["state"]
        self.heard.append(json.dumps(reply))


@pytest.mark.parametrize("seed", [1])
async def test_nothing_leaks(store: SnapshotStore, seed: int) -> None:
    """No conversation hears another one's words, and each one's state names only its own."""
    visitors = [Visitor(f"zq{number:04}xk") for number in range(MANY)]
    async with serving(store, **FLOODED) as client, asyncio.TaskGroup() as tasks:
        for number, visitor in enumerate(visitors):
            dice = random.Random(seed * MANY + number)  # noqa: S311  only to be different
            tasks.create_task(visitor.talk(client, dice))
    states = [_state(client, visitor) for visitor in visitors]
    for visitor, state in zip(visitors, states, strict=True):
        heard = "".join(visitor.heard) + repr(state)
        others = {each.secret for each in visitors} - {visitor.secret}
        assert [secret for secret in others if secret in heard] == []
    assert len({state.conversation for state in states}) == MANY


def _state(client: Client, visitor: Visitor) -> State:
    assert visitor.state
    return client.app[TURNS].signer.load(visitor.state)


async def test_a_name_does_not_open_a_conversation(store: SnapshotStore) -> None:
    """Who uses another one's message ids, or its name, learns nothing of it."""
    async with serving(store) as client, AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(talking(client)) for _ in range(2)]
        own = await one.ask("Where can I park?", id="1")
        await two.socket.send_json({"type": "hello", "state": one.welcome["conversation"]})
        other = await two.ask("tell me more", id="1")
    assert own["entries"] == ["parking/where-can-i-park"]
    assert other["entries"] == []


async def test_visits_leave_nothing_behind(store: SnapshotStore) -> None:
    """Two hundred visits more leave no more objects in memory than before."""
    async with serving(store, **FLOODED) as client, aiohttp.ClientSession() as session:
        await _visits(session, client, 100)
        before = _objects()
        await _visits(session, client, 200)
        assert _objects() - before < 200


async def _visits(session: aiohttp.ClientSession, client: Client, number: int) -> None:
    for _ in range(number):
        async with session.ws_connect(client.make_url("/ws")) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "message", "id": "1", "text": "Where can I park?"})
            assert (await socket.receive_json())["entries"] == ["parking/where-can-i-park"]
    await asyncio.sleep(0.2)


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())

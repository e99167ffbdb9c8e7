"""Random conversations with drops, repeats, reloads and crashes, held against a simple model."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from bot.channels.keys import CONNECTIONS, TURNS
from bot.dialogue import choose, respond
from bot.models import State
from bot.snapshot import load_snapshot
from tests.channels.served import serving, talking
from tests.conftest import TODAY
from tests.faqs import FILES, write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.models import Turn
    from bot.snapshot import Snapshot, SnapshotStore
    from tests.channels.served import Client, Patient

TEXTS = (
    "How long does an appointment take?",
    "where can I park",
    "tell me more",
    "how soon will I feel it",
    "is it quick and is parking free?",
    "what do you charge",
    "zebra crossing",
    "hello",
    "I can't breathe",
    "1",
    "",
)
ENTRIES = ("botox/how-long", "parking/where-can-i-park", "gone/for-good", None)
FLOODED: dict[str, Any] = {"burst": 10**6, "address_burst": 10**6}
STORES: list[SnapshotStore] = []
"""The store to serve; a state machine takes no fixtures."""
SNAPSHOTS: list[Snapshot] = []
"""Two versions of the content."""


@dataclass
class Visitor:
    """What the model knows of one conversation."""

    patient: Patient | None = None
    """None while there is no connection."""
    line: AsyncExitStack = field(default_factory=AsyncExitStack)
    state: State = field(default_factory=State)
    """Where the conversation is."""
    token: str | None = None
    """The state as the client has it."""
    resumed: bool = True
    """Whether the connection knows the conversation, or the message must bring the state."""
    last: tuple[dict[str, Any], dict[str, Any]] | None = None
    """The last message on this connection and its reply."""


class Chat(RuleBasedStateMachine):
    """Clients and a server, in any order of events."""

    visitors = Bundle("visitors")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.serving = AsyncExitStack()
        self.store = STORES[0]
        self.everyone: list[Visitor] = []
        self.number = 0

    @initialize()
    def begin(self) -> None:
        """Start the server."""
        self.client: Client = self.runner.run(
            self.serving.enter_async_context(serving(self.store, **FLOODED))
        )

    @rule(target=visitors)
    def arrive(self) -> Visitor:
        """Let a new visitor connect."""
        visitor = Visitor()
        self.everyone.append(visitor)
        self.runner.run(self._connect(visitor))
        return visitor

    @rule(visitor=visitors, text=st.sampled_from(TEXTS))
    def ask(self, visitor: Visitor, text: str) -> None:
        """Ask, and get what the dialogue says about it at this point."""
        message = {"type": "message", "text": text}
        self._turn(visitor, message, respond(self._snapshot, visitor.state, text))

    @rule(visitor=visitors, entry=st.sampled_from(ENTRIES))
    def press(self, visitor: Visitor, entry: str | None) -> None:
        """Press a quick reply, which may be gone."""
        message = {"type": "choice", "entry": entry}
        self._turn(visitor, message, choose(self._snapshot, visitor.state, entry))

    @rule(visitor=visitors)
    def resend(self, visitor: Visitor) -> None:
        """Send a message again on the same connection, and get the same reply."""
        if visitor.patient and visitor.last:
            message, reply = visitor.last
            assert self.runner.run(visitor.patient.say(message)) == reply

    @rule(visitor=visitors)
    def talk_rubbish(self, visitor: Visitor) -> None:
        """Rubbish gets an error, and changes nothing."""
        if visitor.patient:
            assert self.runner.run(visitor.patient.say("rubbish"))["type"] == "error"

    @rule(visitor=visitors)
    def drop(self, visitor: Visitor) -> None:
        """Break the connection without a word."""
        if visitor.patient:
            response: Any = visitor.patient.socket._response
            response.connection.transport.abort()
            self.runner.run(self._forget(visitor))

    @rule(visitor=visitors, greets=st.booleans())
    def resume(self, visitor: Visitor, greets: bool) -> None:
        """Come back, and say so first or bring the state with the next message."""
        if not visitor.patient:
            self.runner.run(self._connect(visitor))
            visitor.resumed = greets
            if greets and visitor.patient:
                hello = {"type": "hello", "state": visitor.token}
                self.runner.run(visitor.patient.socket.send_str(json.dumps(hello)))

    @rule(at=st.sampled_from([0, 1]))
    def reload(self, at: int) -> None:
        """Change the content: an answer is another one, an entry is gone, or all is as before."""
        self.store.current = SNAPSHOTS[at]

    @rule()
    def crash(self) -> None:
        """End the server; another one with the same key takes its place."""
        for visitor in self.everyone:
            self.runner.run(self._forget(visitor))
        self.runner.run(self.serving.aclose())
        self.client = self.runner.run(
            self.serving.enter_async_context(serving(self.store, **FLOODED))
        )

    @invariant()
    def seats_are_counted(self) -> None:
        """Count: the server knows the connections that there are, once it has noticed."""
        connected = sum(visitor.patient is not None for visitor in self.everyone)
        self.runner.run(self._settle(connected))

    def teardown(self) -> None:
        """Stop everything."""
        for visitor in self.everyone:
            self.runner.run(self._forget(visitor))
        self.runner.run(self.serving.aclose())
        self.store.current = SNAPSHOTS[0]
        self.runner.close()

    # --- how it is done ---------------------------------------------------------------------

    @property
    def _snapshot(self) -> Snapshot:
        return self.store.current

    def _turn(self, visitor: Visitor, message: dict[str, Any], expected: Turn) -> None:
        """Send a message; check the reply and the state after it."""
        if not visitor.patient:
            return
        self.number += 1
        message = {**message, "id": str(self.number)}
        if not visitor.resumed:
            message["state"] = visitor.token
        reply = self.runner.run(visitor.patient.say(message))
        assert reply["reply_to"] == message["id"]
        assert reply["kind"] == expected.reply.kind.value
        assert reply["text"] == expected.reply.text
        assert tuple(reply["entries"]) == expected.reply.entries
        after = self.client.app[TURNS].signer.load(reply["state"])
        assert after == expected.state
        visitor.state, visitor.token, visitor.resumed = after, reply["state"], True
        visitor.last = message, reply

    async def _connect(self, visitor: Visitor) -> None:
        visitor.patient = await visitor.line.enter_async_context(talking(self.client))
        visitor.last = None
        if visitor.token is None:
            visitor.state = State(conversation=visitor.patient.welcome["conversation"])

    async def _forget(self, visitor: Visitor) -> None:
        visitor.patient = None
        await visitor.line.aclose()

    async def _settle(self, connected: int) -> None:
        async with asyncio.timeout(5):
            while len(self.client.app[CONNECTIONS]) != connected:  # noqa: ASYNC110  no event
                await asyncio.sleep(0.001)


def edited(folder: Path) -> Path:
    """Write another version of the small FAQ: one answer changed, one entry under another id."""
    moved = {
        name: FILES[name].replace("parking/where-can-i-park", "parking/car")
        for name in ("botox.md", "wording.md", "questions/parking.txt")
    }
    moved["botox.md"] = moved["botox.md"].replace("10 to 30", "15 to 45")
    moved["parking.md"] = FILES["parking.md"].replace("I park?", "I park? {#car}")
    return write_faq(folder, **moved)


def test_any_order_of_events(store: SnapshotStore, tmp_path: Path) -> None:
    """Whatever happens in whatever order, each message gets the reply of the model."""
    STORES[:] = [store]
    SNAPSHOTS[:] = [store.current, load_snapshot(edited(tmp_path / "faq"), today=TODAY)]
    case = Chat.TestCase
    case.settings = settings(
        max_examples=8,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    case("runTest").runTest()


pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

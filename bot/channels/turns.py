"""One turn for any channel: open the state, let the dialogue answer, seal the new state."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, cast

from bot.channels.faults import place
from bot.channels.feedback import Note
from bot.channels.notices import unavailable
from bot.channels.protocol import Limits, Message, Prepared, Welcome
from bot.channels.recall import Recall
from bot.channels.tally import Tally
from bot.channels.wire import body_to_wire, choices_to_wire, runs_to_wire
from bot.dialogue import choose, greet, starters
from bot.errors import ProtocolError, StateError
from bot.models import State

if TYPE_CHECKING:
    from bot.channels.feedback import Journal
    from bot.channels.protocol import Body, Pressed
    from bot.models import Turn
    from bot.snapshot import Snapshot, SnapshotStore
    from bot.state import StateSigner

_log = logging.getLogger(__name__)
_CONVERSATION_BYTES = 16


@dataclass(frozen=True, slots=True)
class Turns:
    """Answers messages with whatever snapshot is the current one."""

    store: SnapshotStore
    signer: StateSigner
    limits: Limits
    journal: Journal | None = None
    tally: Tally = field(default_factory=Tally)
    recall: Recall = field(default_factory=Recall)

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot."""
        return self.store.current

    def welcome(self, conversation: str, *, feedback: bool = False) -> Welcome:
        """Return the first frame of a connection."""
        snapshot = self.store.current
        try:
            greeting, offered = greet(snapshot), starters(snapshot)
        except Exception as error:  # noqa: BLE001  a faulty greeting must not close the door
            _log.error("The greeting failed: %s", place(error))
            greeting, offered = unavailable(snapshot), ()
        return Welcome(
            conversation=conversation,
            content_version=snapshot.version,
            greeting=body_to_wire(greeting),
            starters=choices_to_wire(offered),
            limits=self.limits,
            emergency=runs_to_wire(snapshot.replies.values["emergency"]),
            feedback=feedback,
        )

    def renew(self) -> None:
        """Let go of what was found in content that was replaced."""
        self.recall.renew(self.store.current)

    def forget(self) -> None:
        """Let go of what was not asked since this was called the last time."""
        self.recall.age()

    def resume(self, token: str | None) -> State | None:
        """Return the state in a token; None when there is none, or none that we can trust."""
        try:
            return self.signer.load(token) if token else None
        except StateError:
            return None

    def answer(self, message: Message | Pressed, state: State) -> tuple[Prepared, State]:
        """Answer one message; whatever goes wrong inside, the patient gets a reply."""
        snapshot, before, started = self.store.current, state, perf_counter()
        text = message.text if type(message) is Message else None
        if text is not None and len(text) > self.limits.text:
            self._refuse_too_long(text, message.id, snapshot)
        turn: Turn | None
        try:
            if text is not None:
                turn, state, body = self.recall.turn(snapshot, state, text)
            else:
                turn, state, body = self._press(snapshot, state, cast("Pressed", message).entry)
            confidence = turn.reply.confidence
        except Exception as error:  # noqa: BLE001  any fault must end in the fixed, safe reply
            _log.error("A turn failed: %s", place(error))
            turn, confidence = None, 0.0
            body = self.recall.bodies.of(unavailable(snapshot), snapshot.version)
        took = perf_counter() - started
        self.tally.turn(body.kind, took)
        if self.journal is not None:
            self.journal.note(Note(message.id, text, before, turn, body.content_version, took))
        return Prepared(body, confidence, message.id, self.signer.dump(state)), state

    def _press(
        self, snapshot: Snapshot, state: State, entry: str | None
    ) -> tuple[Turn, State, Body]:
        turn = choose(snapshot, state, entry)
        return turn, turn.state, self.recall.bodies.of(turn.reply, snapshot.version)

    def _refuse_too_long(self, text: str, label: str | None, snapshot: Snapshot) -> None:
        """Refuse a message over the limit, but never one with a red flag in it."""
        if snapshot.screen.screen(text).tier is None:
            limit = f"At most {self.limits.text} characters"
            raise ProtocolError("too_long", limit, reply_to=label)


def new_conversation() -> State:
    """Return the state of a conversation that starts now, under a name nobody can guess."""
    return State(conversation=secrets.token_urlsafe(_CONVERSATION_BYTES))

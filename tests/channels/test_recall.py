"""What is recalled is what would be answered anew, and what is kept of patients is bounded."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.channels.protocol import Limits, Message, ReplyOut
from bot.channels.recall import Recall
from bot.channels.turns import Turns
from bot.channels.wire import body_to_wire
from bot.dialogue import respond
from bot.models import State
from bot.state import StateSigner

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore

HOW_LONG = "How long does an appointment take?"
SAID = (
    *(HOW_LONG, "When does it start to work?", "where can I park", "Where can I park? is it free"),
    *("and how long does it last", "does it hurt there", "tell me more", "like what?", "why?"),
    *("what else", "they", "hi", "thanks", "2", "no", "first one", "?", "", "do you sell bicycles"),
    *(
        "I can't",
        "breathe",
        "my throat",
        "is closing up",
        "can",
        "t breathe",
        "I can't breathe",
        "not now",
        "I have no",
    ),
    *("trouble breathing", "is it safe for me", "can it cause trouble breathing", "blargh"),
)


@pytest.fixture
def turns(store: SnapshotStore) -> Turns:
    """Answer with the small FAQ."""
    return Turns(store, StateSigner(b"k" * 32), Limits(text=1000, frame=16384))


def test_recalled_is_the_same(turns: Turns) -> None:
    """In whatever order they are said, the reply and the state are those of the turn itself."""
    rng = random.Random(5)  # noqa: S311  nothing here is secret
    recalled = 0
    for _ in range(60):
        state = State("c")
        for text in rng.choices(SAID, k=8):
            expected = respond(turns.snapshot, state, text)
            question = turns.recall.question(turns.snapshot, text)
            recalled += question is not None and question.part(state) in question.turns
            sent, state = turns.answer(Message(text, "1"), state)
            assert state == expected.state, text
            out = msgspec.json.decode(sent.json, type=ReplyOut)
            assert all(
                getattr(out, name) == value
                for name, value in msgspec.structs.asdict(body_to_wire(expected.reply)).items()
            ), text
    assert recalled > 100


def test_a_danger_in_two_messages_is_never_overlooked(turns: Turns) -> None:
    """Two messages that each were answered before are looked at together."""
    for text in 3 * ("I can't", "breathe"):
        turns.answer(Message(text), State("c"))
    _, state = turns.answer(Message("I can't"), State("c"))
    sent, _ = turns.answer(Message("breathe"), state)
    assert sent.body.kind == "emergency"


def test_other_content_recalls_nothing(turns: Turns) -> None:
    """After an edit the first asker gets a new turn."""
    for _ in range(2):
        turns.answer(Message(HOW_LONG), State("c"))
    assert turns.recall.question(turns.snapshot, HOW_LONG)
    assert turns.recall.question(replace(turns.snapshot), HOW_LONG) is None


def test_what_is_kept_is_bounded(turns: Turns) -> None:
    """Ever new words fill no memory, long ones are not kept, and what is old is forgotten."""
    recall, snapshot = Recall(most=10), turns.snapshot
    for number in range(100):
        for _ in range(2):
            recall.turn(snapshot, State(tail=f"{number}"), f"question {number}")
    assert len(recall._newer) + len(recall._older) <= 20
    for _ in range(3):
        recall.turn(snapshot, State(), "x" * 201)
    assert recall.question(snapshot, "x" * 201) is None
    assert recall.question(snapshot, "question 99")
    recall.age()
    recall.age()
    assert not recall._newer
    assert not recall._older


def test_forgetting_leaves_no_words(turns: Turns) -> None:
    """After two rounds without a question nothing that a patient wrote is in memory."""
    for _ in range(3):
        turns.answer(Message(HOW_LONG), State("c"))
    turns.forget()
    turns.forget()
    assert not turns.recall._newer
    assert not turns.recall._older
    assert not turns.recall.bodies._bodies
    screen = turns.snapshot.screen
    assert not {**screen._read, **screen._read_before}

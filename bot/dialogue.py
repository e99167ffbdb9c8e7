"""The whole turn: utterance → normalise → screen → rank → decide → compose → reply.

Pure: no clock, no I/O, no randomness. The same snapshot, state and utterance give the same turn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.models import (
    Answer,
    Clarify,
    Decision,
    Fallback,
    Handoff,
    RedFlagged,
    ReplyKind,
    Screening,
    State,
    Turn,
)
from bot.policy import Reading, Readings, decide, decide_choice
from bot.reading import asks, clauses, is_elliptical, leans_back, picked_option
from bot.replies import make, with_notes

if TYPE_CHECKING:
    from bot.models import Block, Choice, Reply
    from bot.snapshot import Snapshot

SHOWN = 6
"""How many entries the state remembers."""
TAIL = 200
"""How many characters of the last utterance the state remembers."""


def respond(snapshot: Snapshot, state: State, utterance: str) -> Turn:
    """Answer one utterance."""
    screening = snapshot.screen(utterance, tail=state.tail)
    picked = picked_option(utterance, state.offered)
    if screening.tier is None and picked is not None:
        return choose(snapshot, state, picked or None)
    readings = read(snapshot, state, utterance)
    decision = decide(screening, readings, state, entries=snapshot.entries)
    reply = compose(snapshot, state, decision, screening, readings)
    ranking = readings.whole.ranking
    return Turn(reply, advance(state, decision, utterance), decision, screening, ranking)


def choose(snapshot: Snapshot, state: State, entry: str | None) -> Turn:
    """Answer a pressed quick reply; None is "None of these"."""
    decision = decide_choice(entry, state, entries=snapshot.entries)
    reply = compose(snapshot, state, decision, Screening(), None)
    return Turn(reply, advance(state, decision, ""), decision, Screening())


def greet(snapshot: Snapshot) -> Reply:
    """Return what the chat opens with."""
    choices = starters(snapshot)
    return make(ReplyKind.SMALL_TALK, snapshot.replies.text("greeting"), choices=choices)


def starters(snapshot: Snapshot) -> tuple[Choice, ...]:
    """Return the questions that are offered when the chat opens."""
    return snapshot.replies.choices(snapshot.faq.wording.starters)


def read(snapshot: Snapshot, state: State, utterance: str) -> Readings:
    """Rank the utterance, its clauses, and in a follow-up the utterance with the last question."""
    whole = read_one(snapshot, utterance)
    parts = clauses(utterance)
    context = None
    if state.shown and whole.leans_back and state.shown[0] in snapshot.entries:
        question = snapshot.entries[state.shown[0]].question
        context = snapshot.index.rank(snapshot.index.read(f"{question} {utterance}"))
    readings = tuple(read_one(snapshot, part) for part in parts) if len(parts) > 1 else ()
    return Readings(whole, readings, context)


def read_one(snapshot: Snapshot, text: str) -> Reading:
    """Rank one text and note what its form says."""
    ranking = snapshot.index.rank(snapshot.index.read(text))
    return Reading(ranking, asks(text), leans_back(text), is_elliptical(text))


def compose(
    snapshot: Snapshot,
    state: State,
    decision: Decision,
    screening: Screening,
    readings: Readings | None,
) -> Reply:
    """Write the reply, with the lines in front of it and behind it."""
    reply = snapshot.replies.compose(decision)
    if isinstance(decision, RedFlagged):
        return reply
    before: tuple[Block, ...] = ()
    if readings and isinstance(decision, Answer | Clarify) and readings.corrected:
        before = snapshot.replies.text("corrected", query=readings.corrected)
    after: tuple[Block, ...] = ()
    if screening.notice:
        after = snapshot.replies.card("notice")
    elif state.alert is not None:
        after = snapshot.replies.card("reminder")
    return with_notes(reply, before=before, after=after)


def advance(state: State, decision: Decision, utterance: str) -> State:
    """Return what the next turn needs to know."""
    state = replace(state, tail=utterance[-TAIL:], offered=())
    match decision:
        case Answer(entries=entries):
            shown = tuple(dict.fromkeys((*entries, *state.shown)))[:SHOWN]
            return replace(state, shown=shown, misses=0, clarified=0)
        case Clarify(entries=entries):
            return replace(state, offered=entries, clarified=state.clarified + 1)
        case Fallback():
            return replace(state, misses=state.misses + 1)
        case Handoff():
            return replace(state, misses=0, clarified=0)
        case RedFlagged(tier=tier):
            return replace(state, alert=tier)
        case _:
            return state

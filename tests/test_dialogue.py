"""A whole turn, and conversations of several turns, with the FAQ that we ship."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import SHOWN, TAIL, choose, greet, respond, starters
from bot.models import Hit, Kind, Query, Ranking, ReplyKind, State, Tier
from bot.text import plain
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from bot.models import Turn
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

START = State(conversation="c")
UNSURE = (THRESHOLDS.clarify_at + THRESHOLDS.answer_at) / 2
OPTIONS = ("results/duration", "results/onset", "treatment/does-it-hurt")
QUESTIONS = ["What is Botox?", "how long does it last", "and?", "why", "hi", "prices", "2", "none"]


class Untouchable:
    """An index that nobody may ask."""

    def read(self, utterance: str) -> Query:
        raise AssertionError(utterance)


class Unsure:
    """An index that finds three entries alike."""

    def __init__(self, confidence: float = UNSURE) -> None:
        self.confidence = confidence

    def read(self, utterance: str, *, repair: bool = True) -> Query:
        assert repair
        return Query(utterance, tuple(utterance.split()))

    def rank(self, query: Query) -> Ranking:
        return Ranking(query, tuple(Hit(entry, 1.0, self.confidence) for entry in OPTIONS))


def with_index(snapshot: Snapshot, index: object) -> Snapshot:
    """Put another index into a snapshot."""
    return replace(snapshot, index=cast("Index", index))


def talk(snapshot: Snapshot, *utterances: str, state: State = START) -> list[Turn]:
    """Say one utterance after the other and return the turns."""
    turns: list[Turn] = []
    for utterance in utterances:
        turns.append(respond(snapshot, state, utterance))
        state = turns[-1].state
    return turns


def entries(turns: list[Turn]) -> list[tuple[str, ...]]:
    """Return which entries answered in each turn."""
    return [turn.reply.entries for turn in turns]


def kinds(turns: list[Turn]) -> list[str]:
    """Return the kind of each turn's reply."""
    return [turn.reply.kind.value for turn in turns]


# --- a turn is a function ------------------------------------------------------------------

utterances = st.text(max_size=80) | st.lists(st.sampled_from(QUESTIONS)).map(" ".join)
states = st.builds(
    State,
    shown=st.lists(st.sampled_from([*OPTIONS, "was/removed"]), max_size=6).map(tuple),
    offered=st.lists(st.sampled_from([*OPTIONS, "was/removed"]), max_size=4).map(tuple),
    misses=st.integers(0, 4),
    clarified=st.integers(0, 4),
    alert=st.none() | st.sampled_from(Tier),
    tail=st.text(max_size=40),
)


@settings(max_examples=60)
@given(utterance=utterances, state=states)
def test_every_utterance_gets_a_whole_reply(
    shipped: Snapshot, utterance: str, state: State
) -> None:
    """Whatever is written in whatever state, the reply is complete and says nothing uncurated."""
    reply = respond(shipped, state, utterance).reply
    assert reply.text == plain(reply.blocks) != ""
    shown = [shipped.entries[entry] for entry in reply.entries]
    assert all(
        shipped.entries[one.entry].question == one.label for one in reply.choices if one.entry
    )
    clinical = reply.kind is ReplyKind.ANSWER and any(e.kind is Kind.CLINICAL for e in shown)
    assert (reply.disclaimer is not None) == clinical
    assert not any(entry.kind is Kind.NOT_COVERED for entry in shown)


@settings(max_examples=25)
@given(before=utterances, utterance=utterances, state=states)
def test_same_turn_every_time(shipped: Snapshot, before: str, utterance: str, state: State) -> None:
    """The same state and utterance give the same turn, whatever was asked in between."""
    first = respond(shipped, state, utterance)
    respond(shipped, state, before)
    assert respond(shipped, state, utterance) == first


def test_state_remembers_little(shipped: Snapshot) -> None:
    """The state holds the newest entries first, the end of the last utterance, and no more."""
    state = START
    for entry in shipped.faq.entries[: SHOWN + 3]:
        state = choose(shipped, state, entry.id).state
    state = respond(shipped, state, "(" * 5_000).state
    newest = [entry.id for entry in shipped.faq.entries[: SHOWN + 3]][::-1]
    assert state.shown == tuple(newest[:SHOWN])
    assert state.tail == "(" * TAIL
    assert state.conversation == "c"


# --- red flags -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "kind"),
    [
        ("How long does Botox last? I can't breathe", ReplyKind.EMERGENCY),
        ("what are the side effects, my throat is closing up", ReplyKind.EMERGENCY),
        ("What is Botox and I want to kill myself", ReplyKind.CRISIS),
        ("i cant braethe", ReplyKind.EMERGENCY),
        ("2, and I can't breathe", ReplyKind.EMERGENCY),
    ],
)
def test_red_flag_wins(shipped: Snapshot, utterance: str, kind: ReplyKind) -> None:
    """A red flag wins over a perfect hit and never asks the index."""
    blind = with_index(shipped, Untouchable())
    turn = respond(blind, START._replace(offered=OPTIONS), utterance)
    assert turn.reply.kind is kind
    assert turn.ranking is None
    assert turn.reply.blocks == shipped.replies.card(turn.screening.text or "")


def test_red_flag_in_two_messages(shipped: Snapshot) -> None:
    """A danger that was sent in two pieces is seen."""
    assert kinds(talk(shipped, "my throat", "is closing up"))[1] == "emergency"


def test_reminder_after_a_red_flag(shipped: Snapshot) -> None:
    """After an emergency card each reply ends with a line about it."""
    reminder = shipped.replies.card("reminder")
    turns = talk(shipped, "what is botox", "I can't breathe", "what is botox", "thanks")
    last = [turn.reply.blocks[-len(reminder) :] == reminder for turn in turns]
    assert last == [False, False, True, True]
    chosen = choose(shipped, turns[-1].state, OPTIONS[0])
    assert chosen.reply.blocks[-len(reminder) :] == reminder


def test_reminder_after_a_crisis(shipped: Snapshot) -> None:
    """After words of self-harm the line names the crisis line."""
    turns = talk(shipped, "I want to kill myself", "what is botox")
    assert "988" in plain(turns[1].reply.blocks[-1:])


@pytest.mark.parametrize(
    ("utterance", "number"),
    [
        ("can botox cause trouble breathing?", "911"),
        ("I have no trouble breathing, how long does botox last?", "911"),
    ],
)
def test_notice(shipped: Snapshot, utterance: str, number: str) -> None:
    """A danger that is only mentioned gets its reply, with a line about emergencies below."""
    turn = respond(shipped, START, utterance)
    assert turn.screening.tier is None
    assert number in plain(turn.reply.blocks[-1:])


# --- answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "entry"),
    [
        ("What is Botox?", "botox/what-is"),
        ("how long does the effect last", "results/duration"),
        ("does it hurt", "treatment/does-it-hurt"),
        ("Hello! Does it hurt?", "treatment/does-it-hurt"),
        ("DOES IT HURT???", "treatment/does-it-hurt"),
        ("dose it hurt", "treatment/does-it-hurt"),
    ],
)
def test_answer(shipped: Snapshot, utterance: str, entry: str) -> None:
    """A question is answered by its entry."""
    assert respond(shipped, START, utterance).reply.entries == (entry,)


def test_two_questions_are_both_answered(shipped: Snapshot) -> None:
    """Two questions in one message get both answers and one disclaimer."""
    reply = respond(shipped, START, "What is Botox and does it hurt?").reply
    assert reply.entries == ("botox/what-is", "treatment/does-it-hurt")
    assert reply.disclaimer is not None
    assert all(plain(shipped.entries[entry].answer) in reply.text for entry in reply.entries)


def test_subject_that_is_not_covered(shipped: Snapshot) -> None:
    """A subject outside the documents is named, not guessed at."""
    reply = respond(shipped, START, "how much does it cost").reply
    assert reply.kind is ReplyKind.FALLBACK
    assert "prices" in reply.text


def test_corrected_spelling_is_shown(shipped: Snapshot) -> None:
    """The patient sees which question was answered where a repair changed the answer."""
    reply = respond(shipped, START, "how long dose botx lsat").reply
    assert reply.entries == ("results/duration",)
    assert reply.text.startswith('Showing answers for "how long does botox last".')


@pytest.mark.parametrize("utterance", ["how long does botox last", "blorf glrm", "wrinkels"])
def test_no_correction_is_shown_without_one(shipped: Snapshot, utterance: str) -> None:
    """Where nothing was repaired or nothing was found, no correction is shown."""
    assert "Showing answers" not in respond(shipped, START, utterance).reply.text


@pytest.mark.parametrize("utterance", ["", "   ", "?!", "🙂"])
def test_no_words(shipped: Snapshot, utterance: str) -> None:
    """A message without words is answered by asking for some."""
    assert respond(shipped, START, utterance).reply.blocks == shipped.replies.text("empty-message")


# --- follow-ups ----------------------------------------------------------------------------


def test_follow_up_with_a_subject(shipped: Snapshot) -> None:
    """Asking "and how long does it last?" is about the effect, not about the last answer."""
    turns = talk(shipped, "Does Botox help with migraines?", "and how long does it last?")
    assert entries(turns) == [("conditions/migraine",), ("results/duration",)]


@pytest.mark.parametrize("utterance", ["why?", "like what?", "tell me more"])
def test_follow_up_without_a_subject(shipped: Snapshot, utterance: str) -> None:
    """A bare "why?" or "like what?" is answered from what was asked last, or what is related."""
    asked = "results/side-effects"
    turns = talk(shipped, "What are the side effects?", utterance)
    near = {asked, *shipped.entries[asked].related}
    assert turns[1].reply.kind is ReplyKind.ANSWER
    assert near.issuperset(turns[1].reply.entries)


def test_asking_for_more_shows_something_new(shipped: Snapshot) -> None:
    """Asking for more again and again does not repeat what was just said."""
    turns = talk(shipped, "What are the side effects?", "tell me more", "tell me more")
    assert len(set(entries(turns))) == 3


def test_follow_up_before_anything_was_said(shipped: Snapshot) -> None:
    """With nothing to refer to, the reply asks for the whole question."""
    reply = respond(with_index(shipped, Unsure(0.0)), START, "like what?").reply
    assert reply.blocks == shipped.replies.text("unsure-follow-up")


def test_change_of_subject(shipped: Snapshot) -> None:
    """A clear question is answered as it is, whatever was said before."""
    turns = talk(shipped, "What are the side effects?", "What is Botox?")
    assert entries(turns)[1] == ("botox/what-is",)


def test_last_answer_that_is_gone(shipped: Snapshot) -> None:
    """A conversation goes on after staff removed the entry that was shown last."""
    gone = START._replace(shown=("was/removed",), offered=("was/removed",))
    turns = talk(shipped, "1", "like what?", "What is Botox?", state=gone)
    assert entries(turns)[0] == ()
    assert entries(turns)[2] == ("botox/what-is",)


# --- did you mean --------------------------------------------------------------------------


def test_unsure_index_leads_to_choices(shipped: Snapshot) -> None:
    """Where several entries may be meant, their questions are offered, and "None of these"."""
    turn = respond(with_index(shipped, Unsure()), START, "something about the effect")
    assert turn.reply.kind is ReplyKind.CLARIFY
    assert turn.state.offered == OPTIONS
    assert [choice.entry for choice in turn.reply.choices] == [*OPTIONS, None]


@pytest.mark.parametrize(
    ("utterance", "entry"),
    [("1", OPTIONS[0]), ("2", OPTIONS[1]), ("the first one", OPTIONS[0]), ("3rd", OPTIONS[2])],
)
def test_picking_by_words(shipped: Snapshot, utterance: str, entry: str) -> None:
    """An option can be picked by its number; the pick is answered without a search."""
    blind = with_index(shipped, Untouchable())
    turn = respond(blind, START._replace(offered=OPTIONS), utterance)
    assert (turn.reply.kind, turn.reply.entries) == (ReplyKind.ANSWER, (entry,))
    assert turn.reply.disclaimer is not None
    assert turn.state.offered == ()


@pytest.mark.parametrize("utterance", ["None of these", "neither", "no", "none"])
def test_none_of_these_leads_on(shipped: Snapshot, utterance: str) -> None:
    """Who wants none of the options is asked for other words, and then gets them answered."""
    offered = START._replace(offered=OPTIONS, clarified=1)
    turns = talk(shipped, utterance, "What is Botox?", state=offered)
    assert turns[0].reply.blocks == shipped.replies.text("none-chosen")
    assert entries(turns)[1] == ("botox/what-is",)


def test_fuzzy_hit_is_confirmed(windmill: Snapshot) -> None:
    """What is only written alike is offered, not answered."""
    blind = replace(windmill.index, rows=replace(windmill.index.rows, terms={}, word_terms=0))
    turn = respond(replace(windmill, index=blind), START, "wher do I leave my car")
    assert turn.ranking is not None
    assert turn.ranking.method == "fuzzy"
    assert turn.reply.kind is ReplyKind.CLARIFY


def test_pressing_none_of_these(shipped: Snapshot) -> None:
    """The button says the same as the words."""
    offered = START._replace(offered=OPTIONS)
    assert choose(shipped, offered, None).reply == respond(shipped, offered, "none").reply


def test_options_are_open_for_one_turn(shipped: Snapshot) -> None:
    """A number that comes later is not taken for an option."""
    turns = talk(shipped, "What is Botox?", "2", state=START._replace(offered=OPTIONS))
    assert entries(turns)[0] == ("botox/what-is",)
    assert entries(turns)[1] != (OPTIONS[1],)


def test_never_three_in_a_row(shipped: Snapshot) -> None:
    """The third time the reply is honest instead of offering once more."""
    turns = talk(with_index(shipped, Unsure()), *["something about the effect"] * 6)
    assert kinds(turns)[:3] == ["clarify", "clarify", "fallback"]
    assert "clarify clarify clarify" not in " ".join(kinds(turns))
    assert "handoff" in kinds(turns)


@pytest.mark.parametrize("entry", ["was/removed", "", "x" * 1_000, "not-covered/prices"])
def test_pressing_a_choice_that_is_gone(shipped: Snapshot, entry: str) -> None:
    """A stale choice does no harm."""
    assert choose(shipped, START, entry).reply.kind is ReplyKind.FALLBACK


# --- misses --------------------------------------------------------------------------------


def test_misses_lead_to_a_person(shipped: Snapshot) -> None:
    """Misses in a row lead to the hand-off; then counting starts anew."""
    turns = talk(shipped, *["blorf glrm", "who painted the ceiling", "zzkx qwv"], "blorf glrm")
    assert kinds(turns) == ["fallback", "fallback", "handoff", "fallback"]


def test_an_answer_ends_the_row(shipped: Snapshot) -> None:
    """Only misses in a row count."""
    turns = talk(shipped, *["blorf glrm", "What is Botox?"] * 3)
    assert "handoff" not in kinds(turns)


def test_asking_for_a_person(shipped: Snapshot) -> None:
    """Who asks for a person gets the clinic's contact at once."""
    assert kinds(talk(shipped, "I want to talk to a person")) == ["handoff"]


# --- opening -------------------------------------------------------------------------------


def test_greeting(shipped: Snapshot) -> None:
    """The chat opens with what it is, the emergency number and some questions."""
    reply = greet(shipped)
    assert "911" in reply.text
    assert reply.choices == starters(shipped)
    assert reply.disclaimer is None


def test_starters(shipped: Snapshot) -> None:
    """The questions at the start are curated ones, as staff listed them."""
    listed = shipped.faq.wording.starters
    assert [choice.entry for choice in starters(shipped)] == list(listed)
    questions = [shipped.entries[entry].question for entry in listed]
    assert [choice.label for choice in starters(shipped)] == questions

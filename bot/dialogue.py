"""The whole turn: utterance → normalise → screen → rank → decide → compose → reply.

Pure: no clock, no I/O, no randomness. The same snapshot, state and utterance give the same turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.models import (
    Answer,
    Clarify,
    Fallback,
    Handoff,
    RedFlagged,
    ReplyKind,
    Screening,
    SmallTalk,
    State,
    Tier,
    Turn,
)
from bot.policy import Reading, Readings, answers, decide, decide_choice, decide_red_flag
from bot.reading import clauses, form, picked_option
from bot.replies import make, with_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Block, Choice, Decision, Reply
    from bot.snapshot import Snapshot

NOTHING_FOUND = Screening()
VERBATIM = 0.8
"""TF-IDF cosine from which on an utterance counts as an entry's own phrasing."""
SHOWN = 6
"""How many entries the state remembers."""
REACH = 3
"""How many clauses back "that" or "her" may refer."""
TAIL = 200
"""How many characters of the last utterance the state remembers."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the patient's message when the decision is made."""

    utterance: str = ""
    """Empty when a quick reply was pressed."""
    screening: Screening = NOTHING_FOUND
    readings: Readings | None = None
    """None when a red flag or a quick reply decided without ranking."""


def respond(snapshot: Snapshot, state: State, utterance: str) -> Turn:
    """Answer one utterance. A red flag is answered without looking for anything else."""
    screening = snapshot.screen.screen(utterance, tail=state.tail)
    if screening.tier is Tier.ADVICE and is_curated(snapshot, utterance):
        screening = replace(screening, tier=None, text=None)
    if red_flag := decide_red_flag(screening):
        return conclude(snapshot, state, red_flag, Heard(utterance, screening))
    if (picked := picked_option(utterance, state.offered)) is not None:
        return choose(snapshot, state, picked or None)
    readings = read(snapshot, state, utterance)
    decision = decide(readings, state, entries=snapshot.entries)
    return conclude(snapshot, state, decision, Heard(utterance, screening, readings))


def is_curated(snapshot: Snapshot, utterance: str) -> bool:
    """Whether staff wrote these words, or nearly these, among the phrasings of an entry.

    "Is it safe for me?" sounds like asking for personal advice, but staff have decided what
    answers it.
    """
    ranking = snapshot.index.rank(snapshot.index.read(utterance), top=1)
    return any(hit.nearest >= VERBATIM for hit in ranking.hits)


def choose(snapshot: Snapshot, state: State, entry: str | None) -> Turn:
    """Answer a pressed quick reply; None is "None of these"."""
    decision = decide_choice(entry, state, entries=snapshot.entries)
    return conclude(snapshot, state, decision, Heard())


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
    if state.shown and whole.form.leans_back and state.shown[0] in snapshot.entries:
        question = snapshot.entries[state.shown[0]].question
        context = snapshot.index.rank(snapshot.index.read(f"{question} {utterance}"))
    return Readings(whole, read_clauses(snapshot, parts) if len(parts) > 1 else (), context)


def read_clauses(snapshot: Snapshot, parts: Sequence[str]) -> tuple[Reading, ...]:
    """Rank each clause; "would it help with that?" with one before it where that says more."""
    readings = []
    for at, part in enumerate(parts):
        reading = read_one(snapshot, part)
        if reading.form.asks and reading.form.leans_back:
            texts = [f"{before} {part}" for before in parts[max(0, at - REACH) : at]]
            joined = [snapshot.index.rank(snapshot.index.read(text)) for text in texts]
            ways = [reading, *(replace(reading, ranking=ranking) for ranking in joined)]
            reading = max(ways, key=confidence)
        readings.append(reading)
    return tuple(readings)


def confidence(reading: Reading) -> float:
    """Return the confidence of a reading's best hit."""
    return max((hit.confidence for hit in reading.ranking.hits), default=0.0)


def read_one(snapshot: Snapshot, text: str) -> Reading:
    """Rank one text and note what its form says."""
    ranking = snapshot.index.rank(snapshot.index.read(text))
    return Reading(ranking, form(text))


def conclude(snapshot: Snapshot, state: State, decision: Decision, heard: Heard) -> Turn:
    """Write the reply with its notes, and move the state on."""
    reply = snapshot.replies.compose(decision)
    if not isinstance(decision, RedFlagged):
        before = correction(snapshot, decision, heard)
        after = notice(snapshot, state, heard.screening)
        reply = with_notes(reply, before=before, after=after)
    ranking = heard.readings.whole.ranking if heard.readings else None
    state = advance(state, decision, heard.utterance)
    return Turn(reply, state, decision, heard.screening, ranking)


def correction(snapshot: Snapshot, decision: Decision, heard: Heard) -> tuple[Block, ...]:
    """Return the line that says which spelling was answered, where that changed the answer."""
    if heard.readings is None or not isinstance(decision, Answer | Clarify):
        return ()
    query = heard.readings.whole.ranking.query
    if not query.corrections:
        return ()
    as_typed = snapshot.index.rank(snapshot.index.read(heard.utterance, repair=False), top=1)
    if answers(as_typed) == decision.entries[0]:
        return ()
    return snapshot.replies.text("corrected", query=query.text)


def notice(snapshot: Snapshot, state: State, screening: Screening) -> tuple[Block, ...]:
    """Return the line about emergencies that a reply ends with, if one is called for."""
    if screening.notice:
        crisis = "-crisis" if any(each.tier is Tier.CRISIS for each in screening.found) else ""
        language = "" if screening.language == "en" else f"-{screening.language}"
        return snapshot.replies.card(f"notice{crisis}{language}")
    if state.alert is not None:
        crisis = "-crisis" if state.alert is Tier.CRISIS else ""
        return snapshot.replies.card(f"reminder{crisis}")
    return ()


def most_urgent(tier: Tier, before: Tier | None) -> Tier | None:
    """Return which red flag to remind of: the most urgent so far; advice is none."""
    order = [Tier.EMERGENCY, Tier.CRISIS, Tier.URGENT]
    return next((each for each in order if each in (tier, before)), None)


def advance(state: State, decision: Decision, utterance: str) -> State:
    """Return what the next turn needs to know."""
    conversation, shown, _, misses, clarified, alert, _ = state
    offered: tuple[str, ...] = ()
    match decision:
        case Answer(entries=entries):
            if entries != shown[: len(entries)]:
                shown = tuple(dict.fromkeys((*entries, *shown)))[:SHOWN]
            misses = clarified = 0
        case Clarify(entries=entries):
            offered, clarified = entries, clarified + 1
        case Fallback():
            misses += 1
        case Handoff():
            misses = clarified = 0
        case RedFlagged(tier=tier):
            alert = most_urgent(tier, alert)
        case SmallTalk():
            pass
    return State(conversation, shown, offered, misses, clarified, alert, utterance[-TAIL:])

"""The whole turn: utterance → normalise → screen → rank → decide → compose → reply.

Pure: no clock, no I/O, no randomness. The same snapshot, state and utterance give the same turn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

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
from bot.rankings import Rankings
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

_new = tuple.__new__  # in half of the time that a record's own constructor takes


class Heard(NamedTuple):
    """What is known of the patient's message when the decision is made."""

    utterance: str = ""
    """Empty when a quick reply was pressed."""
    screening: Screening = NOTHING_FOUND
    rankings: Rankings | None = None
    """None when a red flag or a quick reply decided without ranking."""


def respond(
    snapshot: Snapshot, state: State, utterance: str, *, rankings: Rankings | None = None
) -> Turn:
    """Answer one utterance. A red flag is answered without looking for anything else.

    `rankings` are those of an earlier turn with this utterance.
    """
    rankings = rankings or Rankings(snapshot.index)
    screening = snapshot.screen.screen(utterance, tail=state.tail)
    if screening.tier is Tier.ADVICE and is_curated(rankings, utterance):
        screening = replace(screening, tier=None, text=None)
    if red_flag := decide_red_flag(screening):
        return conclude(snapshot, state, red_flag, Heard(utterance, screening))
    if (picked := picked_option(utterance, state.offered)) is not None:
        return choose(snapshot, state, picked or None)
    readings = read(snapshot, state, utterance, rankings)
    decision = decide(readings, state, entries=snapshot.entries)
    return conclude(snapshot, state, decision, _new(Heard, (utterance, screening, rankings)))


def is_curated(rankings: Rankings, utterance: str) -> bool:
    """Whether staff wrote these words, or nearly these, among the phrasings of an entry.

    "Is it safe for me?" sounds like asking for personal advice, but staff have decided what
    answers it.
    """
    best = rankings.best(utterance, repair=True)
    return best is not None and best.nearest >= VERBATIM


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


def read(
    snapshot: Snapshot, state: State, utterance: str, rankings: Rankings | None = None
) -> Readings:
    """Read the utterance, its clauses, and in a follow-up the utterance with the last question."""
    rankings = rankings or Rankings(snapshot.index)
    whole = _new(Reading, (rankings.of(utterance), form(utterance)))
    parts = clauses(utterance)
    context = None
    if state.shown and whole.form.leans_back and (last := snapshot.entries.get(state.shown[0])):
        context = rankings.of(f"{last.question} {utterance}")
    read_apart = read_clauses(rankings, parts) if len(parts) > 1 else ()
    return _new(Readings, (whole, read_apart, context))


def read_clauses(rankings: Rankings, parts: Sequence[str]) -> tuple[Reading, ...]:
    """Read each clause; "would it help with that?" with one before it where that says more."""
    readings = []
    for at, part in enumerate(parts):
        reading = Reading(rankings.of(part), form(part))
        if reading.form.asks and reading.form.leans_back:
            texts = [part, *(f"{before} {part}" for before in parts[max(0, at - REACH) : at])]
            reading = Reading(rankings.surest(texts), reading.form)
        readings.append(reading)
    return tuple(readings)


def conclude(snapshot: Snapshot, state: State, decision: Decision, heard: Heard) -> Turn:
    """Write the reply with its notes, and move the state on."""
    utterance, screening, rankings = heard.utterance, heard.screening, heard.rankings
    card = "" if isinstance(decision, RedFlagged) else notice(state, screening)
    reply, ranking = snapshot.replies.compose(decision, card=card), None
    if rankings is not None:
        ranking = rankings.of(utterance)
        if ranking.query.corrections and isinstance(decision, Answer | Clarify):
            before = correction(snapshot, decision, utterance, rankings)
            reply = with_notes(reply, before=before)
    after = advance(state, decision, utterance)
    return _new(Turn, (reply, after, decision, screening, ranking))


def correction(
    snapshot: Snapshot, decision: Answer | Clarify, utterance: str, rankings: Rankings
) -> tuple[Block, ...]:
    """Return the line that says which spelling was answered, where that changed the answer."""
    if answers(rankings.best(utterance, repair=False)) == decision.entries[0]:
        return ()
    query = rankings.of(utterance).query
    return snapshot.replies.text("corrected", query=query.text)


def notice(state: State, screening: Screening) -> str:
    """Return the name of the text about emergencies that a reply ends with; "" for none."""
    if screening.notice:
        crisis = "-crisis" if any(each.tier is Tier.CRISIS for each in screening.found) else ""
        language = "" if screening.language == "en" else f"-{screening.language}"
        return f"notice{crisis}{language}"
    if state.alert is not None:
        return "reminder-crisis" if state.alert is Tier.CRISIS else "reminder"
    return ""


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
            shown = in_front(entries, shown)
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
    return _new(State, (conversation, shown, offered, misses, clarified, alert, utterance[-TAIL:]))


def in_front(entries: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was shown, the entries of the last answer first."""
    if entries == shown[: len(entries)]:
        return shown
    if len(entries) > 1 or entries[0] in shown:
        shown = tuple([each for each in shown if each not in entries])
    return (entries + shown)[:SHOWN]

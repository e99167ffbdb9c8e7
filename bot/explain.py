"""Why a turn went as it did: one record, for JSON, for tables and as plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.dialogue import read
from bot.models import Answer, Clarify, Fallback, Handoff, RedFlagged, SmallTalk
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.models import Correction, Decision, Hit, Query, Ranking, Screening, State, Term, Turn
    from bot.policy import Reading
    from bot.snapshot import Snapshot

_DIGITS = 4
"""Decimals of a confidence or score in a record."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with what spoke for it."""

    entry: str
    question: str
    confidence: float
    score: float
    parts: Mapping[str, float]
    """What each part added to the score."""
    terms: tuple[Term, ...]
    """Words that it shares with the query, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Likely:
    """The best entry for a part of the utterance."""

    text: str
    asks: bool
    """It reads like a question."""
    entry: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that led to one reply."""

    utterance: str | None
    """None when a quick reply was pressed; nothing was searched for then."""
    read_as: str
    """The query's words: folded, spelling repaired, synonyms replaced."""
    corrections: tuple[Correction, ...]
    screening: Screening
    method: str | None
    """`tfidf` or `fuzzy`; None without a search."""
    candidates: tuple[Candidate, ...]
    """Best first; the second one is the runner-up."""
    refusal: Hit | None
    """The subject that is not covered, or `background`, with the best score."""
    clauses: tuple[Likely, ...]
    """The utterance's parts, where it was read in parts."""
    in_context: tuple[Hit, ...]
    """The ranking together with the last question, in a follow-up."""
    thresholds: Mapping[str, float]
    decision: str
    """`answer`, `clarify`, `fallback`, `handoff`, `red flag` or `small talk`."""
    rule: str
    """The rule that decided."""
    entries: tuple[str, ...]
    """The entries that were answered with or offered."""
    confidence: float
    disclaimer: bool
    """Whether the reply carries it: an answer with a clinical entry does."""
    content_version: str


def explain(
    snapshot: Snapshot, before: State, utterance: str | None, turn: Turn, *, top: int = 3
) -> Explanation:
    """Explain a turn that started from `before`, with its `top` best entries.

    `utterance` is None for a pressed quick reply. Turns are pure, so what led to one can be
    found out again at any time.
    """
    searched = None if turn.ranking is None else utterance
    readings = read(snapshot, before, searched) if searched is not None else None
    ranking = rank(snapshot, searched, top=top) if searched is not None else None
    query = ranking.query if ranking else None
    return Explanation(
        utterance=utterance,
        read_as=" ".join(query.words) if query else "",
        corrections=query.corrections if query else (),
        screening=turn.screening,
        method=ranking.method if ranking else None,
        candidates=_candidates(snapshot, ranking) if ranking else (),
        refusal=ranking.refusal if ranking else None,
        clauses=tuple(map(_likely, readings.clauses)) if readings else (),
        in_context=readings.in_context.hits[:top] if readings and readings.in_context else (),
        thresholds=asdict(THRESHOLDS),
        decision=_name(turn.decision),
        rule=turn.decision.rule,
        entries=turn.reply.entries,
        confidence=turn.reply.confidence,
        disclaimer=turn.reply.disclaimer is not None,
        content_version=snapshot.version,
    )


def rank(snapshot: Snapshot, utterance: str, *, top: int) -> Ranking:
    """Return the `top` best entries for an utterance on its own."""
    return snapshot.index.rank(snapshot.index.read(utterance), top=top)


def ranking_record(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as JSON has them: entry, confidence and score, best first."""
    return [
        {
            "entry": hit.entry,
            "confidence": round(hit.confidence, _DIGITS),
            "score": round(hit.score, _DIGITS),
        }
        for hit in hits
    ]


def as_record(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON has it, numbers rounded."""
    record: dict[str, Any] = _rounded(asdict(explanation))
    return record


def in_words(explanation: Explanation) -> list[str]:
    """Return an explanation as sentences, one for each step of the turn that mattered."""
    if explanation.utterance is None:
        return ["A choice was pressed, so nothing was searched for.", _decided(explanation)]
    return [
        sentence
        for sentence in (
            _read(explanation),
            *_screened(explanation.screening),
            *_found(explanation),
            _decided(explanation),
        )
        if sentence
    ]


# --- sentences -----------------------------------------------------------------------------


def _read(explanation: Explanation) -> str:
    if explanation.method is None:
        return "" if explanation.screening.tier else "It was read as one of the choices."
    if not explanation.read_as:
        return "There was no word to read."
    repaired = [
        f"“{each.typed}” was taken for “{each.taken_as}”" for each in explanation.corrections
    ]
    return f"Read as “{explanation.read_as}”" + (f": {', '.join(repaired)}." if repaired else ".")


def _screened(screening: Screening) -> Iterator[str]:
    """Say what the red-flag screen saw; nothing when it saw nothing."""
    for each in screening.found:
        seen = f"The red-flag screen saw “{each.matched}” ({each.flag}, {each.tier})"
        if each.modifiers:
            yield f"{seen}, but as {' and '.join(each.modifiers)}, which is no alarm."
        else:
            yield f"{seen}. That comes before everything else."


def _found(explanation: Explanation) -> Iterator[str]:
    if explanation.screening.tier is not None or explanation.method is None:
        return
    if not explanation.candidates:
        yield "No entry of the FAQ is like it."
        return
    best, *others = explanation.candidates
    yield f"Most likely “{best.question}” ({best.entry}), {_percent(best.confidence)} sure."
    if best.terms:
        yield f"What they share: {', '.join(term.text for term in best.terms)}."
    if others:
        yield f"Next “{others[0].question}” ({others[0].entry}), {_percent(others[0].confidence)}."
    if len(explanation.clauses) > 1:
        yield from (
            f"The part “{part.text}” alone: {part.entry or 'nothing'}, {_percent(part.confidence)}."
            for part in explanation.clauses
        )
    if explanation.in_context:
        hit = explanation.in_context[0]
        yield f"With the last question in mind: {hit.entry}, {_percent(hit.confidence)}."


def _decided(explanation: Explanation) -> str:
    """Name the decision and its rule, and what the thresholds ask for."""
    decided = f"Decision: {explanation.decision}, by the rule “{explanation.rule}”."
    if explanation.method is None or explanation.screening.tier is not None:
        return decided
    answer_at, clarify_at = (_percent(explanation.thresholds[name]) for name in _LIMITS)
    return f"{decided} An answer needs {answer_at}, a “did you mean” {clarify_at}."


_LIMITS = ("answer_at", "clarify_at")


def _percent(share: float) -> str:
    return f"{share:.0%}"


# --- parts of a record ---------------------------------------------------------------------


def _candidates(snapshot: Snapshot, ranking: Ranking) -> tuple[Candidate, ...]:
    return tuple(_candidate(snapshot, ranking.query, hit) for hit in ranking.hits)


def _candidate(snapshot: Snapshot, query: Query, hit: Hit) -> Candidate:
    why = snapshot.index.explain(query, hit.entry)
    question = snapshot.entries[hit.entry].question
    return Candidate(hit.entry, question, hit.confidence, hit.score, why.parts, why.terms)


def _likely(clause: Reading) -> Likely:
    ranking = clause.ranking
    best = ranking.hits[0] if ranking.hits else None
    return Likely(
        ranking.query.text,
        clause.form.asks,
        best.entry if best else None,
        best.confidence if best else 0.0,
    )


def _name(decision: Decision) -> str:
    return _NAMES[type(decision)]


_NAMES: dict[type, str] = {
    Answer: "answer",
    Clarify: "clarify",
    Fallback: "fallback",
    Handoff: "handoff",
    RedFlagged: "red flag",
    SmallTalk: "small talk",
}


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, _DIGITS)
        case dict():
            return {key: _rounded(each) for key, each in value.items()}
        case list() | tuple():
            return [_rounded(each) for each in value]
        case _:
            return value

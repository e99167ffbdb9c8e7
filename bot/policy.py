"""Ranking + conversation state → decision. Pure; every decision names the rule that made it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.models import (
    Answer,
    Clarify,
    Fallback,
    Handoff,
    Kind,
    RedFlagged,
    SmallTalk,
)
from bot.thresholds import THRESHOLDS, Thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Decision, Entry, Hit, Ranking, Screening, State
    from bot.reading import Form

TALK_TO_A_PERSON = "small-talk/talk-to-a-person"
"""The small-talk entry that hands over to the clinic."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the utterance: the whole of it, or one of its clauses."""

    ranking: Ranking
    form: Form


@dataclass(frozen=True, slots=True)
class Readings:
    """All that ranking found out about one utterance."""

    whole: Reading
    clauses: tuple[Reading, ...] = ()
    """Each clause on its own, where there are two or more."""
    in_context: Ranking | None = None
    """The utterance together with the question that was answered last, in a follow-up."""


def decide_red_flag(screening: Screening) -> RedFlagged | None:
    """Choose the fixed text of a live red flag; it comes before everything else."""
    if screening.tier is None or screening.text is None:
        return None
    return RedFlagged(screening.tier, screening.text, "red flag")


def decide(readings: Readings, state: State, *, entries: Mapping[str, Entry]) -> Decision:
    """Choose what to reply to an utterance without a red flag; the first rule that applies."""
    context = _Context(state, entries, THRESHOLDS)
    return (
        context.nothing_said(readings)
        or context.two_answers(readings)
        or context.follow_up(readings)
        or context.answer(readings)
        or context.clarify(readings.whole)
        or context.miss(readings)
    )


def decide_choice(entry: str | None, state: State, *, entries: Mapping[str, Entry]) -> Decision:
    """Choose what to reply to a pressed quick reply; None is "None of these"."""
    if entry is not None and entry in entries and entries[entry].kind is not Kind.NOT_COVERED:
        return Answer((entry,), 1.0, "chosen")
    if state.misses >= THRESHOLDS.misses_before_handoff:
        return Handoff("missed several times")
    return Fallback("none of these", "none-chosen")


def answers(ranking: Ranking) -> str | None:
    """Return the entry that a ranking alone is sure enough of, or None."""
    best = next(iter(ranking.hits), None)
    return best.entry if best and best.confidence >= THRESHOLDS.answer_at else None


@dataclass(frozen=True, slots=True)
class _Context:
    """The rules, each of which decides or passes."""

    state: State
    entries: Mapping[str, Entry]
    thresholds: Thresholds

    def nothing_said(self, readings: Readings) -> Decision | None:
        """Ask for words where there are none."""
        said = readings.whole.ranking.query.words
        return None if said else Fallback("nothing said", "empty-message")

    def two_answers(self, readings: Readings) -> Decision | None:
        """Answer two clauses that ask two things; of one that is not covered, say so."""
        asking = [clause for clause in readings.clauses if clause.form.asks]
        if len(asking) < 2:
            return None
        sure = [hit for clause in asking if (hit := self.sure(clause)) and not self.small_talk(hit)]
        entries = tuple(dict.fromkeys(hit.entry for hit in sure))
        refused = [self.subject(clause) for clause in asking if not self.sure(clause)]
        subject = next((each for each in refused if each), None)
        if len(entries) + bool(subject) < 2 or not entries:
            return None
        return Answer(entries[:2], min(hit.confidence for hit in sure), "two questions", subject)

    def follow_up(self, readings: Readings) -> Decision | None:
        """Read "like what?", "do they last?" or "why both?" together with the last answer."""
        whole = readings.whole
        if readings.in_context is None or self.stands_alone(whole, readings.in_context):
            return None
        last, related = self.state.shown[0], self.related()
        near = {last, *related}
        found = {hit.entry: hit.confidence for hit in readings.in_context.hits if hit.entry in near}
        if whole.form.wants_more:
            fresh = [entry for entry in related if entry not in self.state.shown] or [last]
            best = max(fresh, key=lambda entry: found.get(entry, 0.0))
            return Answer((best,), found.get(best, 0.0), "follow-up: more")
        told = next((hit for hit in whole.ranking.hits if not self.small_talk(hit)), None)
        if told and told.entry in related and told.confidence >= self.thresholds.hint:
            return Answer((told.entry,), told.confidence, "follow-up")
        best = max(found, key=lambda entry: found[entry], default=last)
        enough = self.thresholds.trace if whole.form.elliptical else self.thresholds.answer_at
        if found.get(best, 0.0) >= enough and self.may_follow(whole, best):
            return Answer((best,), found[best], "follow-up")
        return None

    def stands_alone(self, whole: Reading, in_context: Ranking) -> bool:
        """Whether an utterance is clear without the last answer, or means the same with it."""
        sure = self.sure(whole)
        if sure is None:
            return False
        talk = self.small_talk(sure)
        if sure.confidence >= self.needed(whole):
            if talk:
                return not whole.form.wants_more
            if not whole.form.plural or sure.entry in self.related():
                return True
        return not talk and any(hit.entry == sure.entry for hit in in_context.hits[:1])

    def needed(self, whole: Reading) -> float:
        """Return how sure an utterance must be to stand alone; without a subject, very."""
        return self.thresholds.beyond_doubt if whole.form.elliptical else self.thresholds.clear

    def may_follow(self, whole: Reading, entry: str) -> bool:
        """Whether an utterance says so little of its own that the last answer may be meant."""
        few = len(whole.ranking.query.words) <= self.thresholds.few_words
        if whole.form.elliptical or (whole.form.plural and (few or self.subject(whole) is None)):
            return True
        alone = {hit.entry: hit.confidence for hit in whole.ranking.hits}
        return alone.get(entry, 0.0) >= self.thresholds.trace

    def answer(self, readings: Readings) -> Decision | None:
        """Answer where an entry is likely enough, for the whole or for the clause that asks."""
        best = self.best(readings)
        lost = readings.whole.form.elliptical and not self.state.shown
        if best is None or (lost and best.confidence < self.needed(readings.whole)):
            return None
        if best.entry == TALK_TO_A_PERSON:
            return Handoff("asked for a person")
        if self.small_talk(best):
            return SmallTalk(best.entry, "small talk")
        if self.has_rival(best, readings.whole) and (offer := self.clarify(readings.whole)):
            return offer
        return Answer((best.entry,), best.confidence, "likely enough")

    def has_rival(self, best: Hit, whole: Reading) -> bool:
        """Whether another entry may as well be meant, most of all by a few words ("how long")."""
        few = len(whole.ranking.query.words) <= self.thresholds.few_words
        unlikely = best.confidence < self.thresholds.likely
        if not (few or unlikely):
            return False
        others = [hit for hit in self.hits(whole) if hit.entry != best.entry]
        rival = next((hit for hit in others if not self.small_talk(hit)), None)
        if rival is None or best not in self.hits(whole):
            return False
        lead = _odds(best.confidence) - _odds(rival.confidence)
        return lead < (self.thresholds.close if few else self.thresholds.alike * unlikely)

    def best(self, readings: Readings) -> Hit | None:
        """Return the hit that answers: the whole's, but in a long story that of a clause.

        A clause says less than the whole, so it stands for the whole only in a long story, or
        where the other clauses say nothing that an answer would have to heed and it is surer.
        """
        asked = [clause for clause in readings.clauses if clause.form.asks]
        sure = (self.sure(clause) for clause in asked or readings.clauses)
        hits = (hit for hit in sure if hit and not self.small_talk(hit))
        if self.is_story(readings.whole) and (best := max(hits, key=_confidence, default=None)):
            return best  # the whole is not even ranked
        whole = self.sure(readings.whole)
        talk = self.small_talk(whole)
        if whole and not talk and whole.confidence >= self.thresholds.beyond_doubt:
            return whole
        clause = max(hits, key=_confidence, default=None)
        others = [each for each in readings.clauses if asked and not each.form.asks]
        surer = whole is None or talk or (clause and clause.confidence > whole.confidence)
        if clause and surer and all(self.idle(each) for each in others):
            return clause
        return None if talk and asked else whole

    def is_story(self, whole: Reading) -> bool:
        """Whether so much is said that the clause that asks counts more than the whole."""
        return len(whole.ranking.query.words) > self.thresholds.long_story

    def clarify(self, reading: Reading) -> Decision | None:
        """Offer the entries that may be meant where none is likely enough."""
        if self.state.clarified >= self.thresholds.clarify_in_a_row or self.subject(reading):
            return None
        if reading.form.elliptical and not self.state.shown:
            return None
        best = next(iter(self.hits(reading)), None)
        if best is None or self.small_talk(best):
            return None
        if best.confidence < self.thresholds.clarify_at and reading.ranking.method != "fuzzy":
            return None
        hits = [hit for hit in self.hits(reading) if not self.small_talk(hit)]
        hits = hits[: self.thresholds.options]
        least = self.thresholds.worth_offering * sum(hit.confidence for hit in hits)
        options = tuple(hit.entry for hit in hits if hit.confidence >= least)
        return Clarify(options, best.confidence, "several may be meant")

    def miss(self, readings: Readings) -> Decision:
        """Say that nothing is likely, and hand over when that happens again and again."""
        if self.state.misses >= self.thresholds.misses_before_handoff:
            return Handoff("missed several times")
        if subject := self.subject(readings.whole):
            return Fallback("subject that is not covered", "not-covered", subject)
        if readings.whole.form.elliptical and not self.state.shown:
            return Fallback("nothing to refer to", "unsure-follow-up")
        return Fallback("nothing likely", "fallback-again" if self.state.misses else "fallback")

    def idle(self, clause: Reading) -> bool:
        """Whether a clause says nothing that an answer would have to heed: "hi", "thanks"."""
        return clause.form.elliptical or self.small_talk(self.sure(clause))

    def sure(self, reading: Reading) -> Hit | None:
        """Return the best hit, if it is likely enough to answer."""
        best = next(iter(self.hits(reading)), None)
        small = self.small_talk(best)
        needed = self.thresholds.small_talk_at if small else self.thresholds.answer_at
        if best is None or best.confidence < needed or self.overruled(best, reading.ranking):
            return None
        return best

    def overruled(self, best: Hit, ranking: Ranking) -> bool:
        """Whether a subject that is not covered fits far better than the best entry."""
        if best.confidence >= self.thresholds.beyond_doubt:
            return False
        return self.lead(ranking, best.score) > self.thresholds.far_ahead

    def hits(self, reading: Reading) -> list[Hit]:
        """Return the hits with what is related to the last answer moved up."""
        if not (reading.form.leans_back and self.state.shown):
            return list(reading.ranking.hits)
        related = self.related()
        moved = [self._closer(hit) if hit.entry in related else hit for hit in reading.ranking.hits]
        return sorted(moved, key=lambda hit: -hit.confidence)

    def related(self) -> dict[str, None]:
        """Return what the last answer names as related, in its order."""
        last = self.entries.get(self.state.shown[0])
        return dict.fromkeys(
            entry for entry in (last.related if last else ()) if entry in self.entries
        )

    def subject(self, reading: Reading) -> str | None:
        """Return the subject that is not covered, if it fits better than any entry."""
        ranking = reading.ranking
        best = max((hit.score for hit in ranking.hits), default=-math.inf)
        if ranking.refusal is None or self.lead(ranking, best) <= self.thresholds.ahead:
            return None
        return ranking.refusal.entry

    def lead(self, ranking: Ranking, score: float) -> float:
        """Return how far a subject that is not covered is ahead of a score."""
        refusal = ranking.refusal
        if refusal is None or refusal.entry not in self.entries:
            return -math.inf
        return refusal.score - score

    def small_talk(self, hit: Hit | None) -> bool:
        """Whether a hit is small talk."""
        return hit is not None and self.entries[hit.entry].kind is Kind.SMALL_TALK

    def _closer(self, hit: Hit) -> Hit:
        odds = _odds(hit.confidence) + self.thresholds.related
        return hit._replace(confidence=1 / (1 + math.exp(-odds)))


def _confidence(hit: Hit) -> float:
    return hit.confidence


def _odds(confidence: float) -> float:
    """Return the logarithm of the odds."""
    return math.log(max(confidence, 1e-6) / max(1 - confidence, 1e-6))

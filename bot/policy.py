"""Ranking + conversation state → decision. Pure; every decision names the rule that made it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from bot.models import (
    Answer,
    Clarify,
    Fallback,
    Handoff,
    Hit,
    Kind,
    RedFlagged,
    SmallTalk,
)
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Decision, Entry, Ranking, Screening, State
    from bot.reading import Form

TALK_TO_A_PERSON = "small-talk/talk-to-a-person"
"""The small-talk entry that hands over to the clinic."""
_new = tuple.__new__  # in half of the time that a record's own constructor takes


class Reading(NamedTuple):
    """One way to read the utterance: the whole of it, or one of its clauses."""

    ranking: Ranking
    form: Form


class Readings(NamedTuple):
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
    rules = _Rules(readings, state, entries)
    return (
        rules.nothing_said()
        or rules.two_answers()
        or rules.follow_up()
        or rules.answer()
        or rules.clarify()
        or rules.miss()
    )


def decide_choice(entry: str | None, state: State, *, entries: Mapping[str, Entry]) -> Decision:
    """Choose what to reply to a pressed quick reply; None is "None of these"."""
    if entry is not None and entry in entries and entries[entry].kind is not Kind.NOT_COVERED:
        return Answer((entry,), 1.0, "chosen")
    if state.misses >= THRESHOLDS.misses_before_handoff:
        return Handoff("missed several times")
    return Fallback("none of these", "none-chosen")


def answers(best: Hit | None) -> str | None:
    """Return the entry that a ranking's best hit alone is sure enough of, or None."""
    return best.entry if best and best.confidence >= THRESHOLDS.answer_at else None


class _View:
    """A ranking as it looks after the last answer."""

    __slots__ = ("hits", "ranking", "sure", "talk")

    hits: tuple[Hit, ...]
    """With what is related to the last answer moved up."""
    sure: Hit | None
    """The best hit, if it is likely enough to answer."""
    talk: bool
    """Whether that is small talk."""

    def __init__(self, reading: Reading, rules: _Rules) -> None:
        self.ranking = ranking = reading.ranking
        self.hits = hits = ranking.hits
        self.sure, self.talk = None, False
        if not hits:
            return
        if reading.form.leans_back and rules.related:
            self.hits = hits = _moved(hits, rules.related)
        best = hits[0]
        talk = rules.small_talk(best)
        needed = THRESHOLDS.small_talk_at if talk else THRESHOLDS.answer_at
        if best.confidence >= THRESHOLDS.beyond_doubt or (
            best.confidence >= needed and rules.lead(ranking, best.score) <= THRESHOLDS.far_ahead
        ):
            self.sure, self.talk = best, talk


class _Rules:
    """The rules, each of which decides or passes."""

    __slots__ = ("_whole", "asking", "entries", "lost", "readings", "related", "state", "words")

    def __init__(self, readings: Readings, state: State, entries: Mapping[str, Entry]) -> None:
        self.readings, self.state, self.entries = readings, state, entries
        last = entries.get(state.shown[0]) if state.shown else None
        self.related: tuple[str, ...] = last.related if last else ()
        """What the last answer names as related, in its order."""
        self.words = len(readings.whole.ranking.query.words)
        self.asking = [clause for clause in readings.clauses if clause.form.asks]
        self.lost = readings.whole.form.elliptical and not state.shown
        """Whether it refers to something, and nothing was said before."""
        self._whole: _View | None = None

    @property
    def whole(self) -> _View:
        """The whole utterance; not ranked before a rule asks for it."""
        if self._whole is None:
            self._whole = _View(self.readings.whole, self)
        return self._whole

    def nothing_said(self) -> Decision | None:
        """Ask for words where there are none."""
        return None if self.words else Fallback("nothing said", "empty-message")

    def two_answers(self) -> Decision | None:
        """Answer two clauses that ask two things; of one that is not covered, say so."""
        if len(self.asking) < 2:
            return None
        seen = [_View(clause, self) for clause in self.asking]
        sure = [view.sure for view in seen if view.sure and not view.talk]
        entries = tuple(dict.fromkeys([hit.entry for hit in sure]))
        refused = (self.subject(view.ranking) for view in seen if not view.sure)
        subject = next(filter(None, refused), None)
        if len(entries) + bool(subject) < 2 or not entries:
            return None
        return Answer(entries[:2], min(map(_confidence, sure)), "two questions", subject)

    def follow_up(self) -> Decision | None:
        """Read "like what?", "do they last?" or "why both?" together with the last answer."""
        in_context, form = self.readings.in_context, self.readings.whole.form
        if in_context is None or self.stands_alone(in_context):
            return None
        last, related, alone = self.state.shown[0], self.related, self.whole.ranking.hits
        near = {last, *related}
        found = {hit.entry: hit.confidence for hit in in_context.hits if hit.entry in near}
        if form.wants_more:
            known = [entry for entry in related if entry in self.entries]
            fresh = [entry for entry in known if entry not in self.state.shown]
            best = max(fresh or [last], key=lambda entry: found.get(entry, 0.0))
            return Answer((best,), found.get(best, 0.0), "follow-up: more")
        told = next((hit for hit in alone if not self.small_talk(hit)), None)
        if told and told.entry in related and told.confidence >= THRESHOLDS.hint:
            return Answer((told.entry,), told.confidence, "follow-up")
        best = max(found, key=lambda entry: found[entry], default=last)
        enough = THRESHOLDS.trace if form.elliptical else THRESHOLDS.answer_at
        if found.get(best, 0.0) >= enough and self.may_follow(best):
            return Answer((best,), found[best], "follow-up")
        return None

    def stands_alone(self, in_context: Ranking) -> bool:
        """Whether an utterance is clear without the last answer, or means the same with it."""
        whole, form = self.whole, self.readings.whole.form
        sure, talk = whole.sure, whole.talk
        if sure is None:
            return False
        if sure.confidence >= self.needed:
            if talk:
                return not form.wants_more
            if not form.plural or sure.entry in self.related:
                return True
        return not talk and any(hit.entry == sure.entry for hit in in_context.hits[:1])

    @property
    def needed(self) -> float:
        """How sure an utterance must be to stand alone; without a subject, very."""
        elliptical = self.readings.whole.form.elliptical
        return THRESHOLDS.beyond_doubt if elliptical else THRESHOLDS.clear

    def may_follow(self, entry: str) -> bool:
        """Whether an utterance says so little of its own that the last answer may be meant."""
        ranking, form = self.readings.whole
        few = self.words <= THRESHOLDS.few_words
        if form.elliptical or (form.plural and (few or self.subject(ranking) is None)):
            return True
        alone = {hit.entry: hit.confidence for hit in ranking.hits}
        return alone.get(entry, 0.0) >= THRESHOLDS.trace

    def answer(self) -> Decision | None:
        """Answer where an entry is likely enough, for the whole or for the clause that asks."""
        best = self.best()
        if best is None or (self.lost and best.confidence < self.needed):
            return None
        if best.entry == TALK_TO_A_PERSON:
            return Handoff("asked for a person")
        if self.small_talk(best):
            return SmallTalk(best.entry, "small talk")
        if self.has_rival(best) and (offer := self.clarify()):
            return offer
        return _new(Answer, ((best.entry,), best.confidence, "likely enough", None))

    def has_rival(self, best: Hit) -> bool:
        """Whether another entry may as well be meant, most of all by a few words ("how long")."""
        few = self.words <= THRESHOLDS.few_words
        unlikely = best.confidence < THRESHOLDS.likely
        if not (few or unlikely) or best not in self.whole.hits:
            return False
        for rival in self.whole.hits:
            if rival.entry != best.entry and not self.small_talk(rival):
                break
        else:
            return False
        lead = _odds(best.confidence) - _odds(rival.confidence)
        return lead < (THRESHOLDS.close if few else THRESHOLDS.alike)

    def best(self) -> Hit | None:
        """Return the hit that answers: the whole's, but in a long story that of a clause.

        A clause says less than the whole, so it stands for the whole only in a long story, or
        where the other clauses say nothing that an answer would have to heed and it is surer.
        """
        if not self.readings.clauses:
            return self.whole.sure
        if self.words > THRESHOLDS.long_story and (clause := self.best_clause()):
            return clause  # the whole is not even ranked
        sure, talk = self.whole.sure, self.whole.talk
        if sure and not talk and sure.confidence >= THRESHOLDS.beyond_doubt:
            return sure
        clause = self.best_clause()
        surer = sure is None or talk or (clause and clause.confidence > sure.confidence)
        if clause and surer and self.only_asks():
            return clause
        return None if talk and self.asking else sure

    def best_clause(self) -> Hit | None:
        """Return the surest hit of a clause that asks, or of any clause where none asks."""
        seen = [_View(clause, self) for clause in self.asking or self.readings.clauses]
        sure = [view.sure for view in seen if view.sure and not view.talk]
        return max(sure, key=_confidence, default=None)

    def only_asks(self) -> bool:
        """Whether the clauses that do not ask say nothing that an answer would have to heed."""
        return not self.asking or all(
            clause.form.elliptical or _View(clause, self).talk
            for clause in self.readings.clauses
            if not clause.form.asks
        )

    def clarify(self) -> Decision | None:
        """Offer the entries that may be meant where none is likely enough."""
        whole = self.whole
        if self.state.clarified >= THRESHOLDS.clarify_in_a_row or self.lost or not whole.hits:
            return None
        best = whole.hits[0]
        if self.small_talk(best) or self.subject(whole.ranking):
            return None
        if best.confidence < THRESHOLDS.clarify_at and whole.ranking.method != "fuzzy":
            return None
        hits = [hit for hit in whole.hits if not self.small_talk(hit)][: THRESHOLDS.options]
        least = THRESHOLDS.worth_offering * sum(map(_confidence, hits))
        options = tuple([hit.entry for hit in hits if hit.confidence >= least])
        return Clarify(options, best.confidence, "several may be meant")

    def miss(self) -> Decision:
        """Say that nothing is likely, and hand over when that happens again and again."""
        if self.state.misses >= THRESHOLDS.misses_before_handoff:
            return Handoff("missed several times")
        if subject := self.subject(self.readings.whole.ranking):
            return Fallback("subject that is not covered", "not-covered", subject)
        if self.lost:
            return Fallback("nothing to refer to", "unsure-follow-up")
        return Fallback("nothing likely", "fallback-again" if self.state.misses else "fallback")

    def subject(self, ranking: Ranking) -> str | None:
        """Return the subject that is not covered, if it fits better than any entry."""
        refusal, best = ranking.refusal, max(map(_score, ranking.hits), default=-math.inf)
        return refusal.entry if refusal and self.lead(ranking, best) > THRESHOLDS.ahead else None

    def lead(self, ranking: Ranking, score: float) -> float:
        """Return how far a subject that is not covered is ahead of a score."""
        refusal = ranking.refusal
        if refusal is None or refusal.entry not in self.entries:
            return -math.inf
        return refusal.score - score

    def small_talk(self, hit: Hit) -> bool:
        """Whether a hit is small talk."""
        return self.entries[hit.entry].kind is Kind.SMALL_TALK


def _moved(hits: tuple[Hit, ...], related: tuple[str, ...]) -> tuple[Hit, ...]:
    """Return hits with those that are related to the last answer moved up."""
    moved = [_closer(hit) if hit.entry in related else hit for hit in hits]
    if moved == [*hits]:
        return hits
    return tuple(sorted(moved, key=_unlikeliness))


def _score(hit: Hit) -> float:
    return hit.score


def _confidence(hit: Hit) -> float:
    return hit.confidence


def _unlikeliness(hit: Hit) -> float:
    return -hit.confidence


def _closer(hit: Hit) -> Hit:
    odds = _odds(hit.confidence) + THRESHOLDS.related
    return Hit(hit.entry, hit.score, 1 / (1 + math.exp(-odds)), hit.nearest)


def _odds(confidence: float) -> float:
    """Return the logarithm of the odds."""
    return math.log(max(confidence, 1e-6) / max(1 - confidence, 1e-6))

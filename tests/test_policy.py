"""Ranking and conversation decide together; each rule can be read off one example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Answer,
    Clarify,
    Fallback,
    Handoff,
    Hit,
    Query,
    Ranking,
    RedFlagged,
    Screening,
    SmallTalk,
    State,
    Tier,
)
from bot.policy import (
    TALK_TO_A_PERSON,
    Reading,
    Readings,
    decide,
    decide_choice,
    decide_red_flag,
)
from bot.reading import form
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from bot.models import Decision
    from bot.snapshot import Snapshot

SURE, UNSURE = 0.99, (THRESHOLDS.clarify_at + THRESHOLDS.answer_at) / 2
UNLIKELY = THRESHOLDS.clarify_at / 10
HOW_LONG, WHEN, PARK = "botox/how-long", "botox/when-it-works", "parking/where-can-i-park"
HELLO, PRICES = "small-talk/hello", "not-covered/prices"
QUESTION = "how long does an appointment take"
ELLIPSIS = "why?"
MANY = "We went there with my mother last year because of her neck and " * 3
MISSED = State(misses=THRESHOLDS.misses_before_handoff)
AFTER_HOW_LONG = State(shown=(HOW_LONG,))


def ranking(hits: dict[str, float], refusal: tuple[str, float] = ("background", 0.0)) -> Ranking:
    """Rank entries with these confidences; the refusal has this score."""
    found = tuple(Hit(entry, share, share) for entry, share in hits.items())
    return Ranking(Query("", ("some", "words")), found, Hit(*refusal, confidence=0.0))


def reading(hits: dict[str, float], text: str = QUESTION, **kind: tuple[str, float]) -> Reading:
    """Read a text as if ranking had found these entries for it."""
    found = ranking(hits, **kind)
    return Reading(Ranking(Query(text, tuple(text.split())), found.hits, found.refusal), form(text))


def say(windmill: Snapshot, readings: Readings | Reading, state: State | None = None) -> Decision:
    """Decide on readings in the Windmill Clinic's FAQ."""
    whole = readings if isinstance(readings, Readings) else Readings(readings)
    return decide(whole, state or State(), entries=windmill.entries)


# --- one utterance -------------------------------------------------------------------------


@pytest.mark.parametrize("tier", Tier)
def test_live_red_flag(tier: Tier) -> None:
    """A red flag of any tier is answered with the fixed text that the screen names."""
    decision = decide_red_flag(Screening(tier, f"{tier}-es"))
    assert decision == RedFlagged(tier, f"{tier}-es", "red flag")


def test_notice_is_no_red_flag() -> None:
    """A danger that is mentioned but not happening decides nothing."""
    assert decide_red_flag(Screening(notice=True)) is None


def test_sure_entry_answers(windmill: Snapshot) -> None:
    """An entry that is likely enough answers, with its confidence."""
    decision = say(windmill, reading({PARK: SURE, HOW_LONG: UNLIKELY}))
    assert isinstance(decision, Answer)
    assert (decision.entries, decision.confidence) == ((PARK,), SURE)


def test_small_talk(windmill: Snapshot) -> None:
    """A greeting gets small talk."""
    decision = say(windmill, reading({HELLO: SURE}, "hello"))
    assert isinstance(decision, SmallTalk)
    assert decision.entry == HELLO


def test_asking_for_a_person(windmill: Snapshot) -> None:
    """Who asks for a person gets the clinic's contact at once."""
    assert isinstance(say(windmill, reading({TALK_TO_A_PERSON: SURE})), Handoff)


def test_unsure_entries_are_offered(windmill: Snapshot) -> None:
    """Where nothing is likely enough, the likeliest questions are offered, best first."""
    decision = say(windmill, reading({PARK: UNSURE, HELLO: UNSURE, WHEN: UNSURE, HOW_LONG: 0.05}))
    assert isinstance(decision, Clarify)
    assert decision.entries == (PARK, WHEN, HOW_LONG)
    assert len(decision.entries) <= THRESHOLDS.options


def test_no_hope_is_not_offered(windmill: Snapshot) -> None:
    """What is next to impossible is left out of an offer."""
    decision = say(windmill, reading({PARK: UNSURE, WHEN: UNSURE, HOW_LONG: 0.001}))
    assert isinstance(decision, Clarify)
    assert decision.entries == (PARK, WHEN)


def test_long_shots_are_not_offered(windmill: Snapshot) -> None:
    """Where even the likeliest entry is not likely, nothing is offered."""
    assert isinstance(say(windmill, reading({PARK: 0.1, WHEN: 0.1, HOW_LONG: 0.1})), Fallback)


def test_a_refusal_that_fits_far_better_wins(windmill: Snapshot) -> None:
    """An entry that seems likely does not answer where a refused subject fits far better."""
    decision = say(windmill, reading({PARK: 0.4}, refusal=(PRICES, 1.5)))
    assert isinstance(decision, Fallback)
    assert decision.subject == PRICES


def test_talk_is_not_taken_for_a_question(windmill: Snapshot) -> None:
    """Where small talk is the likeliest, if not likely enough, no questions are offered."""
    said = reading({HELLO: 0.3, PARK: UNSURE, WHEN: UNSURE}, "good to know")
    assert isinstance(say(windmill, said), Fallback)


@pytest.mark.parametrize(
    ("best", "rival", "kind"), [(0.5, 0.45, Clarify), (0.5, 0.3, Answer), (0.9, 0.88, Answer)]
)
def test_two_that_are_alike_are_offered(
    windmill: Snapshot, best: float, rival: float, kind: type
) -> None:
    """Two entries that are about as likely are offered, unless the first is likely anyway."""
    assert isinstance(say(windmill, reading({WHEN: best, HOW_LONG: rival})), kind)


def test_alike_after_two_offers(windmill: Snapshot) -> None:
    """Who was asked twice what they mean gets the likeliest answer instead of a third offer."""
    asked = State(clarified=THRESHOLDS.clarify_in_a_row)
    decision = say(windmill, reading({WHEN: 0.5, HOW_LONG: 0.45}), asked)
    assert isinstance(decision, Answer)


def test_small_talk_must_be_likely(windmill: Snapshot) -> None:
    """Small talk that is less likely than not is no answer."""
    assert isinstance(say(windmill, reading({HELLO: 0.45})), Fallback)


def test_unlikely_entries_are_not_offered(windmill: Snapshot) -> None:
    """Where nothing is likely at all, the reply says so."""
    decision = say(windmill, reading({PARK: UNLIKELY}))
    assert isinstance(decision, Fallback)
    assert decision.text == "fallback"


def test_subject_that_is_not_covered(windmill: Snapshot) -> None:
    """A subject that fits better than any entry is named, instead of offering entries."""
    decision = say(windmill, reading({PARK: UNSURE}, refusal=(PRICES, SURE)))
    assert isinstance(decision, Fallback)
    assert (decision.text, decision.subject) == ("not-covered", PRICES)


def test_background_is_no_subject(windmill: Snapshot) -> None:
    """General questions are refused without naming a subject."""
    decision = say(windmill, reading({PARK: UNLIKELY}, refusal=("background", SURE)))
    assert isinstance(decision, Fallback)
    assert decision.subject is None


def test_no_words(windmill: Snapshot) -> None:
    """A message without a word is answered by asking for one."""
    decision = say(windmill, reading({}, ""))
    assert isinstance(decision, Fallback)
    assert decision.text == "empty-message"


def test_ellipsis_without_a_last_answer(windmill: Snapshot) -> None:
    """A bare "why?" as the first message is answered by asking what it is about."""
    decision = say(windmill, reading({PARK: UNLIKELY}, ELLIPSIS))
    assert isinstance(decision, Fallback)
    assert decision.text == "unsure-follow-up"


# --- several clauses -----------------------------------------------------------------------


def test_two_questions(windmill: Snapshot) -> None:
    """Two questions that are both known are both answered, in the order asked."""
    parts = (reading({WHEN: 0.9}), reading({PARK: 0.8}))
    decision = say(windmill, Readings(reading({WHEN: 0.9}), parts))
    assert isinstance(decision, Answer)
    assert (decision.entries, decision.confidence) == ((WHEN, PARK), 0.8)


def test_the_same_question_twice(windmill: Snapshot) -> None:
    """A question that is asked in two ways gets one answer."""
    parts = (reading({PARK: SURE}), reading({PARK: SURE}))
    decision = say(windmill, Readings(reading({PARK: SURE}), parts))
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_greeting_before_a_question(windmill: Snapshot) -> None:
    """A greeting in front of a question does not keep it from being answered."""
    parts = (reading({HELLO: SURE}, "hello"), reading({HOW_LONG: SURE}))
    decision = say(windmill, Readings(reading({HELLO: SURE}), parts))
    assert isinstance(decision, Answer)
    assert decision.entries == (HOW_LONG,)


def test_clearer_without_a_remark(windmill: Snapshot) -> None:
    """A question that is clearer without the remark before it is read without."""
    parts = (reading({HELLO: SURE}, "Interesting."), reading({PARK: SURE}))
    decision = say(windmill, Readings(reading({WHEN: 0.4, PARK: 0.3}), parts))
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_long_story(windmill: Snapshot) -> None:
    """In a long story the clause that asks decides."""
    parts = (reading({WHEN: SURE}, MANY), reading({PARK: SURE}))
    decision = say(windmill, Readings(reading({WHEN: SURE}, MANY), parts))
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


# --- follow-ups ----------------------------------------------------------------------------


def test_follow_up(windmill: Snapshot) -> None:
    """A bare "why?" is read with the last question, and finds it or what is related to it."""
    readings = Readings(reading({PARK: UNLIKELY}, ELLIPSIS), in_context=ranking({WHEN: SURE}))
    decision = say(windmill, readings, AFTER_HOW_LONG)
    assert isinstance(decision, Answer)
    assert decision.entries == (WHEN,)


def test_follow_up_that_names_its_subject(windmill: Snapshot) -> None:
    """A related entry that the words themselves hint at comes before the last answer again."""
    readings = Readings(reading({WHEN: 0.16}, ELLIPSIS), in_context=ranking({HOW_LONG: SURE}))
    decision = say(windmill, readings, AFTER_HOW_LONG)
    assert isinstance(decision, Answer)
    assert decision.entries == (WHEN,)


def test_same_with_and_without_the_last_question(windmill: Snapshot) -> None:
    """What means the same with the last question as without it stands alone."""
    readings = Readings(reading({PARK: 0.4}, "where do they go"), in_context=ranking({PARK: SURE}))
    decision = say(windmill, readings, AFTER_HOW_LONG)
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_asking_for_more(windmill: Snapshot) -> None:
    """Asking "what else?" leads to a related entry that was not shown yet."""
    readings = Readings(reading({}, "what else?"), in_context=ranking({HOW_LONG: SURE}))
    decision = say(windmill, readings, State(shown=(HOW_LONG, WHEN)))
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_asking_for_more_where_there_is_none(windmill: Snapshot) -> None:
    """Without anything related the last answer is given again."""
    readings = Readings(reading({}, "tell me more"), in_context=ranking({PARK: SURE}))
    decision = say(windmill, readings, State(shown=(PARK,)))
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_clear_question_is_no_follow_up(windmill: Snapshot) -> None:
    """A question that is clear by itself changes the subject, however short it is."""
    readings = Readings(reading({PARK: SURE}, "and parking?"), in_context=ranking({WHEN: SURE}))
    decision = say(windmill, readings, AFTER_HOW_LONG)
    assert isinstance(decision, Answer)
    assert decision.entries == (PARK,)


def test_related_entries_come_closer(windmill: Snapshot) -> None:
    """Of two likely entries a text that leans back means the one related to the last answer."""
    unsure = reading({HOW_LONG: UNSURE, WHEN: UNSURE - 0.001}, "and when does it start?")
    alone, later = say(windmill, unsure), say(windmill, unsure, AFTER_HOW_LONG)
    assert isinstance(alone, Clarify)
    assert isinstance(later, Answer | Clarify)
    assert (alone.entries[0], later.entries[0]) == (HOW_LONG, WHEN)


# --- turns in a row ------------------------------------------------------------------------


def test_no_third_clarification(windmill: Snapshot) -> None:
    """After two "did you mean" in a row the reply is honest instead."""
    unsure = reading({PARK: UNSURE, WHEN: UNSURE})
    asked = [say(windmill, unsure, State(clarified=times)) for times in range(4)]
    assert [isinstance(decision, Clarify) for decision in asked] == [True, True, False, False]


def test_misses_lead_to_a_person(windmill: Snapshot) -> None:
    """The second miss is worded otherwise, the third gives the clinic's contact."""
    lost = reading({PARK: UNLIKELY})
    first, second = say(windmill, lost), say(windmill, lost, State(misses=1))
    assert isinstance(first, Fallback)
    assert isinstance(second, Fallback)
    assert (first.text, second.text) == ("fallback", "fallback-again")
    assert isinstance(say(windmill, lost, MISSED), Handoff)


def test_misses_do_not_stand_in_the_way(windmill: Snapshot) -> None:
    """However much was missed before, a question that is understood is answered."""
    assert isinstance(say(windmill, reading({PARK: SURE}), MISSED), Answer)


# --- quick replies -------------------------------------------------------------------------


def test_chosen_entry(windmill: Snapshot) -> None:
    """A pressed question is answered for certain."""
    decision = decide_choice(PARK, State(), entries=windmill.entries)
    assert decision == Answer((PARK,), 1.0, "chosen")


@pytest.mark.parametrize("entry", [None, "botox/was-removed", PRICES])
def test_chosen_nothing(windmill: Snapshot, entry: str | None) -> None:
    """An answer that is not there leads on, as "none of these" does."""
    decision = decide_choice(entry, State(), entries=windmill.entries)
    assert isinstance(decision, Fallback)
    assert decision.text == "none-chosen"


def test_chosen_nothing_again(windmill: Snapshot) -> None:
    """Who finds nothing again and again gets the clinic's contact."""
    assert isinstance(decide_choice(None, MISSED, entries=windmill.entries), Handoff)


# --- anything ------------------------------------------------------------------------------

ids = st.sampled_from([HOW_LONG, WHEN, PARK, HELLO, TALK_TO_A_PERSON])
texts = st.sampled_from([QUESTION, ELLIPSIS, MANY, "what else?", "do they last", "", "hello"])
found = st.dictionaries(ids, st.floats(0, 1))
refusals = st.tuples(st.sampled_from([PRICES, "background"]), st.floats(-1, 2))
some_reading = st.builds(reading, found, texts, refusal=refusals)
some_readings = st.builds(
    Readings,
    some_reading,
    st.lists(some_reading, max_size=3).map(tuple),
    st.builds(ranking, found),
)
some_state = st.builds(
    State,
    shown=st.lists(ids | st.just("was/removed"), max_size=3).map(lambda rest: (PARK, *rest)),
    misses=st.integers(0, 5),
    clarified=st.integers(0, 5),
)


@given(readings=some_readings, state=some_state)
def test_every_turn_gets_a_decision(windmill: Snapshot, readings: Readings, state: State) -> None:
    """Whatever was found, the decision names its rule and only entries that can be shown."""
    decision = say(windmill, readings, state)
    assert decision.rule
    shown = decision.entries if isinstance(decision, Answer | Clarify) else ()
    assert all(entry in windmill.entries and entry != PRICES for entry in shown)
    assert state.clarified < THRESHOLDS.clarify_in_a_row or not isinstance(decision, Clarify)

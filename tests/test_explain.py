"""Explanations: complete as a record, readable as sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.dialogue import choose, respond
from bot.explain import Explanation, as_record, explain, in_words, rank
from bot.models import Flagged, Screening, State, Tier

if TYPE_CHECKING:
    from bot.snapshot import Snapshot

SHOWN = State(shown=("botox/how-long",))


def explained(snapshot: Snapshot, utterance: str, state: State = State()) -> Explanation:  # noqa: B008  frozen
    """Answer an utterance and explain the turn."""
    return explain(snapshot, state, utterance, respond(snapshot, state, utterance), top=2)


@pytest.mark.parametrize("utterance", ["is it quick", "", "🙂", "I can't breathe", "x" * 900])
def test_a_record_is_json(windmill: Snapshot, utterance: str) -> None:
    """Whatever was written, its explanation is plain data."""
    record = as_record(explained(windmill, utterance))
    assert json.loads(json.dumps(record)) == record
    assert record["utterance"] == utterance
    assert record["content_version"] == windmill.version


def test_the_best_entry_comes_with_what_spoke_for_it(windmill: Snapshot) -> None:
    """Its terms have weights, its parts add up to the score, the runner-up follows."""
    why = explained(windmill, "where do I leave my car")
    best, runner_up = why.candidates
    assert best.entry == "parking/where-can-i-park"
    assert "car" in [term.text for term in best.terms]
    assert sum(best.parts.values()) == pytest.approx(best.score, abs=1e-3)
    assert runner_up.confidence <= best.confidence
    assert (why.decision, why.entries) == ("answer", (best.entry,))


def test_the_ranking_is_as_long_as_asked_for(windmill: Snapshot) -> None:
    """Up to all entries that can be shown."""
    assert [len(rank(windmill, "is it quick", top=top).hits) for top in (1, 4, 50)] == [1, 4, 6]


def test_a_pressed_choice_was_not_searched_for(windmill: Snapshot) -> None:
    """There is nothing to explain but the rule."""
    state = State(offered=("botox/how-long",))
    why = explain(windmill, state, None, choose(windmill, state, "botox/how-long"))
    assert (why.candidates, why.method) == ((), None)
    first, second = in_words(why)
    assert "choice was pressed" in first
    assert f"“{why.rule}”" in second


def test_a_typed_number_was_read_as_a_choice(windmill: Snapshot) -> None:
    """What was offered can be named by its number."""
    state = State(offered=("botox/how-long", "botox/when-it-works"))
    assert in_words(explained(windmill, "the second one", state))[0] == (
        "It was read as one of the choices."
    )


def test_words_name_corrections_and_thresholds(windmill: Snapshot) -> None:
    """A tester reads why without knowing the code."""
    words = "\n".join(in_words(explained(windmill, "where can I prak")))
    assert "“prak” was taken for “park”" in words
    assert "Most likely “Where can I park?” (parking/where-can-i-park)" in words
    assert "An answer needs" in words


def test_a_follow_up_names_what_was_found_with_the_last_question(windmill: Snapshot) -> None:
    """What was read in context is a part of why."""
    why = explained(windmill, "tell me more", SHOWN)
    assert why.in_context
    assert any("With the last question in mind" in each for each in in_words(why))


def test_a_message_in_parts_is_explained_in_parts(windmill: Snapshot) -> None:
    """Each part has its own best entry."""
    why = explained(windmill, "is it quick? and where can I park?")
    assert {part.entry for part in why.clauses} == {"botox/how-long", "parking/where-can-i-park"}
    assert sum("The part “" in each for each in in_words(why)) == 2


def test_a_live_red_flag_is_the_whole_explanation(windmill: Snapshot) -> None:
    """Nothing was searched for."""
    seen, decided = in_words(explained(windmill, "I can't breathe"))
    assert "(trouble-breathing, emergency). That comes before everything else" in seen
    assert decided.startswith("Decision: red flag")


def test_a_weakened_red_flag_names_its_modifiers(windmill: Snapshot) -> None:
    """Whoever wonders why there was no card reads what held it back."""
    found = Flagged("breath", Tier.EMERGENCY, "can't breathe", "can't breathe", ("negated",))
    why = replace(explained(windmill, "is it quick"), screening=Screening(found=(found,)))
    assert any("but as negated, which is no alarm" in each for each in in_words(why))


def test_nothing_to_read_is_said(windmill: Snapshot) -> None:
    """Signs without words are no query."""
    assert in_words(explained(windmill, "?!"))[0] == "There was no word to read."

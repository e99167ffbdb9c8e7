"""Tiers, fixed texts, split messages, and what happens when the screen itself fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Screening, Tier
from bot.safety import UNAVAILABLE, Screen
from tests.safety.flags import flag, red_flags


@pytest.mark.parametrize(
    ("utterance", "text"),
    [
        ("I can't swallow", "emergency"),
        ("no puedo respirar", "emergency-es"),
        ("my toddler ate my baclofen pills", "poison"),
        ("I want to die", "crisis"),
        ("ya no quiero vivir", "crisis-es"),
        ("my wife says she wants to die", "crisis-other"),
        ("mi hermano dice que se quiere matar", "crisis-other-es"),
        ("I took all my pills because I want to die", "crisis-taken"),
        ("my boyfriend hits me", "abuse"),
        ("the injection site is hot and oozing pus", "urgent"),
        ("tengo fiebre desde la inyección", "urgent-es"),
        ("should I stop my blood thinner", "advice"),
        ("cuántas unidades necesito", "advice-es"),
    ],
)
def test_each_danger_has_its_text(screen: Screen, utterance: str, text: str) -> None:
    """The text is that of the tier, or the flag's own, in the language of the flag."""
    assert screen.screen(utterance).text == text


def test_nothing_found_is_nothing(screen: Screen) -> None:
    """An ordinary question passes without a trace."""
    assert screen.screen("how long does an appointment take?") == Screening()


def test_a_finding_explains_itself(screen: Screen) -> None:
    """Flag, tier, pattern, the words as typed, and the modifier are told."""
    (found, *_) = screen.screen("can botox cause Trouble Breathing").found
    assert (found.flag, found.tier) == ("breathing", Tier.EMERGENCY)
    assert found.matched == "trouble breathing"
    assert found.modifiers == ("general question",)


def test_a_danger_among_other_questions_wins(screen: Screen) -> None:
    """An emergency in a long message is seen before anything else in it."""
    long = "Where can I park? I have an appointment at 3. " * 15
    screening = screen.screen(f"{long} Also I can't swallow. {long}")
    assert screening.tier is Tier.EMERGENCY


def test_the_more_urgent_danger_wins(screen: Screen) -> None:
    """A red injection site does not hide a closing throat."""
    screening = screen.screen("the injection site is red and my throat is closing")
    assert screening.tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    ("tail", "utterance"),
    [
        ("my throat", "is closing up"),
        ("I can't", "swallow"),
        ("my son stopped", "breathing"),
        ("I want to", "kill myself"),
        ("Can botox cause trouble breathing?", "it started this morning"),
    ],
)
def test_a_message_split_in_two_is_seen(screen: Screen, tail: str, utterance: str) -> None:
    """Two halves that say nothing each say it together."""
    assert screen.screen(tail).tier is None
    assert screen.screen(utterance, tail=tail).tier in {Tier.EMERGENCY, Tier.CRISIS}


@pytest.mark.parametrize("utterance", ["ok thanks", "how long does it take", "where do I park"])
def test_a_danger_of_the_last_message_is_not_told_again(screen: Screen, utterance: str) -> None:
    """After the card, an ordinary message is not taken for the danger before it."""
    assert screen.screen(utterance, tail="I can't breathe").tier is None


def test_a_repeated_danger_is_told_again(screen: Screen) -> None:
    """The card shows again when the patient says it again."""
    assert screen.screen("I can't breathe", tail="I can't breathe").tier is Tier.EMERGENCY


def test_a_fault_inside_is_never_taken_for_no_danger(screen: Screen) -> None:
    """Whatever breaks, the patient gets the text that names the emergency number."""
    broken = Screen(red_flags(flag("help")))
    del broken._finder  # stands for any fault inside
    assert broken.screen("how are you") is UNAVAILABLE
    assert UNAVAILABLE.tier is Tier.EMERGENCY
    assert UNAVAILABLE.text == "unavailable"


def test_a_missing_list_means_more_cards() -> None:
    """Without cue lists nothing is weakened."""
    bare = Screen(red_flags(flag("trouble breathing")))
    assert bare.screen("no trouble breathing").tier is Tier.EMERGENCY


def test_a_flag_may_have_a_text_of_its_own() -> None:
    """A flag whose id is the name of a fixed text shows that text."""
    own = Screen(red_flags(flag("help"), flag("so sad", tier=Tier.CRISIS, name="crisis-other")))
    assert own.screen("so sad").text == "crisis-other"


def test_a_text_without_translation_is_shown_in_english() -> None:
    """A Spanish flag falls back on the English text."""
    spanish = Screen(red_flags(flag("ayuda"), flag("dosis", tier=Tier.ADVICE, language="es")))
    assert spanish.screen("dosis").text == "advice"
    assert spanish.screen("dosis").language == "es"


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_makes_it_fail(screen: Screen, utterance: str, tail: str) -> None:
    """The screen judges any text at all."""
    assert screen.screen(utterance, tail=tail) is not UNAVAILABLE


@given(
    st.lists(st.sampled_from("i can not breathe ... my throat is no trouble if but 911".split()))
)
def test_no_mixture_of_its_own_words_makes_it_fail(screen: Screen, words: list[str]) -> None:
    """Nor does any order of the words that its patterns are made of."""
    assert screen.screen(" ".join(words), tail=" ".join(reversed(words))) is not UNAVAILABLE

"""What weakens a danger, each by a sentence, and what does not."""

import pytest

from bot.models import Tier
from bot.safety import Screen


def weakened(screen: Screen, utterance: str) -> set[str]:
    """Return the modifiers of what was found; fail when a card would be shown."""
    screening = screen.screen(utterance)
    assert screening.tier is None, screening.found
    return {modifier for found in screening.found for modifier in found.modifiers}


@pytest.mark.parametrize(
    "utterance",
    [
        "no trouble breathing, just a bruise",
        "I don't have any trouble swallowing",
        "without chest pain or shortness of breath",
        "I am not having a seizure",
        "never had a seizure",
        "I'm not suicidal",
        "no tengo dificultad para respirar",
    ],
)
def test_a_denial_before_the_finding_weakens_it(screen: Screen, utterance: str) -> None:
    """No card, but the line about emergencies."""
    assert weakened(screen, utterance) == {"denied"}
    assert screen.screen(utterance).notice


@pytest.mark.parametrize(
    "utterance",
    [
        "I can't breathe",
        "she won't wake up",
        "he is not breathing",
        "the bleeding won't stop",
        "I could not swallow this morning and still can't",
        "no puedo respirar",
        "no help here and my throat is closing",
        "not sure why but I can't swallow",
    ],
)
def test_a_not_that_is_the_symptom_denies_nothing(screen: Screen, utterance: str) -> None:
    """In lay language the "not" is often the danger itself."""
    assert screen.screen(utterance).tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    "utterance",
    [
        "no fever but I can't breathe",
        "I don't have chest pain but my face is drooping",
        "no rash, however my throat is closing",
    ],
)
def test_a_denial_ends_at_a_but(screen: Screen, utterance: str) -> None:
    """What stands behind a "but" is not denied."""
    assert screen.screen(utterance).tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    ("utterance", "modifier"),
    [
        ("had trouble swallowing two years ago", "long ago"),
        ("I had a seizure when I was a kid", "long ago"),
        ("I was short of breath last year", "long ago"),
        ("I used to have seizures", "long ago"),
        ("hace años tuve una convulsión", "long ago"),
        ("my face was swollen after the shot but it went down", "over"),
        ("she had hives, all better now", "over"),
        ("tuve problemas para tragar pero ya estoy bien", "over"),
        ("my speech is slurred because of my stroke", "long-standing"),
    ],
)
def test_what_is_past_weakens_it(screen: Screen, utterance: str, modifier: str) -> None:
    """Told of the past, or over, or there for years: no card."""
    assert weakened(screen, utterance) == {modifier}


@pytest.mark.parametrize(
    "utterance",
    [
        "it went away but now the trouble breathing is back",
        "I had botox two months ago and can't swallow",
        "had my shots last month, I can't hold my head up",
        "I was fine yesterday, today I can't swallow",
        "the hives are gone but my throat is closing",
        "it never went away, I still have trouble swallowing",
    ],
)
def test_the_present_overrules_the_past(screen: Screen, utterance: str) -> None:
    """A past shot, or an end that did not last, weakens nothing."""
    assert screen.screen(utterance).tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    ("utterance", "modifier"),
    [
        ("can botox cause trouble breathing?", "general question"),
        ("is difficulty swallowing a side effect", "general question"),
        ("what are the signs of an allergic reaction", "general question"),
        ("could my throat close up", "general question"),
        ("will my face droop", "general question"),
        ("is botox safe for people with trouble swallowing", "general question"),
        ("would botox help with trouble swallowing from achalasia", "general question"),
        ("my coworker passed out at her appointment, is that common", "general question"),
        ("what if I can't breathe after the shot", "supposed"),
        ("who do I call if my throat swells", "supposed"),
        ("puede el botox causar problemas para respirar", "general question"),
    ],
)
def test_a_general_question_weakens_it(screen: Screen, utterance: str, modifier: str) -> None:
    """Asked about, not told of somebody: the FAQ answers, with the line about emergencies."""
    assert modifier in weakened(screen, utterance)


@pytest.mark.parametrize(
    "utterance",
    [
        "is it normal that I can't swallow after botox?",
        "is this a side effect, my lips are swelling",
        "can botox do this? I can't lift my head",
        "can botox cause trouble breathing? it started this morning",
        "not sure if my throat is closing",
        "if I lie down I can't breathe",
        "why can't I breathe",
        "what time do you close, my chest hurts",
    ],
)
def test_a_question_about_oneself_is_live(screen: Screen, utterance: str) -> None:
    """A question mark does not make a symptom hypothetical."""
    assert screen.screen(utterance).tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    "utterance",
    [
        "the cost is killing me",
        "I'm dying to know if this works",
        "that gave me a heart attack lol",
        "I hold my breath when I see needles",
        "that's a hard pill to swallow",
        "can I speak to someone about billing",
    ],
)
def test_a_figure_of_speech_is_nothing(screen: Screen, utterance: str) -> None:
    """Not even the line about emergencies."""
    screening = screen.screen(utterance)
    assert screening.tier is None
    assert not screening.notice


def test_thoughts_of_suicide_have_no_if(screen: Screen) -> None:
    """A supposed or asked thought of self-harm is taken at its word."""
    for utterance in (
        "what if I just kill myself",
        "should I kill myself",
        "if I die nobody cares",
    ):
        assert screen.screen(utterance).tier is Tier.CRISIS, utterance


def test_a_question_about_a_medicine_is_no_crisis(screen: Screen) -> None:
    """Asked as a side effect, suicidal thoughts get an answer with the crisis line below."""
    screening = screen.screen("does botox cause suicidal thoughts")
    assert screening.tier is None
    assert screening.notice

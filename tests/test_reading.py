"""The form of an utterance says what it is for, whatever it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import MOST_CLAUSES, clauses, form, picked_option

OFFERED = ("a/first", "b/second", "c/third")
joints = st.sampled_from(
    ["and", "because", "how", "is it", "? ", ". ", ", also ", "\n", " - ", "it", "one"]
)
typed = st.text() | st.lists(joints | st.text(max_size=3)).map("".join)


@pytest.mark.parametrize(
    ("utterance", "parts"),
    [
        ("Does it hurt?", ["Does it hurt?"]),
        ("What is it? How long does it last", ["What is it?", "How long does it last"]),
        ("How long is it and does it hurt?", ["How long is it", "does it hurt?"]),
        ("Is it quick, and also where do I park", ["Is it quick", "where do I park"]),
        ("does it hurt & how long", ["does it hurt", "how long"]),
        ("Is it safe; is it quick", ["Is it safe", "is it quick"]),
        ("I had a stroke. Can it help?", ["I had a stroke.", "Can it help?"]),
        ("my arm is stiff - will it help", ["my arm is stiff", "will it help"]),
        ("how long is it because I work", ["how long is it", "because I work"]),
        ("Before I come: is it safe?", ["Before I come:", "is it safe?"]),
        ("side effects and benefits", ["side effects and benefits"]),
        ("I have pain and weakness", ["I have pain and weakness"]),
        ("a well-known e-mail", ["a well-known e-mail"]),
        ("", []),
        ("?! ...", []),
    ],
)
def test_clauses(utterance: str, parts: list[str]) -> None:
    """An utterance is split into sentences, and where a second question is joined on."""
    assert list(clauses(utterance)) == parts


def test_the_end_of_a_long_story_counts() -> None:
    """Of very many clauses the last ones are read, because the question stands there."""
    story = "It hurts. " * 50 + "Can I park?"
    assert len(clauses(story)) == MOST_CLAUSES
    assert clauses(story)[-1] == "Can I park?"


@given(typed)
def test_clauses_are_parts_of_the_utterance(utterance: str) -> None:
    """Each clause says something, stands in the utterance as it was typed, and they are few."""
    found = clauses(utterance)
    assert len(found) <= MOST_CLAUSES
    assert all(any(char.isalnum() for char in clause) for clause in found)
    assert all(clause in utterance for clause in found)


@given(st.lists(joints | st.sampled_from(["plus ", "AND how", "and", "cause\tx", "&"]), max_size=6))
def test_plain_english_is_split_like_any_text(parts: list[str]) -> None:
    """The short way for plain English that is not split gives what the long way gives."""
    utterance = " ".join(parts)
    assert clauses(f"é.\n{utterance}") == ("é.", *clauses(utterance))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("where can I park", True),
        ("parking?", True),
        ("ok and does it hurt", True),
        ("tell me about parking", True),
        ("I was wondering about my neck", True),
        ("my question is the parking", True),
        ("he wants to know about parking", True),
        ("we're curious about the parking", True),
        ("I had a stroke last year", False),
        ("thanks a lot", False),
        ("", False),
    ],
)
def test_asking(text: str, asks: bool) -> None:
    """A question is known by its mark, its first word, or by being announced."""
    assert form(text).asks is asks


@pytest.mark.parametrize(
    ("text", "leans_back"),
    [
        ("and how long does it last?", True),
        ("will they come back some day after that", True),
        ("why?", True),
        ("what about the muscles of my neck", True),
        ("How long does an appointment take", False),
        ("botox helps with pain", False),
    ],
)
def test_leaning_back(text: str, leans_back: bool) -> None:
    """A short text, "and …", "it" and "they" may refer to what was answered last."""
    assert form(text).leans_back is leans_back


@pytest.mark.parametrize(
    ("text", "elliptical", "wants_more"),
    [
        ("why?", True, False),
        ("like what?", True, True),
        ("tell me more", True, True),
        ("what else", True, True),
        ("go on", True, True),
        ("ok", True, False),
        ("how long does the pain last", False, False),
        ("more pain", False, False),
        ("", False, False),
    ],
)
def test_ellipsis(text: str, elliptical: bool, wants_more: bool) -> None:
    """A text without a subject of its own is elliptical, and some such texts ask for more."""
    found = form(text)
    assert (found.elliptical, found.wants_more) == (elliptical, wants_more)


@pytest.mark.parametrize(("text", "plural"), [("do they last", True), ("does it last", False)])
def test_plural(text: str, plural: bool) -> None:
    """The words "they" and "those" are told from "it" and "that"."""
    assert form(text).plural is plural


@given(typed)
def test_form_never_raises(text: str) -> None:
    """Every text has a form, and only an elliptical one wants more."""
    found = form(text)
    assert found.elliptical or not found.wants_more


@pytest.mark.parametrize(
    ("utterance", "picked"),
    [
        ("1", "a/first"),
        ("the first one", "a/first"),
        ("the first one please", "a/first"),
        ("2", "b/second"),
        ("2.", "b/second"),
        ("#2", "b/second"),
        ("Option 2", "b/second"),
        ("number two", "b/second"),
        ("3rd", "c/third"),
        ("the last one", "c/third"),
        ("none of these", ""),
        ("neither", ""),
        ("no thanks", ""),
        ("no, parking", None),
        ("nothing helps", None),
        ("4", None),
        ("0", None),
        ("first time", None),
        ("2 weeks", None),
        ("how long does the first one take", None),
        ("", None),
    ],
)
def test_picked_option(utterance: str, picked: str | None) -> None:
    """A number or an ordinal picks an option, "none" refuses all, and other words do neither."""
    assert picked_option(utterance, OFFERED) == picked


@pytest.mark.parametrize("utterance", ["2", "the first one", "none", "no"])
def test_nothing_is_picked_where_nothing_was_offered(utterance: str) -> None:
    """Without an open "did you mean" a number is only a number."""
    assert picked_option(utterance, ()) is None


@given(typed, st.lists(st.text(), max_size=4))
def test_what_is_picked_was_offered(utterance: str, offered: list[str]) -> None:
    """Whatever is typed, it picks one of the offered entries, none of them, or nothing."""
    assert picked_option(utterance, offered) in [*offered, "", None]

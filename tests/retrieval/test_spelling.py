"""Misspelt words become the FAQ's words or general ones; words that are right stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.models import Correction
from bot.retrieval.general import COMMON, FILED, SHORTEST, file_words
from bot.retrieval.nearness import allowed_distance, deletions
from bot.retrieval.spelling import FITS, Speller, edit_cost, sound
from bot.wordlists import english

ROWS = """\
how long does it last
how long does an appointment take
what are the side effects of botox
does it hurt
when does the effect wear off
is it safe for muscle spasms and chronic migraine
who gives the injections
"""
SPELLER = Speller.from_rows([row.split() for row in ROWS.splitlines()], also=["physiotherapy"])
GENERAL = [word for word, rank in english().items() if rank < COMMON and len(word) >= SHORTEST]
OWN = sorted(SPELLER.counts)


def repair(text: str) -> str:
    """Return a text with its spelling repaired."""
    return " ".join(SPELLER.repair(text.split())[0])


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("botx", "botox"),
        ("injectons", "injections"),
        ("migrane", "migraine"),
        ("spasims", "spasms"),
        ("apointmnt", "appointment"),
        ("fysiotherapy", "physiotherapy"),
        ("teh side efects", "the side effects"),
        ("waht are the side affects", "what are the side effects"),
        ("howlong does it last", "how long does it last"),
        ("sideffects", "side effects"),
        ("bo tox", "botox"),
        ("dose it hurt", "does it hurt"),
        ("how long dose it lsat", "how long does it last"),
        ("when does it ware off", "when does it wear off"),
    ],
)
def test_misspelt_words_are_repaired(typed: str, repaired: str) -> None:
    """What patients mistype becomes what the FAQ says."""
    assert repair(typed) == repaired


@pytest.mark.parametrize(
    "text",
    [
        *ROWS.splitlines(),
        "my guitar teacher lives in a restaurant",
        "what is the weather like in london",
        "is paris the capital of france",
        "i am allergic to penicillin",
        "what dose will i get",
        "blorf xqzt",
        "a1b2 h2o 10 mg",
        "he is so ok",
        "привет 你好",
        "",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    """Words of the FAQ, general words and what is like none of them stay as they are."""
    assert SPELLER.repair(text.split()) == (tuple(text.split()), ())


def test_corrections_say_what_was_changed() -> None:
    """Each word that was taken for another is named, and no other."""
    _, corrections = SPELLER.repair("howlong dose teh bo tox last".split())
    assert corrections == (
        Correction("howlong", "how long"),
        Correction("dose", "does"),
        Correction("teh", "the"),
        Correction("bo tox", "botox"),
    )


def test_general_words_compete_with_those_of_the_faq() -> None:
    """A word that is nearer to a general word is not bent towards the FAQ."""
    assert repair("resturant") == "restaurant"
    assert repair("recieve") == "receive"


# --- candidates ----------------------------------------------------------------------------

letters = st.text("abcdefghijklmnopqrstuvwxyz", max_size=2)
words = st.sampled_from(OWN) | st.sampled_from(GENERAL[:3_000])
places = st.integers(0, 12)


@st.composite
def misspelt(draw: st.DrawFn) -> str:
    """Draw a known word with up to two stretches of letters left out, added or replaced."""
    word: str = draw(words)
    for _ in range(draw(st.integers(1, 2))):
        at, to = sorted((draw(places), draw(places)))
        word = word[:at] + draw(letters) + word[min(to, at + 2) :]
    return word


@settings(max_examples=50)
@given(misspelt())
def test_candidates_equal_a_scan_of_all_words(typed: str) -> None:
    """The index of deletions finds every word that measuring the distance to all would find."""
    most, found = allowed_distance(typed), set(SPELLER.candidates(typed))
    near = {word: OSA.distance(typed, word, score_cutoff=2) for word in {*OWN, *GENERAL}}
    own = {word for word in OWN if near[word] <= min(most, allowed_distance(word))}
    general = {word for word in GENERAL if near[word] <= 1}
    alike = {word for word in OWN if sound(word) == sound(typed)}
    assert own | general <= found
    assert found <= {word for word, distance in near.items() if distance <= most} | alike


@given(misspelt(), st.integers(0, 2))
def test_deletions(word: str, most: int) -> None:
    """A deletion lacks at most so many letters, and the word's beginning is one of them."""
    found = deletions(word, most)
    start = max(found, key=len)
    assert word.startswith(start)
    assert all(len(start) - len(each) <= most for each in found)


@given(misspelt(), words)
def test_cost_of_an_edit(typed: str, word: str) -> None:
    """Only the word itself costs nothing, and no likely slip costs more than an unlikely one."""
    cost = edit_cost(typed, word)
    assert (cost == 0) == (typed == word)
    assert cost <= OSA.distance(typed, word) + 0.5


@pytest.mark.parametrize(
    ("word", "likely", "unlikely"),
    [
        ("botox", "botxo", "botak"),
        ("hurt", "hurrt", "hurlt"),
        ("last", "kast", "fast"),
        ("pain", "paim", "paix"),
    ],
)
def test_likely_slips_cost_less(word: str, likely: str, unlikely: str) -> None:
    """Swapped, doubled and neighbouring letters are likelier slips than others."""
    assert edit_cost(likely, word) < edit_cost(unlikely, word)


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), max_size=6))
def test_every_text_can_be_repaired(text: list[str]) -> None:
    """Any words come back as words, the same each time."""
    repaired, corrections = SPELLER.repair(text)
    assert all(word and " " not in word for word in repaired)
    assert SPELLER.repair(text) == (repaired, corrections)
    assert bool(corrections) == (repaired != tuple(text))


def test_an_empty_faq() -> None:
    """Without a vocabulary general words are still repaired."""
    assert Speller.from_rows([]).repair(["recieve", "blorf"])[0] == ("receive", "blorf")


def test_general_words_are_filed() -> None:
    """The file holds the words of the list; `python -m bot.retrieval.general` renews it."""
    assert FILED.read_bytes() == file_words()


@settings(max_examples=50)
@given(misspelt(), words, words)
def test_the_likeliest_word_costs_least(typed: str, before: str, after: str) -> None:
    """Looking at the likeliest candidates first finds what a look at all of them finds."""
    costs = {
        word: (alone - FITS * (SPELLER.beside(before, word) + SPELLER.beside(word, after)), word)
        for alone, word in SPELLER.ranked(typed)
    }
    best = min(costs.values(), default=(9.0, typed))
    if best[0] < allowed_distance(typed) + 0.6:
        assert SPELLER.best(typed, before, after) == best[1]
    else:
        assert SPELLER.best(typed, before, after) in {typed, SPELLER.split(typed)}


@given(words, words)
def test_words_stand_side_by_side_only_in_the_faq(left: str, right: str) -> None:
    """Two words stand side by side if they do in some row, asked once or again."""
    for _ in range(2):
        assert SPELLER.beside(left, right) == ((left, right) in SPELLER.pairs)

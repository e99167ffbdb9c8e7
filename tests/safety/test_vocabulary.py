"""How the screen reads what patients really type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety import Screen
from bot.safety.vocabulary import NUMBER, OTHER, Vocabulary

WORDS = ("can", "not", "breathe", "throat", "closing", "swallow", "seizure", "kill", "numb", "i")
ORDINARY = {"number": 1, "closet": 2, "heart": 3}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(WORDS, ("swell", "clos"), ORDINARY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thoat", "throat"),
        ("thraot", "throat"),
        ("throatt", "throat"),
        ("throats", "throat"),
        ("throooat", "throat"),
        ("throte", "throat"),
        ("swollow", "swallow"),
        ("brethe", "breathe"),
        ("seizue", "seizure"),
        ("kil", "kil"),
        ("killlll", "kill"),
        ("clsoing", "closing"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_nearest(
    vocabulary: Vocabulary, typed: str, meant: str
) -> None:
    """Slips, swaps, stretched letters and spelling by ear are understood; three letters are not."""
    assert vocabulary.codes(typed) == vocabulary.codes(meant)


@pytest.mark.parametrize("word", ["number", "heart", "xyzzy", "kin"])
def test_an_ordinary_or_strange_word_is_left_alone(vocabulary: Vocabulary, word: str) -> None:
    """A word of everyday English is never taken for a misspelling."""
    assert vocabulary.codes(word) == OTHER


@pytest.mark.parametrize("typed", ["can't", "cant", "cannot", "cnt", "cabt", "can not"])
def test_a_denial_is_read_however_it_is_typed(typed: str) -> None:
    """The apostrophe may be missing, and a letter wrong."""
    vocabulary = Vocabulary(WORDS, (), ORDINARY)
    codes = "".join(vocabulary.codes(token) for token in typed.split())
    assert codes == vocabulary.codes("can") + vocabulary.codes("not")


def test_words_without_a_space_are_told_apart(vocabulary: Vocabulary) -> None:
    """`icantbreathe` is "I can not breathe"."""
    assert vocabulary.codes("icantbreathe") == "".join(
        vocabulary.codes(w) for w in "i can not breathe".split()
    )


def test_a_number_and_its_unit_are_told_apart(vocabulary: Vocabulary) -> None:
    """`800mg` is a number and a word."""
    assert vocabulary.codes("800mg") == NUMBER + OTHER


@given(st.text(min_size=1, max_size=80))
def test_every_token_has_codes(token: str) -> None:
    """Whatever the token, reading it raises nothing."""
    if token[0].isalnum():
        assert Vocabulary(WORDS, (), ORDINARY).codes(token)


@pytest.mark.parametrize(
    "utterance",
    [
        "I can’t breathe",
        "I can t breathe",
        "I. Can't. Breathe.",
        "i cnt breathe",
        "I\ncan't\nbreathe",
        "I  can't   breathe!!!",
        "ℐ can't breathe",
        "I can\u200b't breathe 😭",
        "can't breeeeathe",
    ],
)
def test_the_same_cry_in_many_spellings(screen: Screen, utterance: str) -> None:
    """Quotes, spaces, lines, stretched letters and emoji do not hide it."""
    assert screen.screen(utterance).text == "emergency"

"""What is left as it is at first sight is what redaction leaves as it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.journal import redaction_names
from bot.journal.redaction import redact, steps
from bot.journal.redaction_plain import is_plain
from tests.journal.test_redaction import GROWING, NAMED, labelled

if TYPE_CHECKING:
    from bot.journal.redaction_text import Anchored

ROWS = [row.text for row in labelled()]
WORDS = sorted({word for text in ROWS for word in text.split()} | NAMED)
HARMLESS = sorted(word for word in WORDS if is_plain(word))
INTRODUCERS = (
    redaction_names._FIRM,
    redaction_names._LIKELY,
    redaction_names._TITLE,
    redaction_names._CLOSING,
)
LETTERS = "".join(map(chr, range(32, 127))) + "áéíóúñ’“"
SIGNS = st.sampled_from(["", "", "", ".", ",", "?", "!", ":", "...", "'s", "’s", ")", "-"])


def thorough(text: str) -> str:
    """Return a text as all steps leave it, whatever is seen at first sight."""
    *_, last = steps(text)
    return last.text


def cased(word: str, how: int) -> str:
    """Write a word in lower case, capitalised, in capitals, or as it is."""
    return (word, word.lower(), word.capitalize(), word.upper())[how]


TOKENS = st.builds(
    lambda word, how, sign: cased(word, how) + sign,
    st.sampled_from(HARMLESS) | st.sampled_from(WORDS),
    st.sampled_from([0, 1, 1, 2, 3]),
    SIGNS,
)


@settings(max_examples=1_000)
@given(st.lists(TOKENS, max_size=9).map(" ".join) | st.text(max_size=40))
@example("\u017fir")
@example("look at me. It hurts")
@example("is it I. or Botox")
@example("one two one-two one two one two")
@example("one one two one two one one")
@example("Parking here, please")
@example("mail a (at) gmail")
def test_a_plain_text_comes_back_as_it_was(text: str) -> None:
    """Words of all patterns, of the labelled texts and of questions, in any order and case."""
    if is_plain(text):
        assert thorough(text) == text


@settings(max_examples=1_000)
@given(st.lists(st.sampled_from(HARMLESS), min_size=2, max_size=9).map(" ".join))
def test_words_that_are_harmless_alone(text: str) -> None:
    """They are looked at together: where one may be a name, and one introduces names, in full."""
    assert thorough(text) == text or not is_plain(text)


@pytest.mark.parametrize("text", ROWS)
def test_no_identifier_is_plain(text: str) -> None:
    """Every labelled text that changes is looked at closely."""
    assert thorough(text) == text or not is_plain(text)
    assert redact(text) == thorough(text)


@pytest.mark.parametrize("pattern", INTRODUCERS)
def test_whatever_introduces_a_name_is_noticed(pattern: Anchored) -> None:
    """A name behind any text that a pattern of introductions matches makes the whole not plain."""
    said = st.from_regex(pattern.pattern, fullmatch=True, alphabet=LETTERS)

    @settings(max_examples=150, database=None)
    @given(said, st.sampled_from(["Zbyszko", "zbyszko"]))
    def each(introduction: str, name: str) -> None:
        assert not is_plain(f"{introduction} {name}")

    each()


@pytest.mark.parametrize(
    "text",
    [
        "How long does it take to work?",
        "is it safe while i’m pregnant, and does it hurt",
        "can my neck get weak after the injections?",
        "¿cuánto tiempo dura?",
        "are there xeplion alternatives",
    ],
)
def test_ordinary_questions_are_plain(text: str) -> None:
    """So most questions cost next to nothing."""
    assert is_plain(text)


@pytest.mark.parametrize("piece", GROWING)
def test_a_look_takes_no_longer_than_the_text(piece: str) -> None:
    """Eight times the text takes about eight times as long."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        is_plain(text)
        is_plain(text.replace(" ", "-"))
        return time.process_time() - start

    seconds(1_000)
    short = max(min(seconds(1_000 + n) for n in range(3)), 0.001)
    assert min(seconds(8_000 + n) for n in range(3)) < 24 * short

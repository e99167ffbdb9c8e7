"""The reading grade is that of the published formulas, and long sentences are named."""

from __future__ import annotations

import pytest

from bot.content.readability import (
    Counts,
    automated_readability,
    coleman_liau,
    count,
    grade,
    limit,
    longest,
    sentences,
)
from bot.models import Listing, Paragraph, Run


def test_coleman_liau() -> None:
    """The formula's own terms: letters and sentences for 100 words."""
    assert coleman_liau(Counts(letters=639, words=119, sentences=5)) == pytest.approx(
        14.53, abs=0.01
    )


def test_automated_readability() -> None:
    """The formula's own terms: letters for a word and words for a sentence."""
    counts = Counts(letters=500, words=100, sentences=10)

    assert automated_readability(counts) == pytest.approx(4.71 * 5 + 0.5 * 10 - 21.43)


def test_what_is_counted() -> None:
    """Hyphens and apostrophes don't split words and are no letters."""
    assert count(["It's a follow-up.", "Call 911!"]) == Counts(letters=19, words=5, sentences=2)


def test_every_line_of_a_list_is_a_sentence() -> None:
    """Blocks are split at full stops and lines; placeholders count as one short word."""
    blocks = (
        Paragraph((Run("One. "), Run("Two?", strong=True), Run(" Call {phone}."))),
        Listing(((Run("three"),), (Run("…"),), (Run("Dr. Doe"),))),
    )

    assert sentences(blocks) == ["One.", "Two?", "Call it.", "three", "Dr.", "Doe"]


def test_plain_and_hard_words() -> None:
    """Plain words get a low grade, officialese a high one, a few words none."""
    plain = ["You can park in Lot B.", "It is free.", "Walk to the red door."] * 4
    hard = ["Supplementary accommodation necessitates administrative preregistration."] * 6

    assert grade(count(plain)) < 3
    assert grade(count(hard)) > 15
    assert grade(count(["Physiotherapy helps."])) == 0


def test_short_texts_are_judged_leniently() -> None:
    """One long word in a short answer does not make it hard."""
    assert limit(Counts(100, 29, 2)) > limit(Counts(100, 30, 2)) == 8


def test_the_longest_sentences() -> None:
    """The two longest are named, longest first."""
    assert longest(["a b", "a", "a b c d", "a b c"]) == ["a b c d", "a b c"]

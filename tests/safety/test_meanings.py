"""What a word means is worked out once, and the patterns that lack a word are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety import Screen, compile_red_flags
from bot.safety.compiled import Compiled
from bot.safety.meanings import Meanings, Remembered, tokens
from bot.safety.message import Words, _fold
from bot.safety.needs import Needs, belonging, places
from tests.safety.flags import flag, red_flags

if TYPE_CHECKING:
    from bot.safety import Row

GROUPS = ("abc", "bd", "e", "afg", "c", "gh")
CODES = "abcdefghxy"
things = st.lists(
    st.lists(st.integers(0, len(GROUPS) - 1), max_size=4, unique=True), min_size=1, max_size=40
)


@pytest.fixture
def meanings() -> Meanings:
    """Return what words mean to a few patterns."""
    flags = red_flags(flag("can not breathe", "throat ... clos*", "(numb | weak) + arm"))
    return Meanings(Compiled.read(compile_red_flags(flags), flags, {"the": 0}))


@given(things, st.text(alphabet=CODES, max_size=8))
def test_possible_is_what_lacks_no_word(things: list[list[int]], said: str) -> None:
    """A thing is possible if and only if a word of each of its groups was said."""
    needs = Needs(things, belonging(GROUPS))
    plain = [
        at
        for at, groups in enumerate(things)
        if all(set(GROUPS[group]) & set(said) for group in groups)
    ]
    assert places(needs.possible(needs.of(said) | needs.always)) == plain


@given(things, st.text(alphabet=CODES, max_size=5), st.text(alphabet=CODES, max_size=5))
def test_bits_of_two_texts_are_those_of_both(things: list[list[int]], one: str, two: str) -> None:
    """What two messages mean together needs no reading of both."""
    needs = Needs(things, belonging(GROUPS))
    assert needs.of(one + two) == needs.of(one) | needs.of(two)


def test_a_fifth_group_rules_nothing_out() -> None:
    """What needs many words is possible at the latest when all of them were said."""
    needs = Needs([[0, 1, 2, 3, 4, 5]], belonging(GROUPS))
    assert places(needs.possible(needs.of("abcdefgh") | needs.always)) == [0]
    assert places(needs.possible(needs.of("bdefgh") | needs.always)) == [0]
    assert not needs.possible(needs.of("be") | needs.always)


@given(st.text(alphabet="caCAn't T.é’\n ?!\u0301ob7", max_size=40))
def test_pieces_have_the_codes_of_their_tokens(utterance: str) -> None:
    """Reading a message by what stands between its spaces gives what its tokens mean."""
    flags = red_flags(flag("can not breathe", "t cab 7"))
    meanings = Meanings(Compiled.read(compile_red_flags(flags), flags, {}))
    read = Words.read(utterance, meanings)
    assert read.codes == "".join(map(meanings._resolve, tokens(_fold(utterance)[0])))
    assert read.bits == meanings.patterns.of(read.codes) | meanings.patterns.always


def test_two_messages_read_as_one(screen: Screen, rows: tuple[Row, ...]) -> None:
    """Where two messages may be put together without reading them anew, that is what they say."""
    meanings, together = screen._finder.meanings, 0
    for before, after in zip(rows[::5], rows[1::5], strict=False):
        one, two = (Words.read(each.text, meanings) for each in (before, after))
        if one.joins(two):
            together += 1
            assert one.followed_by(two) == Words.read(f"{before.text} {after.text}", meanings)
    assert together > 200


@pytest.mark.parametrize(
    ("tail", "utterance"), [("can", "t breathe"), ("é", "\u0301"), ("x t", "a")]
)
def test_some_messages_are_read_anew(meanings: Meanings, tail: str, utterance: str) -> None:
    """A torn apostrophe, or a character that joins the last one, is seen across messages."""
    assert not Words.read(tail, meanings).joins(Words.read(utterance, meanings))


def test_what_was_learned_is_bounded(meanings: Meanings) -> None:
    """Typing ever new words does not fill the memory, nor do long ones."""
    for number in range(21_000):
        assert meanings.codes[f"q{number}z"]
    assert len(meanings.codes) + len(meanings.codes._before) <= 20_000
    assert meanings.codes["x" * 41]
    assert "x" * 41 not in meanings.codes


def test_what_was_typed_is_forgotten() -> None:
    """What was not looked up in two rounds is let go of; what was is not worked out again."""
    asked: list[str] = []

    def size(text: str) -> int:
        asked.append(text)
        return len(text)

    sizes = Remembered(size)
    for _ in range(3):
        assert (sizes["often"], "once" in sizes._before) == (5, False)
        sizes.forget()
    assert sizes["once"] == 4
    sizes.forget()
    sizes.forget()
    assert not sizes
    assert not sizes._before
    assert asked == ["often", "once"]

"""Text on a terminal: wrapped to its width, in the characters and colours that it can show."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.terminal import NARROWEST, UNWRAPPED, WIDEST, Look, columns
from bot.models import Run


class Terminal(io.TextIOWrapper):
    """A stream that claims to be a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding)

    def isatty(self) -> bool:
        """Claim it."""
        return True


@given(st.text(), st.integers(NARROWEST + 3, 120), st.sampled_from(["", "> ", "  * "]))
def test_no_line_is_wider_than_the_terminal(text: str, width: int, mark: str) -> None:
    """Only a single word may be: broken up, it could not be copied."""
    for line in Look(width).lines([Run(text)], first=mark[:2], rest=mark):
        assert columns(line) <= width or " " not in line[len(mark) :]


@given(st.lists(st.builds(Run, st.text(), st.booleans(), st.booleans()), max_size=5))
def test_wrapping_keeps_every_word(runs: list[Run]) -> None:
    """Wrapped or not, the words are the same, and nothing but blanks stands between them."""
    narrow, wide = (Look(width).lines(runs) for width in (20, UNWRAPPED))
    assert " ".join(narrow).split() == " ".join(wide).split()
    assert len(wide) == 1


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    """A damaged file or a foreign server can't steer the terminal."""
    assert all(char.isprintable() for line in Look(40).lines([Run(text)]) for char in line)


def test_wide_characters_count_double() -> None:
    """Chinese text is wrapped where the terminal would."""
    assert Look(12).lines([Run("你好世界 你好世界")]) == ["你好世界", "你好世界"]
    assert columns("e\u0301") == 1


def test_words_stay_together_across_styles() -> None:
    """A comma after a bold word does not start a line."""
    runs = [Run("Park in "), Run("Lot B", strong=True), Run(", please.")]
    assert Look(13).lines(runs) == ["Park in Lot", "B, please."]


def test_styles_are_codes_that_end_with_their_words() -> None:
    """No style leaks into what follows, not even over a line's end."""
    lines = Look(12, colour=True).lines([Run("one two three four", strong=True)])
    assert all(re.fullmatch("\x1b\\[1m.+\x1b\\[0m", line) for line in lines)
    assert Look(12).paint("x", "1") == "x"


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        (Run("911", href="tel:911"), "911"),
        (Run("+1 555 010", href="tel:+1555010"), "+1 555 010"),
        (Run("Call us", href="tel:911"), "Call us (911)"),
        (Run("a@b.example", href="mailto:a@b.example"), "a@b.example"),
        (Run("our hours", href="https://x.example/"), "our hours (https://x.example/)"),
    ],
)
def test_a_link_shows_its_address(run: Run, shown: str) -> None:
    """What can't be clicked can be read, and is not said twice."""
    assert Look().lines([run]) == [shown]


def test_a_text_keeps_its_own_lines() -> None:
    """Only the first line has the mark; the others are indented like it."""
    assert (
        Look(20).text("one\ntwo two two two two", first="> ") == "> one\n  two two two two\n  two"
    )


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_can_be_switched_off(environ: dict[str, str], colour: bool) -> None:
    """NO_COLOR counts when it is not empty."""
    assert Look.of(Terminal(), environ).colour is colour
    assert not Look.of(io.StringIO(), environ).colour


@pytest.mark.parametrize(
    ("columns_", "width"), [("40", 40), ("5", NARROWEST), ("400", WIDEST), ("x", UNWRAPPED)]
)
def test_the_width_is_that_of_columns(columns_: str, width: int) -> None:
    """COLUMNS counts everywhere; without it, what is not a terminal is not wrapped."""
    assert Look.of(io.StringIO(), {"COLUMNS": columns_}).width == width


def test_other_encodings_get_plain_signs() -> None:
    """A bar stays a bar where there are only the old characters."""
    look = Look.of(Terminal("latin-1"), {})
    assert look.spell("┃ “a” → b…") == '| "a" -> b...'

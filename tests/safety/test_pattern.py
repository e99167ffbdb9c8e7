"""The signs that patterns are written with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety import Screen
from bot.safety.pattern import Gap, Maybe, Named, PatternError, Word, leaves, parse
from tests.safety.flags import flag, red_flags


def matches(pattern: str, utterance: str, **lists: tuple[str, ...]) -> bool:
    """Screen an utterance with one pattern and nothing that weakens it."""
    screen = Screen(red_flags(flag(pattern), **lists))
    return screen.screen(utterance).tier is not None


def test_words_match_in_their_order() -> None:
    """A pattern of words matches these words one after the other, wherever they stand."""
    assert matches("throat closing", "help my throat closing now")
    assert not matches("throat closing", "closing throat")


def test_plurals_are_meant_too() -> None:
    """A word stands for its plural, even where another pattern names the plural itself."""
    assert matches("headache since", "headaches since Monday")
    assert matches("(headache since | headaches again)", "headaches since Monday")
    assert not matches("(headaches since | headache again)", "headache since Monday")


def test_contractions_are_written_out_on_both_sides() -> None:
    """A pattern may say "can't" and a patient "cannot"."""
    assert matches("can't swallow", "I cannot swallow")
    assert matches("can not swallow", "i cant swallow")


def test_an_asterisk_stands_for_any_ending() -> None:
    """`swell*` is swell, swelling and swells, and nothing that only contains it."""
    assert matches("swell*", "it is swelling")
    assert not matches("swell*", "all is well")


def test_a_bar_separates_choices() -> None:
    """One of the choices is enough, and a choice may have several words."""
    assert matches("(tongue | back of my throat) swelling", "back of my throat swelling")
    assert not matches("(tongue | throat) swelling", "ankle swelling")


def test_square_brackets_may_be_left_out_or_repeated() -> None:
    """`[so | very]` is none, one, or up to three of these words."""
    for utterance in ("throat tight", "throat very tight", "throat so very very tight"):
        assert matches("throat [so | very] tight", utterance)
    assert not matches("throat [so | very] tight", "throat not tight")


def test_dots_step_over_four_words_but_not_over_a_denial() -> None:
    """`...` is up to four other words, none of them a "not"."""
    assert matches("throat ... closing", "my throat feels like it is closing")
    assert not matches("throat ... closing", "my throat is one two three four five closing")
    assert not matches("throat ... closing", "my throat is not closing")


def test_braces_name_a_list() -> None:
    """`{body part}` is any phrase of the list with that name."""
    lists = {"body_part": ("lip", "back of the tongue")}
    assert matches("swollen {body part}", "swollen back of the tongue", **lists)
    assert not matches("swollen {body part}", "swollen ankle", **lists)


def test_a_plus_joins_parts_in_any_order() -> None:
    """`a + b` matches when both are said near each other, whichever comes first."""
    assert matches("hives + shot", "after the shot I got hives")
    assert matches("hives + shot", "hives came after the shot")
    assert not matches("hives + shot", "hives")


def test_the_edges_of_a_message_can_be_named() -> None:
    """`{start}` and `{end}` allow a greeting before and a "please" behind."""
    polite = {"greeting": ("hello",), "courtesy": ("please",)}
    assert matches("{start} stroke {end}", "Hello! Stroke, please", **polite)
    assert not matches("{start} stroke {end}", "my stroke was long ago", **polite)


def test_an_edge_may_be_one_of_several_choices() -> None:
    """`({end} | now)` is the end of the message or a word."""
    assert matches("stroke ({end} | now)", "I had a stroke")
    assert matches("stroke ({end} | now)", "a stroke now I think")
    assert not matches("stroke ({end} | now)", "the stroke was long ago")


def test_a_number_is_any_number_in_digits() -> None:
    """`{number}` is 38 as well as 911, though another pattern names 911."""
    screen = Screen(red_flags(flag("fever of {number}", "call 911")))
    assert screen.screen("a fever of 103").tier
    assert screen.screen("a fever of 911").tier


def test_the_parser_keeps_every_sign() -> None:
    """Each sign of the little language becomes its own item."""
    (part,) = parse("{trouble} ... swell* [so] lip")
    assert part.items[:3] == (Named("trouble"), Gap(), Word("swell", stem=True))
    assert isinstance(part.items[3], Maybe)
    assert Word("so") in leaves(part)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(tongue | throat", "“(” is never closed with “)”."),
        ("throat [very", "“[” is never closed with “]”."),
        ("tongue) swells", "Unexpected “)”."),
        ("", "Each part and each choice needs at least one word."),
        ("... [really]", "Each part and each choice needs at least one word."),
        ("swelling +", "Each part and each choice needs at least one word."),
        ("(tongue | )", "Each part and each choice needs at least one word."),
        ("{}", "“{}” must name a list."),
        ("swell *", "A single “*” has no meaning here."),
        ("th*", "“th*” would match too many words; write more letters before the *."),
        ("(" * 400 + "word" + ")" * 400, "Brackets stand in each other more than 20 deep."),
        ("word " * 300, "The pattern is longer than 1000 characters."),
    ],
)
def test_a_bad_pattern_says_what_is_wrong(pattern: str, reason: str) -> None:
    """Whoever edits the file reads what to change."""
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert str(caught.value) == reason


@given(st.text(alphabet="ab {}()[]|+*.' \n", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_pattern_or_a_pattern_error(text: str) -> None:
    """The parser raises nothing but its own error."""
    try:
        parts = parse(text)
    except PatternError:
        return
    assert all(leaves(part) for part in parts)

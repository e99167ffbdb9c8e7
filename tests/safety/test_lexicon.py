"""What stops the screen from being made: every bad pattern, named with its line."""

import pytest

from bot.errors import ContentError
from bot.models import RedFlags, Tier
from bot.safety import Screen
from tests.safety.flags import flag, red_flags


def test_no_lexicon_no_screen() -> None:
    """An empty file stops the start instead of letting every emergency through."""
    with pytest.raises(ContentError) as caught:
        Screen(RedFlags((), {}))
    assert str(caught.value) == (
        "faq/red-flags.md: There are no emergency patterns, so emergencies would not be recognised."
    )


def test_advice_alone_is_no_lexicon() -> None:
    """A file without one emergency pattern counts as empty."""
    with pytest.raises(ContentError):
        Screen(red_flags(flag("how many units", tier=Tier.ADVICE)))


def test_every_bad_pattern_is_reported_at_once() -> None:
    """Staff see all mistakes with their lines, not only the first."""
    with pytest.raises(ContentError) as caught:
        Screen(red_flags(flag("(a | b", "fine", "{nothing}")))
    assert [problem.line for problem in caught.value.problems] == [1, 3]
    assert caught.value.problems[1].message == "There is no list “nothing”."
    assert caught.value.problems[1].excerpt == ((3, "- {nothing}"),)


def test_a_list_must_not_mention_itself() -> None:
    """A circle of lists is refused, however long it is."""
    with pytest.raises(ContentError) as caught:
        Screen(red_flags(flag("{one}"), one=("{two}",), two=("x", "{one}")))
    assert "The list “one” mentions itself." in {each.message for each in caught.value.problems}


def test_a_list_has_no_plus() -> None:
    """A `+` would be lost in a list, so it is refused."""
    with pytest.raises(ContentError) as caught:
        Screen(red_flags(flag("{one}"), one=("a + b",)))
    assert caught.value.problems[0].message == "A “+” has no meaning in a word list."


def test_an_empty_list_counts_as_missing() -> None:
    """A pattern that names an empty list could never match."""
    with pytest.raises(ContentError) as caught:
        Screen(red_flags(flag("{one}"), one=()))
    assert caught.value.problems[0].message == "There is no list “one”."


def test_lists_may_name_lists() -> None:
    """A list can be built from others."""
    lexicon = red_flags(flag("{one}"), one=("{two} shut",), two=("closing",))
    assert Screen(lexicon).screen("closing shut").tier is Tier.EMERGENCY

"""The fixed texts name whom to call and how, and that nobody is watching."""

from collections.abc import Iterable

import pytest

from bot.models import Block, RedFlags
from bot.text import plain

CARDS = {
    "emergency": ("{emergency}", "{poison}", "live", "drive"),
    "poison": ("{emergency}", "{poison}", "live"),
    "urgent": ("{contact}", "{emergency}", "live"),
    "crisis": ("{crisis}", "{emergency}", "live"),
    "crisis-other": ("{crisis}", "{emergency}", "live"),
    "crisis-taken": ("{emergency}", "{crisis}", "live"),
    "abuse": ("{emergency}", "{crisis}", "live"),
    "advice": ("{contact}",),
    "unavailable": ("{emergency}", "{crisis}", "{contact}"),
    "notice": ("{emergency}",),
    "notice-crisis": ("{crisis}",),
    "reminder": ("{emergency}", "live"),
    "reminder-crisis": ("{crisis}", "{emergency}"),
}
SPANISH = (
    "emergency", "crisis", "crisis-other", "crisis-taken", "urgent", "advice", "notice", "reminder",
    "notice-crisis",
)  # fmt: skip


def words_of(blocks: Iterable[Block]) -> str:
    return plain(tuple(blocks))


@pytest.mark.parametrize(("name", "parts"), CARDS.items())
def test_each_card_says_what_it_must(
    red_flags: RedFlags, name: str, parts: tuple[str, ...]
) -> None:
    """The numbers come as placeholders, so that they fit the clinic's country."""
    text = words_of(red_flags.texts[name])
    assert [part for part in parts if part not in text] == []


def test_what_was_taken_comes_before_how_one_feels(red_flags: RedFlags) -> None:
    """After an overdose the emergency number stands first."""
    text = words_of(red_flags.texts["crisis-taken"])
    assert text.index("{emergency}") < text.index("{crisis}")


@pytest.mark.parametrize("name", SPANISH)
def test_each_card_has_a_spanish_twin(red_flags: RedFlags, name: str) -> None:
    """The twin names the same kinds of help."""
    twin = words_of(red_flags.texts[f"{name}-es"])
    assert "{emergency}" in twin or "{contact}" in twin


def test_no_number_stands_in_a_text(red_flags: RedFlags) -> None:
    """A number in the text would be wrong in another country."""
    digits = {
        name for name, text in red_flags.texts.items() if any(map(str.isdigit, words_of(text)))
    }
    assert digits == set()


def test_each_danger_names_its_source(red_flags: RedFlags) -> None:
    """What shows a card is founded on a published list; advice is the house's own rule."""
    unfounded = {flag.id for flag in red_flags.flags if not flag.sources}
    assert {name for name in unfounded if "advice" not in name} == set()

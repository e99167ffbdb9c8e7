"""Whole replies on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.console import render, render_choices
from bot.channels.terminal import Look, columns
from bot.models import Choice, Listing, Paragraph, Reply, ReplyKind, Run

PARAGRAPH = Paragraph((Run("Call "), Run("911", strong=True, href="tel:911"), Run(" now.")))
LIST = Listing(((Run("do not drive yourself, whatever happens"),), (Run("wait"),)))
REPLY = Reply(ReplyKind.ANSWER, (PARAGRAPH, LIST), "", choices=(Choice("a/b", "What next?"),))


def test_a_reply_has_its_parts_in_order() -> None:
    """Text, disclaimer, source and date, choices; with an empty line between two parts."""
    reply = REPLY._replace(disclaimer="Ask your provider.", source="page", reviewed="2026-11-20")
    assert render(reply, Look(40)).splitlines() == [
        "Call 911 now.",
        "",
        "  • do not drive yourself, whatever",
        "    happens",
        "  • wait",
        "",
        "Ask your provider.",
        "",
        "Source: page",
        "Reviewed: 2026-11-20",
        "",
        "  [1] What next?",
    ]


def test_a_list_may_be_numbered() -> None:
    """The numbers of steps are not those of choices."""
    reply = Reply(ReplyKind.ANSWER, (replace(LIST, ordered=True),), "")
    assert render(reply, Look()).splitlines()[-1] == "  2. wait"


@pytest.mark.parametrize("kind", ["emergency", "crisis", "urgent", "advice"])
@pytest.mark.parametrize("width", [20, 40, 88])
def test_a_card_stands_out_without_colour(kind: str, width: int) -> None:
    """It has a frame with a title, as wide as the terminal."""
    lines = render(REPLY._replace(kind=ReplyKind(kind), choices=()), Look(width)).splitlines()
    assert all(line.startswith("┃") for line in lines)
    assert kind.upper() in lines[0]
    assert columns(lines[0]) == columns(lines[-1]) == width
    assert max(map(columns, lines)) <= width


def test_a_card_is_red_where_there_are_colours() -> None:
    """Each line's bar is."""
    card = render(REPLY._replace(kind=ReplyKind.EMERGENCY, choices=()), Look(40, colour=True))
    assert all(line.startswith("\x1b[1;31m") for line in card.splitlines())


def test_a_card_needs_no_unicode() -> None:
    """Its frame is made of what every terminal has."""
    card = render(REPLY._replace(kind=ReplyKind.CRISIS), Look(30, unicode=False))
    assert card.isascii()


def test_the_numbers_of_choices_line_up() -> None:
    """Ten choices and more have their brackets below each other."""
    lines = render_choices(tuple(Choice(None, "x") for _ in range(10)), Look()).splitlines()
    assert (lines[0], lines[9]) == ("  [ 1] x", "  [10] x")

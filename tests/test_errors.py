"""Each error keeps its attributes and says in one sentence what is wrong and where."""

from __future__ import annotations

import inspect

import pytest

from bot import errors
from bot.errors import (
    AskwellError,
    BuildError,
    ContentError,
    JournalError,
    ProtocolError,
    ServerUnreachable,
    SettingsError,
    StateError,
)
from bot.models import Problem

NO_ANSWER = Problem("faq/parking.md", 12, "This question has no answer.")
NO_FILE = Problem("faq/wording.md", 0, "This file is missing.")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ContentError([NO_ANSWER]), "faq/parking.md:12: This question has no answer."),
        (ContentError([NO_FILE]), "faq/wording.md: This file is missing."),
        (
            ContentError([NO_ANSWER, NO_FILE, NO_FILE]),
            "faq/parking.md:12: This question has no answer. (and 2 more)",
        ),
        (SettingsError("port", "must be a number"), "port: must be a number"),
        (StateError("it is damaged"), "The state token can't be used: it is damaged."),
        (ProtocolError("bad_message", "Not JSON."), "bad_message: Not JSON."),
        (BuildError("took more than 9 seconds"), "Reading the content took more than 9 seconds."),
        (JournalError("var/journal.db", "is locked"), "var/journal.db: the journal is locked."),
        (ServerUnreachable("ws://a/ws", "refused"), "ws://a/ws: refused"),
    ],
)
def test_sentence(error: AskwellError, sentence: str) -> None:
    """An error prints what a person can act on."""
    assert str(error) == sentence


def test_content_error_holds_every_problem() -> None:
    """The first problem is printed, but all of them are kept."""
    problems = [NO_ANSWER, NO_FILE]
    assert ContentError(problems).problems == (NO_ANSWER, NO_FILE)


def test_protocol_error_names_the_message_that_it_answers() -> None:
    """A client learns which of its messages was wrong, where that is known."""
    assert ProtocolError("bad_message", "No text.", reply_to="7").reply_to == "7"
    assert ProtocolError("bad_message", "No text.").reply_to is None


def test_one_tree() -> None:
    """One `except AskwellError` catches all, and the tree at the top of the file shows each."""
    found = {name: each for name, each in vars(errors).items() if inspect.isclass(each)}
    assert all(issubclass(each, AskwellError) for each in found.values())
    assert [name for name in found if name not in str(errors.__doc__)] == []

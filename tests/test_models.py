"""Records are plain, frozen, and comparable."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING

import pytest

from bot import models
from bot.models import Problem

if TYPE_CHECKING:
    from bot.snapshot import Snapshot

RECORDS = [each for each in vars(models).values() if dataclasses.is_dataclass(each)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen(record: type) -> None:
    """Nobody changes a record that somebody else holds."""
    assert inspect.getattr_static(record, "__dataclass_params__").frozen
    assert "__slots__" in vars(record)


def test_entries_stand_in_file_order(windmill: Snapshot) -> None:
    """A FAQ lists the entries of all its topics, topic by topic, each from top to bottom."""
    entries = windmill.faq.entries
    assert [entry for topic in windmill.faq.topics for entry in topic.entries] == list(entries)
    botox = [entry.id for entry in entries if entry.topic == "botox"]
    assert botox == ["botox/how-long", "botox/when-it-works"]


def test_problems_sort_by_place() -> None:
    """Problems are listed file by file, from the top line to the last."""
    later, earlier = Problem("b.md", 1, "x"), Problem("a.md", 12, "z")
    first = Problem("a.md", 2, "y", fix="Do it.")
    assert sorted([later, earlier, first]) == [first, earlier, later]

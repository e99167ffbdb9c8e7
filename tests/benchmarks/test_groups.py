"""The comparison of ways to group questions is fair and can be repeated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.groups import INTENTS, WAYS, agreement, draws
from bot.retrieval.groups import centred

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two sets of 64 intents, whose questions are easy to tell apart."""
    rows = [[f"word{at} {number}", f"intent {at}"] for at in range(64) for number in range(30)]
    oos = [[f"other {at}", "oos"] for at in range(60)]
    for file in ("clinc_full.json", "banking77.json"):
        (tmp_path / file).write_text(json.dumps({"train": rows, "oos_train": oos}))
    return tmp_path


def test_the_same_draws_come_every_time(data: Path) -> None:
    """So that figures can be made again."""
    assert draws(data, 0, 2) == draws(data, 0, 2)


def test_what_chooses_does_not_report(data: Path) -> None:
    """No question stands in both halves."""
    chosen, reported = (
        {text for found in draws(data, half, 2).values() for draw in found for text in draw.texts}
        for half in (0, 1)
    )
    assert not chosen & reported


def test_a_draw_is_a_mixed_week(data: Path) -> None:
    """Intents with several questions, and questions that stand alone."""
    draw = draws(data, 0, 1)["CLINC150"][0]
    many = [label for label in set(draw.labels) if draw.labels.count(label) > 1]
    assert len(many) == INTENTS
    assert len(set(draw.labels)) > INTENTS


@pytest.mark.parametrize("way", WAYS)
def test_each_way_finds_what_is_plain(way: str) -> None:
    """Two subjects without a word in common."""
    texts = ["where is parking", "is there parking", "parking lot", "parking garage", "park my car"]
    prices = ["what is the cost", "cost of it", "how much is the cost", "the cost", "cost please"]
    table, labels = centred([*texts, *prices]), [*"aaaaabbbbb"]
    group, thresholds = WAYS[way]
    best = max(agreement(group, near, [(table, labels)]) for near in thresholds)
    assert best > 0.6
    assert len(group(np.asarray(table), thresholds[0])) == len(labels)

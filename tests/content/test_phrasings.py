"""The same words can't stand for two entries."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from bot.content.phrasings import check_phrasings, phrasing_key
from bot.models import Level
from tests.content.loading import load_small, problems_of
from tests.faqs import PARKING

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "phrasing",
    ["When does it start to work?", "when does it START to work", "WHEN DOES IT START TO WORK!!!",
     "“when does it start to work”", "- when does it start to work"],
)  # fmt: skip
def test_the_same_words_in_two_entries(tmp_path: Path, phrasing: str) -> None:
    """Case, quotes and punctuation make no difference."""
    parking = PARKING.replace("- is parking free", f"- {phrasing}")
    (problem,) = problems_of(tmp_path, parking=parking)

    assert problem.level is Level.ERROR
    assert "(faq/botox.md:18)" in problem.message


@pytest.mark.parametrize(
    ("one", "other"), [("what's it", "what is it"), ("I can’t", "i cant"), ("Café?", "cafe")]
)
def test_contractions_and_accents(one: str, other: str) -> None:
    """What the retriever can't tell apart is the same here."""
    assert phrasing_key(one) == phrasing_key(other)


@pytest.mark.parametrize(
    ("phrasing", "near"),
    [
        ("when does the botox kicks in", True),
        ("does the botox kick in when", True),
        ("how many day until it help", True),
        ("when does my tooth fall in", False),
        ("where do I get my bus", False),
    ],
)
def test_near_duplicates(tmp_path: Path, phrasing: str, near: bool) -> None:
    """Phrasings of two entries that differ by an ending or in order are a warning."""
    loaded = load_small(tmp_path, parking=PARKING.replace("is parking free", phrasing))

    assert ["much like" in problem.message for problem in loaded.problems] == [True] * near


def test_one_pair_of_entries_is_reported_once(tmp_path: Path) -> None:
    """Many alike phrasings of the same two entries are one warning."""
    alike = "- when does the botox kicks in\n- how many day until it help\n- is parking free"
    loaded = load_small(tmp_path, parking=PARKING.replace("- is parking free", alike))

    (problem,) = loaded.problems
    assert '"when does the botox kick in" of "When does it start to work?"' in problem.message


def test_many_phrasings_are_compared_in_no_time(tmp_path: Path) -> None:
    """15,000 phrasings, half of them from one template, take no minutes."""
    draw = random.Random(7)  # noqa: S311  the same folder each time
    names = [f"{draw.choice('bcdfgh')}a{number}" for number in range(15_000)]
    topics = {}
    for topic in range(5):
        entries = []
        for entry in range(30):
            own = [names.pop() for _ in range(100)]
            lines = [
                f"- how long does {name} take" if n % 2 else f"- {name}"
                for n, name in enumerate(own)
            ]
            entries.append(
                f"\n## Q {topic} {entry}\nAlso asked:\n" + "\n".join(lines) + "\n\nYes.\n"
            )
        topics[f"t{topic}"] = "# T\nKind: practical\n" + "".join(entries)
    start = time.process_time()
    problems = load_small(tmp_path, **topics).problems

    assert len(problems) <= 101 * 6
    assert time.process_time() - start < 6  # seconds on a slow, busy machine


def test_nothing_to_compare() -> None:
    """A FAQ without topics has no duplicates."""
    assert list(check_phrasings([])) == []

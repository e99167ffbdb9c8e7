"""The figures are those that one counts by hand."""

from __future__ import annotations

import json
import re
import time
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.usage import duration, share, usage_page
from bot.journal.batch import bucket
from bot.journal.records import Feedback, Kept, Loss, Timing
from bot.journal.stats import BECAME, Asked, Became, Failed, Stats, bucket_end, stats
from bot.models import ReplyKind
from tests.cli.commands import run
from tests.journal.kept import DAY, HOUR, NOON, refused, replies, write

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 21)
YESTERDAY = date(2026, 11, 20)
HOW_LONG, PARK = "botox/how-long", "parking/where-can-i-park"


def opinion(entry: str, *, helpful: bool, at: int = NOON) -> Feedback:
    return Feedback(at, helpful, None, "answer", (entry,), "v1")


JOURNAL = Kept(
    questions=(refused("where", f"{PARK} {HOW_LONG}"), refused("old", PARK, NOON - 9 * DAY)),
    feedback=(
        opinion(HOW_LONG, helpful=True), opinion(HOW_LONG, helpful=False),
        opinion(PARK, helpful=True), opinion(PARK, helpful=True, at=NOON - 9 * DAY),
    ),
    counts=(
        replies(6, "answer"),
        replies(4, "answer", entry=HOW_LONG), replies(3, "answer", entry=PARK),
        replies(2, "clarify"), replies(2, "clarify", entry=PARK),
        replies(1, "fallback"), replies(1, "handoff"), replies(1, "advice"),
        replies(1, "emergency"), replies(1, "crisis"), replies(1, "urgent"),
        replies(3, "small_talk"), replies(1, "failed"),
        replies(4, "answer", NOON - DAY), replies(4, "answer", NOON - DAY, entry=HOW_LONG),
        replies(99, "answer", NOON - 9 * DAY),
    ),
    timings=(Timing(NOON, "answer", 448, 98), Timing(NOON, "fallback", 8192, 2)),
    losses=(Loss(NOON, "question", 2), Loss(NOON, "count", 1)),
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Stats:
    """Add up two days of the journal above."""
    return stats(JOURNAL, zone=UTC, first=YESTERDAY, last=TODAY)


def test_each_question_is_counted_once(found: Stats) -> None:
    """By what became of it; small talk is no question, a row of an entry no second one."""
    assert found.became == {
        Became.ANSWERED: 10, Became.CLARIFIED: 2, Became.FALLBACK: 1, Became.HANDOFF: 2,
        Became.URGENT: 3, Became.FAILED: 1,
    }  # fmt: skip
    assert (found.questions, found.small_talk) == (19, 3)


def test_each_day_has_its_own(found: Stats) -> None:
    """The days before are left out."""
    assert [(day.day, day.questions) for day in found.days] == [(YESTERDAY, 4), (TODAY, 15)]


def test_opinions_are_shares_of_opinions(found: Stats) -> None:
    """Of those that were given in this time."""
    assert (found.helpful, found.judged) == (2, 3)


def test_most_asked_counts_answers(found: Stats) -> None:
    """An entry that was only offered has not answered."""
    assert found.asked == (Asked(HOW_LONG, 8), Asked(PARK, 3))


def test_most_failed_counts_thumbs_and_refusals(found: Stats) -> None:
    """Thumbs come first."""
    assert found.failed == (Failed(HOW_LONG, 1, 1), Failed(PARK, 0, 1))


def test_response_times(found: Stats) -> None:
    """Half of 100 replies within the first bucket, 99 of them within the second."""
    assert (found.quantile(0.5), found.quantile(0.98)) == (480, 480)
    assert found.quantile(0.99) == 9216


def test_losses_are_not_hidden(found: Stats) -> None:
    """What could not be counted is said."""
    assert found.lost == 3


def test_every_kind_of_reply_is_counted_or_small_talk() -> None:
    """No kind is forgotten when a new one comes."""
    assert {*map(str, ReplyKind)} - BECAME.keys() == {"small_talk"}


@given(st.floats(0, 100))
def test_a_time_is_never_told_too_short(seconds: float) -> None:
    """And at most an eighth too long."""
    end = bucket_end(bucket(seconds))
    assert int(seconds * 1e6) < end <= int(seconds * 1e6) * 9 / 8 + 1


@pytest.mark.parametrize(
    ("hours", "day"), [(0, date(2026, 11, 21)), (13, date(2026, 11, 22)), (-13, date(2026, 11, 20))]
)
def test_days_are_those_of_the_clinic(hours: int, day: date) -> None:
    """Noon in Greenwich is another day elsewhere."""
    zone = timezone(timedelta(hours=hours))
    kept = Kept(counts=(replies(1, "answer"),))
    days = stats(kept, zone=zone, first=day, last=day).days
    assert [each.questions for each in days] == [1]


def test_a_day_with_a_change_of_clocks_is_one_day() -> None:
    """All 25 hours of it."""
    zone = ZoneInfo("America/New_York")
    start = int(datetime(2026, 11, 1, tzinfo=zone).timestamp())
    kept = Kept(counts=tuple(replies(1, "answer", start + at * HOUR) for at in range(25)))
    day = date(2026, 11, 1)
    assert stats(kept, zone=zone, first=day, last=day).questions == 25


def test_nothing_is_nothing() -> None:
    """No share of nothing, no time of nothing."""
    nothing = stats(Kept(), zone=UTC, first=TODAY, last=TODAY)
    assert (nothing.questions, nothing.quantile(0.5), nothing.asked) == (0, None, ())
    assert "No question was asked" in usage_page(nothing, {}, zone="UTC")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "–"), (1, 2, "50.0% (9% to 91%)"), (0, 3, "0.0% (0% to 56%)"),
        (50_000, 100_000, "50.0%"),
    ],
)  # fmt: skip
def test_a_share_says_how_sure_it_is(part: int, whole: int, said: str) -> None:
    """Small numbers get their interval."""
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("micros", "said"),
    [(None, "–"), (480, "480 µs"), (9_216, "9.22 ms"), (1_500_000, "1.5 s")],
)
def test_times_are_written_as_people_do(micros: int | None, said: str) -> None:
    """In the unit that fits."""
    assert duration(micros) == said


# --- the page ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(found: Stats) -> str:
    """Draw the page."""
    return usage_page(found, {PARK: "Where <b>can</b> I park?"}, zone="UTC")


def test_the_page_needs_nothing_else(page: str) -> None:
    """No script, nothing to fetch, no address."""
    assert not re.search(r"<script|<link|<img|url\(|@import|\ssrc=|\shref=", page)


def test_titles_are_never_markup(page: str) -> None:
    """What staff wrote is shown as text."""
    assert "<b>can" not in page
    assert "Where &lt;b&gt;can&lt;/b&gt; I park?" in page


def test_each_picture_says_what_it_shows(page: str) -> None:
    """To those who can't see it; marks of the legend are silent."""
    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    pictures = [ET.fromstring(each) for each in drawn]  # noqa: S314  the page is our own
    named = [each for each in pictures if each.get("role") == "img"]
    assert len(named) == 4
    assert all(each.get("aria-label") for each in named)
    assert all(each.get("aria-hidden") == "true" for each in pictures if each not in named)


def test_the_pictures_hold_the_counts(page: str) -> None:
    """Each part of a column says its number."""
    assert "<title>21 Nov: 6 answered of 15 questions</title>" in page
    assert "<title>20 Nov: 100% of 4 questions</title>" in page


def test_the_page_is_light_and_dark_and_printable(page: str) -> None:
    """By the reader's own choice."""
    assert page.count("prefers-color-scheme: dark") == 2
    assert "@media print" in page


# --- the command ---------------------------------------------------------------------------


@pytest.fixture
def journal(tmp_path: Path) -> str:
    """Write a journal of today and of 40 days ago."""
    now = int(time.time()) // HOUR * HOUR
    old = now - 40 * DAY
    kept = Kept(
        feedback=(opinion(HOW_LONG, helpful=False, at=now),),
        counts=(
            replies(3, "answer", now), replies(3, "answer", now, HOW_LONG),
            replies(1, "fallback", now), replies(7, "answer", old),
        ),
        timings=(Timing(now, "answer", 448, 4),),
    )  # fmt: skip
    write(tmp_path / "journal.db", kept)
    return f"sqlite:{tmp_path / 'journal.db'}"


def test_the_command_prints_the_figures(windmill_folder: Path, journal: str) -> None:
    """Counts, shares, lists; the span and its time zone first."""
    result = run("stats", "--faq", windmill_folder, "--journal", journal)
    assert (result.exit_code, result.stderr) == (0, "")
    assert ", days in " in result.stdout.splitlines()[0]
    assert "Questions: 4\n  answered          3  75.0% (30% to 95%)\n" in result.stdout
    assert "Judged helpful: 0 of 1, 0.0% (0% to 79%)\n" in result.stdout
    assert "p50 480 µs, p99 480 µs, over 4 replies\n" in result.stdout
    assert f"       3  How long does an appointment take? ({HOW_LONG})\n" in result.stdout


def test_json_has_every_figure(windmill_folder: Path, journal: str) -> None:
    """For the same span, and a longer one."""
    record = json.loads(run("stats", "--json", "--journal", journal).stdout)
    assert (record["questions"], record["shares"]["answered"]) == (4, 0.75)
    assert record["most_failed"] == [{"entry": HOW_LONG, "not_helpful": 1, "none_of_these": 0}]
    assert (record["p99_ms"], len(record["days"])) == (0.48, 31)
    longer = run("stats", "--json", "--journal", journal, "--since", "60d")
    assert json.loads(longer.stdout)["questions"] == 11


def test_the_page_is_written_beside(windmill_folder: Path, journal: str, tmp_path: Path) -> None:
    """Stdout stays the same."""
    file = tmp_path / "stats.html"
    arguments = ("stats", "--faq", windmill_folder, "--journal", journal)
    assert run(*arguments, "--html", file).stdout == run(*arguments).stdout
    assert file.read_text("utf-8").startswith("<!doctype html>")


def test_a_broken_faq_costs_the_titles_only(tmp_path: Path, journal: str) -> None:
    """Ids will do."""
    result = run("stats", "--faq", tmp_path, "--journal", journal)
    assert result.exit_code == 0
    assert f"       3  {HOW_LONG}\n" in result.stdout


def test_no_journal_no_figures(windmill_folder: Path) -> None:
    """Where nothing is kept, that is said."""
    result = run("stats", "--faq", windmill_folder, "--journal", "none")
    assert result.exit_code != 0
    assert "nothing is kept" in result.stderr

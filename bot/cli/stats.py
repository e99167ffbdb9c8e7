"""`askwell stats`: how many questions, what became of them, how long it took."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option, settings_and_location
from bot.cli.opening import announced, today
from bot.cli.options import faq_option
from bot.cli.since import since_option, zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bot.channels.terminal import Look
    from bot.journal.stats import Stats

_NEW_FILE = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.command(
    cls=Command,
    examples=(
        "askwell stats",
        "askwell stats --since 7d --html stats.html",
        "askwell stats --since 2026-11-01 --json",
    ),
)
@since_option("30d")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one line of JSON.")
@click.option("--html", type=_NEW_FILE, metavar="FILE", help="Draw a page with pictures too.")
@faq_option
@journal_option
def stats(
    since: datetime, *, as_json: bool, html: Path | None, faq: Path, journal: str | None
) -> None:
    """Show how many questions were asked, what became of them, and how long replies took.

    Whole days, from the day of --since to today, in this machine's time zone.
    """
    from bot.channels.jsonlines import json_line
    from bot.channels.terminal import Look

    found = _found(since, journal)
    titles = _titles(faq)
    if html:
        from bot.evaluate.usage import usage_page

        html.write_text(usage_page(found, titles, zone=zone(since)), encoding="utf-8")
    look = Look.of(sys.stdout)
    if as_json:
        click.echo(json_line(_record(found, zone(since)), unicode=look.unicode))
        return
    for part in _report(found, titles, look, zone=zone(since)):
        click.echo(part)


def _found(since: datetime, journal: str | None) -> Stats:
    from bot.journal.reading import read
    from bot.journal.stats import stats as add_up

    _, location = settings_and_location(journal)
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None).astimezone()
    with announced("Reading the journal …"):
        kept = read(location, since=int(midnight.timestamp()))
    return add_up(kept, zone=None, first=since.date(), last=max(today(), since.date()))


def _titles(faq: Path) -> dict[str, str]:
    """Return the question of each entry; none where the FAQ can't be read, ids will do."""
    from bot.content import load
    from bot.errors import ContentError

    try:
        return {entry.id: entry.question for entry in load(faq, today=today()).faq.entries}
    except ContentError:
        return {}


# --- for people ----------------------------------------------------------------------------


def _report(found: Stats, titles: Mapping[str, str], look: Look, *, zone: str) -> Iterator[str]:
    from bot.evaluate.usage import duration, share, span

    yield look.text(f"{span(found)}, days in {zone}")
    yield ""
    yield look.bold(f"Questions: {found.questions}")
    for each, many in found.became.items():
        yield f"  {each:<12}{many:>7}  {share(many, found.questions)}"
    yield f"  {'small talk':<12}{found.small_talk:>7}  not counted as a question"
    yield ""
    judged = f"{found.helpful} of {found.judged}, {share(found.helpful, found.judged)}"
    yield look.text(f"Judged helpful: {judged if found.judged else 'none was judged'}")
    half, most = duration(found.quantile(0.5)), duration(found.quantile(0.99))
    yield look.text(f"Response time: p50 {half}, p99 {most}, over {found.timed} replies")
    if found.lost:
        yield look.text(f"Not counted: {found.lost}, because the journal could not be written")
    yield from _lists(found, titles, look)


def _lists(found: Stats, titles: Mapping[str, str], look: Look) -> Iterator[str]:
    if found.asked:
        yield ""
        yield look.bold("Most asked")
    for asked in found.asked:
        yield look.text(_entry(asked.entry, titles), first=f"  {asked.n:>6}  ")
    if found.failed:
        yield ""
        yield look.bold("Most failed: judged not helpful, and “None of these”")
    for failed in found.failed:
        first = f"  {failed.unhelpful:>6} {failed.refused:>6}  "
        yield look.text(_entry(failed.entry, titles), first=first)


def _entry(entry: str, titles: Mapping[str, str]) -> str:
    return f"{titles[entry]} ({entry})" if entry in titles else entry


# --- for programs --------------------------------------------------------------------------


def _record(found: Stats, zone: str) -> dict[str, Any]:
    """Return everything; shares are of all questions, null where there is none."""
    return {
        "first": found.days[0].day.isoformat(),
        "last": found.days[-1].day.isoformat(),
        "zone": zone,
        "questions": found.questions,
        "became": {each.value: many for each, many in found.became.items()},
        "shares": {
            each.value: _share(many, found.questions) for each, many in found.became.items()
        },
        "small_talk": found.small_talk,
        "judged": found.judged,
        "helpful": found.helpful,
        "helpful_share": _share(found.helpful, found.judged),
        "p50_ms": _millis(found.quantile(0.5)),
        "p99_ms": _millis(found.quantile(0.99)),
        "timed": found.timed,
        "lost": found.lost,
        "most_asked": [{"entry": each.entry, "answers": each.n} for each in found.asked],
        "most_failed": [
            {"entry": each.entry, "not_helpful": each.unhelpful, "none_of_these": each.refused}
            for each in found.failed
        ],
        "days": [
            {"day": day.day.isoformat(), **{each.value: n for each, n in day.became.items()}}
            for day in found.days
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _millis(micros: int | None) -> float | None:
    return None if micros is None else micros / 1_000

"""`askwell unanswered`: what patients asked and the FAQ did not answer, in groups."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option, settings_and_location
from bot.cli.opening import announced, open_snapshot
from bot.cli.options import faq_option
from bot.cli.since import since_option, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.channels.terminal import Look
    from bot.cli.outcomes import Progress
    from bot.journal.records import Near
    from bot.journal.unanswered import Group, Unanswered
    from bot.models import Entry
    from bot.snapshot import Snapshot

EXAMPLES = 3
"""Wordings shown for each group; JSON has up to MORE_EXAMPLES."""
MORE_EXAMPLES = 20

TRACE = 0.01
"""Confidence below which an entry is not worth a look; JSON has it all the same."""


@click.command(
    cls=Command,
    examples=(
        "askwell unanswered",
        "askwell unanswered --since 7d --top 10",
        "askwell unanswered --json",
    ),
)
@since_option("30d")
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="Show the N largest groups. JSON has all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one line of JSON.")
@faq_option
@journal_option
def unanswered(since: datetime, top: int, *, as_json: bool, faq: Path, journal: str | None) -> None:
    """Show what was asked and not answered, similar questions together.

    Questions that today's FAQ answers are left out, so the list shrinks as the FAQ grows.
    """
    from bot.channels.terminal import Look

    found, snapshot = _found(since, faq, journal)
    look = Look.of(sys.stdout)
    if as_json:
        from bot.channels.jsonlines import json_line

        click.echo(json_line(_record(found, since), unicode=look.unicode))
        return
    for part in _report(found, snapshot, look, since=since, top=top):
        click.echo(part)


def _found(since: datetime, faq: Path, journal: str | None) -> tuple[Unanswered, Snapshot]:
    from bot.cli.outcomes import Progress
    from bot.journal.reading import read
    from bot.journal.records import HOUR
    from bot.journal.unanswered import unanswered as group_unanswered

    _, location = settings_and_location(journal)
    with announced("Reading the journal …"):
        kept = read(location, since=int(since.timestamp()) // HOUR * HOUR)
    snapshot = open_snapshot(faq)
    progress: list[Progress] = []

    def steps(total: int) -> Callable[[], None]:
        progress.append(Progress(total, failing=False))
        return lambda: progress[0].count(passed=True)

    try:
        return group_unanswered(kept, snapshot, steps=steps), snapshot
    finally:
        for each in progress:
            each.clear()


# --- for people ----------------------------------------------------------------------------


def _report(
    found: Unanswered, snapshot: Snapshot, look: Look, *, since: datetime, top: int
) -> Iterator[str]:
    shown = found.groups[:top]
    for group in shown:
        yield from _group(group, snapshot, look)
        yield ""
    if more := len(found.groups) - len(shown):
        yield look.dim(
            look.text(f"… and {_many(more, 'smaller group')}; --top {len(found.groups)}")
        )
        yield ""
    for sentence in _summary(found, since):
        yield look.text(sentence)


def _summary(found: Unanswered, since: datetime) -> Iterator[str]:
    span = f"since {_day(since.timestamp())}, days in {zone(since)}"
    if not found.questions:
        yield f"No question is without an answer, {span}."
    else:
        questions = _many(found.questions, "question")
        yield f"{questions} in {_many(len(found.groups), 'group')}, {span}."
    if found.answered_today:
        yield f"{_many(found.answered_today, 'more question')} would be answered today."
    if found.wordless:
        yield f"{_many(found.wordless, 'time')} “None of these” was chosen and no words were kept."
    if found.left_out:
        yield f"{_many(found.left_out, 'older question')} not looked at; choose a shorter --since."


def _group(group: Group, snapshot: Snapshot, look: Look) -> Iterator[str]:
    first, *others = group.examples
    yield look.bold(look.text(first, first=f"{group.count:>4}  "))
    for text in others[: EXAMPLES - 1]:
        yield look.text(text, first="      ")
    if (more := len(others) - EXAMPLES + 1) > 0:
        yield look.dim(f"      and {_many(more, 'other wording')}")
    yield look.dim(look.text(_when(group), first="      "))
    if group.subject:
        yield look.text(f"not covered: {group.subject}", first="      ")
    nearest = [near for near in group.nearest if (near.confidence or 0) >= TRACE]
    for near in nearest:
        first = f"      {near.confidence or 0:.2f}  "
        yield look.text(_entry(near, snapshot.entries.get(near.entry)), first=first)
    if not nearest:
        yield look.dim("      no entry is near")


def _when(group: Group) -> str:
    days = sorted({_day(group.first), _day(group.last)})
    said = f", {group.none_of_these} × “None of these”" if group.none_of_these else ""
    return f"{' to '.join(days)}{said}"


def _entry(near: Near, entry: Entry | None) -> str:
    return f"{entry.question} ({near.entry})" if entry else near.entry


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().date().isoformat()


def _many(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


# --- for programs --------------------------------------------------------------------------


def _record(found: Unanswered, since: datetime) -> dict[str, Any]:
    return {
        "since": since.isoformat(timespec="seconds"),
        "zone": zone(since),
        "content_version": found.version,
        "questions": found.questions,
        "answered_today": found.answered_today,
        "wordless": found.wordless,
        "left_out": found.left_out,
        "groups": [_group_record(group) for group in found.groups],
    }


def _group_record(group: Group) -> dict[str, Any]:
    return {
        "count": group.count,
        "none_of_these": group.none_of_these,
        "first": _day(group.first),
        "last": _day(group.last),
        "wordings": len(group.examples),
        "examples": list(group.examples[:MORE_EXAMPLES]),
        "nearest": [
            {"entry": near.entry, "confidence": round(near.confidence or 0, 4)}
            for near in group.nearest
        ],
        "subject": group.subject,
    }

"""`askwell evaluate`: questions with known answers, or the FAQ's own phrasings, as figures."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.faults import Code
from bot.cli.opening import announced, open_snapshot
from bot.cli.options import faq_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.cli.outcomes import Progress
    from bot.evaluate import Outcome, Report
    from bot.snapshot import Snapshot

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW_FILE = click.Path(path_type=Path, dir_okay=False, writable=True)
_SHARE = click.FloatRange(0, 1)


@click.command(
    cls=Command,
    examples=(
        "askwell evaluate questions.csv",
        "askwell evaluate questions.csv --html report.html --save today.json",
        "askwell evaluate questions.csv --compare yesterday.json",
        "askwell evaluate questions.csv --fail-under 0.9 --fail-over 0.08",
        "askwell evaluate --cross-validate",
    ),
)
@click.argument("questions", required=False, type=_FILE)
@faq_option
@click.option("--cross-validate", is_flag=True, help="Ask each phrasing of a FAQ without it.")
@click.option(
    "--folds",
    type=click.IntRange(2, 50),
    metavar="N",
    help="In how many parts phrasings are held back. Default: 5.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one line of JSON.")
@click.option("--html", type=_NEW_FILE, metavar="FILE", help="Draw a page with pictures too.")
@click.option("--save", type=_NEW_FILE, metavar="FILE", help="Keep the outcomes, to compare with.")
@click.option("--compare", type=_FILE, metavar="FILE", help="Say what changed since a saved run.")
@click.option(
    "--fail-under", type=_SHARE, metavar="SHARE", help="Exit with 1 if fewer are answered right."
)
@click.option(
    "--fail-over", type=_SHARE, metavar="SHARE", help="Exit with 1 if more get an answer unduly."
)
@click.pass_context
def evaluate(
    ctx: click.Context,
    questions: Path | None,
    faq: Path,
    *,
    cross_validate: bool,
    folds: int | None,
    as_json: bool,
    html: Path | None,
    save: Path | None,
    compare: Path | None,
    fail_under: float | None,
    fail_over: float | None,
) -> None:
    """Measure how well the FAQ answers the QUESTIONS of a file.

    Each row has a question and the id of the entry that should answer it: several with "|"
    between them, none if nothing should. CSV, tab-separated and JSON lines will do.
    """
    if cross_validate == bool(questions):
        raise click.UsageError("Name a file of questions, or say --cross-validate.")
    if folds and not cross_validate:
        raise click.UsageError("--folds goes with --cross-validate.")
    report = _cross_validated(faq, folds) if questions is None else _asked(faq, questions)
    if compare:
        report = _compared(report, compare)
    _write(report, html=html, save=save)
    _print(report, as_json=as_json)
    ctx.exit(_code(report, fail_under, fail_over))


def _asked(faq: Path, file: Path) -> Report:
    """Ask the questions of a file."""
    from bot.cli.outcomes import Progress
    from bot.evaluate import Report, ask, read_questions

    snapshot = open_snapshot(faq)
    questions = read_questions(file, snapshot.entries)
    with Progress(len(questions)) as progress:
        outcomes = tuple(_counted(ask(snapshot, questions), progress))
    return Report(outcomes, snapshot.version, _titles(snapshot))


def _cross_validated(faq: Path, folds: int | None) -> Report:
    """Ask all phrasings, each of an index that lacks it."""
    from bot.cli.outcomes import Progress
    from bot.evaluate import FOLDS, Report, ask, split, without

    snapshot = open_snapshot(faq)
    parts = split(snapshot.faq, folds or FOLDS)
    outcomes: list[Outcome] = []
    with Progress(sum(len(fold.held) for fold in parts)) as progress:
        for number, fold in enumerate(parts, start=1):
            progress.clear()
            with announced(f"Building index {number} of {len(parts)} …"):
                part = without(snapshot, fold)
            outcomes.extend(_counted(ask(part, fold.held), progress))
    return Report(tuple(outcomes), snapshot.version, _titles(snapshot), folds=len(parts))


def _counted(outcomes: Iterable[Outcome], progress: Progress) -> Iterator[Outcome]:
    """Show on a terminal how far it is."""
    for outcome in outcomes:
        progress.count(passed=outcome.fine)
        yield outcome


def _titles(snapshot: Snapshot) -> dict[str, str]:
    return {entry.id: entry.question for entry in snapshot.entries.values()}


def _compared(report: Report, file: Path) -> Report:
    from bot.evaluate import compare, read_record

    since, past = read_record(file)
    return replace(report, since=since, changes=compare(past, report.outcomes))


def _write(report: Report, *, html: Path | None, save: Path | None) -> None:
    """Write the files that were asked for."""
    from bot.channels.jsonlines import json_line
    from bot.evaluate import as_record, page

    if html:
        html.write_text(page(report), encoding="utf-8")
    if save:
        save.write_text(json_line(as_record(report), unicode=True) + "\n", encoding="utf-8")


def _print(report: Report, *, as_json: bool) -> None:
    from bot.channels.jsonlines import json_line
    from bot.channels.terminal import Look
    from bot.cli.evaluated import evaluated
    from bot.evaluate import as_record

    look = Look.of(sys.stdout)
    if as_json:
        click.echo(json_line(as_record(report), unicode=look.unicode))
        return
    for part in evaluated(report, look):
        click.echo(part)


def _code(report: Report, fail_under: float | None, fail_over: float | None) -> Code:
    """Say on stderr which bound was missed; a run without a question has failed."""
    right, wrongly = report.figures.right, report.figures.wrongly_answered
    missed = []
    if not report.outcomes:
        missed.append("There is no question, so nothing is measured.")
    if fail_under is not None and (right is None or right < fail_under):
        got = "none was asked" if right is None else f"{right:.1%}"
        missed.append(f"Answered right: {got}; asked for {fail_under:.1%}.")
    if fail_over is not None and wrongly is not None and wrongly > fail_over:
        missed.append(f"Answered although nothing should: {wrongly:.1%}; allowed {fail_over:.1%}.")
    for line in missed:
        click.echo(line, err=True)
    return Code.FAILED if missed else Code.FINE

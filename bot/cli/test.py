"""`askwell test`: scripted conversations, and the red-flag screen on labelled rows."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.faults import Code
from bot.cli.opening import open_snapshot, open_talk
from bot.cli.options import faq_option, url_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.content.questions import Conversation
    from bot.scripts import Outcome, Partner

_FILE = click.Path(path_type=Path, exists=True)


@click.command(
    cls=Command,
    examples=(
        "askwell test",
        "askwell test faq/questions/botox.txt -k duration",
        "askwell test --url wss://clinic.example/ws --junit report.xml",
        "askwell test --red-flags rows.tsv",
    ),
)
@click.argument("path", nargs=-1, type=_FILE)
@faq_option
@url_option
@click.option("-k", "text", metavar="TEXT", help="Run only conversations that mention TEXT.")
@click.option("--json", "as_json", is_flag=True, help="Print each outcome as one line of JSON.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Write a JUnit report too.",
)
@click.option(
    "--red-flags",
    type=_FILE,
    metavar="FILE",
    help="Test the red-flag screen instead: each line has a label, a tab and a text.",
)
@click.pass_context
def test(
    ctx: click.Context,
    path: tuple[Path, ...],
    faq: Path,
    *,
    url: str | None,
    text: str | None,
    as_json: bool,
    junit: Path | None,
    red_flags: Path | None,
) -> None:
    """Run scripted conversations.

    PATH is a file of conversations, a folder of .txt files, or a FAQ folder; by default the FAQ's
    own conversations are run, those in its questions folder.
    """
    if red_flags:
        ctx.exit(_test_screen(faq, red_flags, as_json=as_json))
    conversations = _conversations(path or (faq,), text)
    if not conversations:
        click.echo("There is no conversation to run, so nothing is tested.", err=True)
        ctx.exit(Code.FAILED)
    with closing(open_talk(faq, url)) as talk:
        outcomes = _run(conversations, talk, as_json=as_json)
    if junit:
        _write_junit(outcomes, junit)
    failed = sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} passed, {failed} failed.", err=True)
    ctx.exit(Code.FAILED if failed else Code.FINE)


def _conversations(paths: Sequence[Path], text: str | None) -> tuple[Conversation, ...]:
    from bot.scripts import read_scripts, select

    conversations = read_scripts(paths)
    return select(conversations, text) if text else conversations


def _run(
    conversations: Sequence[Conversation], partner: Partner, *, as_json: bool
) -> list[Outcome]:
    """Run all conversations and print each outcome when it is known; passed ones only as JSON."""
    from bot.channels.jsonlines import json_line
    from bot.channels.terminal import Look
    from bot.cli.outcomes import Progress, failure
    from bot.scripts import outcome_record, run, steps

    look, outcomes = Look.of(sys.stdout), []
    with Progress(steps(conversations)) as progress:
        for outcome in run(conversations, partner):
            outcomes.append(outcome)
            progress.count(passed=outcome.passed)
            if as_json or not outcome.passed:
                progress.clear()
            if as_json:
                click.echo(json_line(outcome_record(outcome), unicode=look.unicode))
            elif not outcome.passed:
                click.echo(failure(outcome, look) + "\n")
    return outcomes


def _write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    from datetime import UTC, datetime

    from bot.cli.junit import junit

    path.write_bytes(junit(outcomes, when=datetime.now(UTC)))


def _test_screen(faq: Path, file: Path, *, as_json: bool) -> Code:
    """Screen labelled rows; print each miss, then recall and false alarms by label."""
    from bot.channels.jsonlines import json_line
    from bot.cli.outcomes import figures_record, figures_table, misses
    from bot.safety import measure, read_rows

    rows = read_rows(file.read_text("utf-8", errors="replace"), str(file))
    if not rows:
        click.echo("There is no row in this file, so nothing is tested.", err=True)
        return Code.FAILED
    figures = measure(open_snapshot(faq).screen, rows)
    if as_json:
        lines = [json_line(figures_record(each), unicode=False) for each in figures]
    else:
        lines = [*misses(figures, str(file)), *figures_table(figures)]
    click.echo("\n".join(lines))
    return Code.FAILED if any(each.misses for each in figures) else Code.FINE

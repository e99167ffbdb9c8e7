"""`askwell check`: everything that is wrong with a FAQ folder."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.command import Command
from bot.cli.faults import Code, print_problems
from bot.cli.opening import announced, today
from bot.cli.options import faq_option
from bot.models import Level

if TYPE_CHECKING:
    from bot.models import Problem

_GITHUB = {Level.ERROR: "error", Level.WARNING: "warning", Level.HINT: "notice"}
_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_MORE_ESCAPES = str.maketrans({":": "%3A", ",": "%2C"})
"""What GitHub's workflow commands write for signs that mean something to them."""


@click.command(
    cls=Command,
    examples=("askwell check", "askwell check --strict", "askwell check --format github"),
)
@faq_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are printed: for people, for programs, for GitHub's annotations.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.pass_context
def check(ctx: click.Context, faq: Path, *, style: str, strict: bool) -> None:
    """List everything that should be mended in a FAQ folder.

    Errors stop the FAQ from being served; warnings and hints do not.
    """
    problems = find_problems(faq)
    counts = Counter(problem.level for problem in problems)
    match style:
        case "json":
            _print_json(problems, counts)
        case "github":
            for problem in problems:
                click.echo(_annotation(problem, faq))
        case _:
            _print_text(problems)
    click.echo(_summary(counts), err=True)
    if counts[Level.ERROR] or (strict and counts[Level.WARNING]):
        ctx.exit(Code.FAILED)


def find_problems(folder: Path) -> tuple[Problem, ...]:
    """Return all problems of a folder, errors first, each level in order of files and lines."""
    from bot.errors import ContentError
    from bot.snapshot import check_snapshot, load_snapshot

    try:
        with announced("Checking the FAQ …"):
            snapshot = load_snapshot(folder, today=today())
            problems = (*snapshot.problems, *check_snapshot(snapshot))
    except ContentError as error:
        problems = error.problems
    return tuple(sorted(problems, key=lambda each: (list(Level).index(each.level), each)))


def _print_text(problems: tuple[Problem, ...]) -> None:
    from bot.channels.terminal import Look

    look = Look.of(sys.stdout)
    for level in Level:
        some = [problem for problem in problems if problem.level is level]
        if some:
            click.echo(look.bold(f"{_counted(len(some), level)}:".capitalize()) + "\n")
            print_problems(some)
            click.echo()


def _print_json(problems: tuple[Problem, ...], counts: Counter[Level]) -> None:
    from bot.channels.jsonlines import json_line

    totals = {f"{level}s": counts[level] for level in Level}
    record = {**totals, "problems": [_record(problem) for problem in problems]}
    click.echo(json_line(record, unicode=(sys.stdout.encoding or "").lower().startswith("utf")))


def _record(problem: Problem) -> dict[str, Any]:
    return {
        "level": problem.level,
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "fix": problem.fix,
    }


def _annotation(problem: Problem, folder: Path) -> str:
    """Print a problem so that GitHub shows it beside its line."""
    file = Path(os.path.relpath(folder.absolute().parent / problem.path)).as_posix()
    place = f"file={file.translate(_ESCAPES).translate(_MORE_ESCAPES)}"
    if problem.line:
        place += f",line={problem.line},col={problem.column}"
    text = f"{problem.message} {problem.fix}".strip().translate(_ESCAPES)
    return f"::{_GITHUB[problem.level]} {place}::{text}"


def _summary(counts: Counter[Level]) -> str:
    found = [_counted(counts[level], level) for level in Level if counts[level]]
    return f"{', '.join(found)}." if found else "No problems."


def _counted(number: int, level: Level) -> str:
    return f"{number} {level}{'' if number == 1 else 's'}"

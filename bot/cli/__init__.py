"""The command line: testing and measuring a FAQ, serving it, and what the server keeps.

Results go to stdout, messages to stderr. A command imports what it needs when it runs, so that
`--help` costs nothing.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from bot import __version__
from bot.cli.ask import ask
from bot.cli.backup import backup
from bot.cli.chat import chat
from bot.cli.check import check
from bot.cli.command import HELP, Commands
from bot.cli.embed import embed
from bot.cli.evaluate import evaluate
from bot.cli.purge import purge
from bot.cli.restore import restore
from bot.cli.serve import serve
from bot.cli.stats import stats
from bot.cli.test import test
from bot.cli.unanswered import unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["cli", "main"]


@click.group(
    cls=Commands,
    context_settings=HELP,
    examples=(
        "askwell chat",
        'askwell ask "how long does it last?"',
        "askwell check",
        "askwell test",
        "askwell evaluate questions.csv",
        "askwell serve --port 8080",
        "askwell embed --server https://bot.clinic.example",
        "askwell backup /srv/backups/journal.db",
    ),
)
@click.version_option(__version__, prog_name="askwell", message="%(prog)s %(version)s")
def cli() -> None:
    """Askwell answers patients' questions from a clinic's own FAQ.

    Nothing is generated: every word was written or approved by the clinic's staff.
    """


for command in (
    chat,
    ask,
    check,
    test,
    evaluate,
    serve,
    embed,
    backup,
    restore,
    purge,
    unanswered,
    stats,
):
    cli.add_command(command)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, by default that of this process, and exit with its code.

    Characters that a stream can't hold are replaced: no encoding is a reason to fail.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli.main(args, prog_name="askwell")
    raise AssertionError  # pragma: no cover  `cli.main` always exits

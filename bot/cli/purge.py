"""`askwell purge`: delete from the journal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option, settings_and_location

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command(cls=Command, examples=("askwell purge", "askwell purge --all"))
@click.option("--all", "everything", is_flag=True, help="Delete everything that is kept.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting everything.")
@journal_option
def purge(*, everything: bool, yes: bool, journal: str | None) -> None:
    """Delete what is older than the settings allow, as a running server does every hour.

    The bytes are gone from the files, too. Backups are not touched.
    """
    settings, location = settings_and_location(journal)
    if everything and not yes and sys.stdin.isatty():
        click.confirm(f"Delete everything in {location}?", abort=True)
    from bot.journal.deleting import delete
    from bot.journal.retention import Keep

    click.echo(_said(delete(location, None if everything else Keep.of(settings))))


def _said(deleted: Mapping[str, int]) -> str:
    if not deleted:
        return "Nothing to delete."
    return f"Deleted: {', '.join(f'{n} {name}' for name, n in deleted.items())}."

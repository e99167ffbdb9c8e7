"""`askwell backup`: copy the journal while the server runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option, settings_and_location


@click.command(cls=Command, examples=("askwell backup /srv/backups/journal.db",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@journal_option
def backup(file: Path, *, force: bool, journal: str | None) -> None:
    """Copy the journal to FILE, for its owner alone to read. The server may be running.

    A backup holds what patients wrote, redacted, and is not touched by `askwell purge`: delete it
    in time. For PostgreSQL use pg_dump.
    """
    _, location = settings_and_location(journal)
    from bot.journal.backups import back_up

    click.echo(f"{file}: {back_up(location, file, force=force)} rows.")

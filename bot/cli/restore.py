"""`askwell restore`: bring a backup of the journal back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option, settings_and_location


@click.command(cls=Command, examples=("askwell restore /srv/backups/journal.db",))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace what the journal holds now.")
@journal_option
def restore(file: Path, *, force: bool, journal: str | None) -> None:
    """Put the backup FILE in the place of the journal. The server may be running.

    A journal that is damaged is put aside, not deleted. For PostgreSQL use pg_restore.
    """
    _, location = settings_and_location(journal)
    from bot.journal.backups import bring_back

    restored = bring_back(file, location, force=force)
    if restored.aside:
        click.echo(f"The damaged journal is now {restored.aside}.", err=True)
    click.echo(f"{location}: {restored.rows} rows.")

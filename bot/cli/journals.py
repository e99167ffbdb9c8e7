"""Which journal a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.journal.location import Location
    from bot.settings import Settings

journal_option = click.option(
    "--journal",
    metavar="WHERE",
    help="sqlite, sqlite:FILE or postgresql://…; Default: ASKWELL_JOURNAL, else var/journal.db.",
)


def settings_and_location(journal: str | None) -> tuple[Settings, Location]:
    """Return the settings and where the journal is. Raises SettingsError where none is kept."""
    from bot.errors import SettingsError
    from bot.journal.location import locate
    from bot.settings import Settings

    settings = Settings.load(journal=journal)
    location = locate(settings.journal, settings.var)
    if location is None:
        raise SettingsError("journal (ASKWELL_JOURNAL)", "is none, so nothing is kept")
    return settings, location

"""`askwell serve`: the web server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.journals import journal_option
from bot.cli.opening import reading, warn_of_unset
from bot.cli.options import faq_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=(
        "askwell serve",
        "askwell serve --host 0.0.0.0 --port 80 --faq /srv/faq",
        "askwell serve --journal none",
    ),
)
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Default: 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="TCP port, 0 for a free one. Default: 8080."
)
@faq_option
@journal_option
def serve(faq: Path, *, host: str | None, port: int | None, journal: str | None) -> None:
    """Serve the chat on the web until Ctrl-C or SIGTERM.

    All other settings come from the environment: ASKWELL_SECRET, ASKWELL_ORIGINS and so on.
    """
    from bot.settings import Settings

    settings = Settings.load(host=host, port=port, faq=faq, journal=journal)
    with reading():
        from bot import app
        from bot.channels.keys import TURNS

        server = app.create_app(settings)
    warn_of_unset(server[TURNS].snapshot)
    app.serve(server)

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

    from bot.channels.ports import Place
    from bot.settings import Settings


@click.command(
    cls=Command,
    examples=(
        "askwell serve",
        "askwell serve --host 0.0.0.0 --port 80 --faq /srv/faq",
        "askwell serve --journal none",
        "askwell serve --workers 4",
    ),
)
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Default: 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="TCP port, 0 for a free one. Default: 8080."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    help="Processes that share the port; one for each core. Default: 1.",
)
@click.option("--worker", type=int, hidden=True, help="The open port of one of several processes.")
@faq_option
@journal_option
def serve(
    faq: Path,
    *,
    host: str | None,
    port: int | None,
    workers: int,
    worker: int | None,
    journal: str | None,
) -> None:
    """Serve the chat on the web until Ctrl-C or SIGTERM.

    All other settings come from the environment: ASKWELL_SECRET, ASKWELL_ORIGINS and so on.
    """
    from bot.lean import without_certificates
    from bot.settings import Settings

    settings = Settings.load(host=host, port=port, faq=faq, journal=journal)
    if workers > 1:
        _serve_with(workers, settings)
        return
    with reading():
        with without_certificates():
            from bot import app, serving
            from bot.channels.keys import TURNS

        server = app.create_app(settings)
    warn_of_unset(server[TURNS].snapshot)
    serving.serve(server, place=_place(worker), on_ready=None if worker is None else click.echo)


def _serve_with(number: int, settings: Settings) -> None:
    from bot import workers
    from bot.channels.logs import start_logging

    start_logging(settings.log)
    if code := workers.serve(settings, number):
        raise click.exceptions.Exit(code)


def _place(handle: int | None) -> Place | None:
    """Return what a worker has from the process that started it."""
    if handle is None:
        return None
    import socket
    import sys

    from bot.channels.ports import Place

    return Place(socket.socket(fileno=handle), sys.stdin.fileno())

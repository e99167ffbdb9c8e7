"""`askwell embed`: the one line that puts the chat on a page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bot.cli.command import Command

if TYPE_CHECKING:
    from bot.channels.bundle import File

_SERVER = re.compile(r"https?://[\w.:\[\]-]+/?")


def _origin(_ctx: click.Context, _param: click.Parameter, given: str) -> str:
    if not _SERVER.fullmatch(given):
        raise click.BadParameter("must look like https://bot.clinic.example")
    return given.rstrip("/")


@click.command(
    cls=Command,
    examples=(
        "askwell embed",
        "askwell embed --server https://bot.clinic.example --pin exact",
        "askwell embed --save bot/web/released/1.0.0",
    ),
)
@click.option(
    "--server",
    default="https://bot.clinic.example",
    show_default=True,
    callback=_origin,
    help="Where patients' browsers reach the server.",
)
@click.option(
    "--pin",
    type=click.Choice(["latest", "major", "exact"]),
    default="latest",
    show_default=True,
    help="Which versions the page takes; an exact one comes with its hash.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what the page and its policy need.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the widget's files there, to keep this version when the next one comes.",
)
def embed(server: str, *, pin: str, as_json: bool, save: Path | None) -> None:
    """Print the script tag that puts the chat on a clinic's page."""
    from bot.channels.bundle import widget

    files = widget()
    if save is not None:
        _save(files, save)
        return
    needs = _needs(server, pin, files)
    if as_json:
        click.echo(json.dumps(needs, indent=2))
        return
    click.echo(needs["tag"])
    click.echo(f"A page with a Content-Security-Policy needs: {needs['policy']}", err=True)
    click.echo("The server needs the page's origin in ASKWELL_ORIGINS.", err=True)


def _needs(server: str, pin: str, files: dict[str, File]) -> dict[str, str]:
    from bot.channels.bundle import LAUNCHER, VERSION

    major = VERSION.partition(".")[0]
    folder = {"latest": "", "major": f"widget@{major}/", "exact": f"widget@{VERSION}/"}[pin]
    src, integrity = f"{server}/{folder}{LAUNCHER}", files[LAUNCHER].integrity
    hashed = f'integrity="{integrity}" crossorigin ' if pin == "exact" else ""
    socket = urlsplit(server)._replace(scheme="wss" if server.startswith("https") else "ws")
    return {
        "tag": f'<script async {hashed}src="{src}"></script>',
        "version": VERSION,
        "integrity": integrity,
        "policy": f"script-src {server}; connect-src {server} {socket.geturl()}",
    }


def _save(files: dict[str, File], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files.values():
        (folder / file.name).write_bytes(file.body)
    click.echo(f"Wrote {len(files)} files to {folder}.", err=True)

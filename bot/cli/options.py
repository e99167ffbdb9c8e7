"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

import bot


def _choose(_ctx: click.Context, _param: click.Parameter, given: Path | None) -> Path:
    """Return the folder given, else `faq` here, else the one beside the package."""
    if given is not None:
        return given
    here = Path("faq")
    return here if here.is_dir() else Path(bot.__file__).parents[1] / "faq"


faq_option = click.option(
    "--faq",
    type=click.Path(path_type=Path),
    envvar="ASKWELL_FAQ",
    metavar="DIR",
    callback=_choose,
    help="The FAQ folder. Default: ASKWELL_FAQ, else ./faq, else the one beside askwell.",
)
url_option = click.option(
    "--url",
    metavar="URL",
    help="Talk to a server, such as wss://clinic.example/ws, instead of reading a FAQ folder.",
)

"""`askwell embed`: what a page needs to show the chat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.channels.bundle import VERSION, widget
from tests.cli.commands import run

if TYPE_CHECKING:
    from pathlib import Path

BOT = "https://chat.windmill.example"


@pytest.mark.parametrize(
    ("pin", "tag"),
    [
        ("latest", f'<script async src="{BOT}/widget.js"></script>'),
        ("major", f'<script async src="{BOT}/widget@1/widget.js"></script>'),
        (
            "exact",
            f'<script async integrity="{widget()["widget.js"].integrity}" crossorigin '
            f'src="{BOT}/widget@{VERSION}/widget.js"></script>',
        ),
    ],
)
def test_tags(pin: str, tag: str) -> None:
    """The tag stands alone on stdout; an exact version comes with its hash."""
    result = run("embed", "--server", f"{BOT}/", "--pin", pin)
    assert (result.exit_code, result.stdout) == (0, f"{tag}\n")
    assert "ASKWELL_ORIGINS" in result.stderr


def test_as_json() -> None:
    """Programs get the tag, the hash and what a Content-Security-Policy needs."""
    needs = json.loads(run("embed", "--server", BOT, "--json").stdout)
    assert needs["policy"] == f"script-src {BOT}; connect-src {BOT} wss://chat.windmill.example"
    assert needs["integrity"] == widget()["widget.js"].integrity


def test_no_address() -> None:
    """What is no server's address is refused, with what one looks like."""
    result = run("embed", "--server", "windmill")
    assert result.exit_code == 2
    assert "must look like https://bot.clinic.example" in result.stderr


def test_save(tmp_path: Path) -> None:
    """The files of a version can be kept for pages that pin it."""
    run("embed", "--save", tmp_path / VERSION)
    saved = {path.name: path.read_bytes() for path in (tmp_path / VERSION).iterdir()}
    assert saved == {name: file.body for name, file in widget().items()}

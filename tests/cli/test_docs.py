"""`docs/command-line.md` tells all, and nothing that is not so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.cli import cli
from bot.cli.faults import Code
from bot.cli.prompt import COMMANDS
from bot.safety.measure import EXPECTED
from tests.cli.commands import HOW_LONG, ROOT, records, run

if TYPE_CHECKING:
    from pathlib import Path

    import click

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## askwell (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def options(command: click.Command) -> set[str]:
    """Return the options of a command, without those that all have and those for itself."""
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    found = {option for param in shown for option in (*param.opts, *param.secondary_opts)}
    return {option for option in found if option.startswith("-")}


def test_every_command_has_a_section() -> None:
    """And every section a command."""
    assert set(SECTIONS) == set(cli.commands)


@pytest.mark.parametrize("name", cli.commands)
def test_the_documented_options_are_the_real_ones(name: str) -> None:
    """Those in the first column of a command's table."""
    rows = re.findall(r"^\| (`-.*?) \|", SECTIONS[name], re.MULTILINE)
    documented = {option for row in rows for option in re.findall(r"(?<![\w-])--?[a-z][\w-]*", row)}
    assert documented == options(cli.commands[name])


@pytest.mark.parametrize("name", cli.commands)
def test_the_documented_examples_are_those_of_help(name: str) -> None:
    """Each of them parses, too."""
    shown = re.findall(r"^\$ (askwell .*)$", SECTIONS[name], re.MULTILINE)
    help_text = run(name, "--help").stdout
    assert shown
    assert all(f"  {example}\n" in help_text for example in shown)
    used = {option for example in shown for option in re.findall(r"(?<=\s)--?[a-z][\w-]*", example)}
    assert used <= options(cli.commands[name])


def test_the_documented_exit_codes_are_the_real_ones() -> None:
    """All of them, in order."""
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)] == [*Code]


def test_the_documented_fields_are_the_real_ones(faq: Path) -> None:
    """Of a reply and of an explanation."""
    (record,) = records(
        run("ask", HOW_LONG, "--json", "--explain", "--top", "1", "--faq", str(faq))
    )
    named = set(re.findall(r"`(\w+)`", SECTIONS["ask"]))
    screening = record["explanation"]["screening"]
    assert set(record) | set(record["explanation"]) | set(screening) <= named
    assert set(record["ranking"][0]) | set(record["explanation"]["candidates"][0]) <= named


def test_the_commands_of_the_chat_are_documented() -> None:
    """And the labels for the screen."""
    assert re.findall(r"^\| `(/\w+)` \|", SECTIONS["chat"], re.MULTILINE) == [*COMMANDS]
    assert all(label in SECTIONS["test"] for label in EXPECTED)

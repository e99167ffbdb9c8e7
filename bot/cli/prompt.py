"""What is typed: with line editing and a history on a terminal, plainly everywhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.history import History

    from bot.channels.terminal import Look

PROMPT = "> "
COMMANDS = ("/why", "/reset", "/help", "/quit")


def typed_lines(look: Look, *, history: bool) -> Iterator[str]:
    """Yield what is typed, line by line, until the end of the input."""
    if not sys.stdin.isatty():
        yield from _piped(look)
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        yield from _edited(history=history)
    else:
        yield from _plain()


def history_file() -> Path:
    """Return where the history is kept, by the XDG rules."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return folder / "askwell" / "history"


def _piped(look: Look) -> Iterator[str]:
    """Yield the lines of a pipe or file, and print each where it would have been typed."""
    for line in lines_of(sys.stdin.buffer):
        click.echo(look.text(line, first=PROMPT))
        yield line


def _plain() -> Iterator[str]:
    while True:
        click.echo(PROMPT, nl=False, err=not sys.stdout.isatty())
        line = sys.stdin.readline()
        if not line:
            click.echo(err=not sys.stdout.isatty())
            return
        yield line


def _edited(*, history: bool) -> Iterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter

    session: PromptSession[str] = PromptSession(
        history=open_history() if history else None,
        completer=WordCompleter(COMMANDS, sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            yield session.prompt(PROMPT)
        except EOFError:
            return


def open_history() -> History:
    """Return the history kept in a file that only this account can read, if that can be had."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path = history_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        path.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))

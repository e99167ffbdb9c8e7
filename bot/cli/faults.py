"""Exit codes, and what the command line says when something goes wrong: never a traceback."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

import bot
from bot.errors import AskwellError, ContentError, JournalError, ServerUnreachable
from bot.models import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Problem

_NOTHING_SERVED = "\n{} error{}: nothing can be answered until this is mended."
_PACKAGE = Path(bot.__file__).parent


class Code(IntEnum):
    """Exit codes; click itself exits with USAGE for a wrong command line."""

    FINE = 0
    FAILED = 1
    """A test or a check failed."""
    USAGE = 2
    """The command line, a setting or a file named in them makes no sense."""
    CONTENT = 3
    """The FAQ can't be loaded."""
    UNREACHABLE = 4
    """The server can't be reached, or does not speak our protocol."""
    JOURNAL = 5
    """The journal can't be read or written."""
    INTERNAL = 70
    """A fault of ours."""
    INTERRUPTED = 130
    """Ctrl-C."""


_CODES = {ServerUnreachable: Code.UNREACHABLE, JournalError: Code.JOURNAL}


def report(error: BaseException) -> Code:
    """Say on stderr what went wrong, and return the exit code for it.

    Messages of unexpected exceptions are not shown: they may hold what a patient wrote.
    """
    if os.environ.get("ASKWELL_DEBUG"):
        traceback.print_exception(error)
    match error:
        case KeyboardInterrupt():
            click.echo(err=True)
            return Code.INTERRUPTED
        case ContentError():
            errors = [each for each in error.problems if each.level is Level.ERROR]
            others = [each for each in error.problems if each.level is not Level.ERROR]
            print_problems([*errors, *others], err=True)
            click.echo(_NOTHING_SERVED.format(len(errors), "s" * (len(errors) > 1)), err=True)
            return Code.CONTENT
        case AskwellError():
            click.echo(str(error), err=True)
            return _CODES.get(type(error), Code.USAGE)
        case OSError(filename=str(name), strerror=str(reason)):
            click.echo(f"{name}: {reason}.", err=True)
            return Code.USAGE
    click.echo(_internal(error), err=True)
    return Code.INTERNAL


def print_problems(problems: Sequence[Problem], *, err: bool = False) -> None:
    """Print content problems with an empty line between two of them."""
    from bot.content import format_problem

    click.echo("\n\n".join(map(format_problem, problems)), err=err)


def leave_closed_pipe() -> None:
    """Send what is still to be written nowhere: whoever read our pipe has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())


def _internal(error: BaseException) -> str:
    return (
        f"Something went wrong inside askwell: {type(error).__name__} at {_place(error)}"
        f" (askwell {bot.__version__}, Python {platform.python_version()})."
        " Please report this line. ASKWELL_DEBUG=1 shows more; leave out what patients wrote."
    )


def _place(error: BaseException) -> str:
    """Name the last line of our own code that the error came through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    if not frames:
        return "an unknown place"
    return (
        f"{Path(frames[-1].filename).relative_to(_PACKAGE.parent).as_posix()}:{frames[-1].lineno}"
    )

"""Opening what answers: a FAQ folder, or the way to a server."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from datetime import datetime
from threading import Timer
from typing import TYPE_CHECKING

import click

from bot.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from bot.channels.talk import LocalTalk, Talk
    from bot.models import Problem
    from bot.snapshot import Snapshot

LONG = 0.5
"""Seconds after which waiting is explained."""


def open_snapshot(folder: Path) -> Snapshot:
    """Load and index a FAQ folder, and warn once about clinic facts that are not set yet.

    Raises ContentError with every problem.
    """
    with reading():
        from bot.snapshot import load_snapshot

        snapshot = load_snapshot(folder, today=today(), any_day=True)
    warn_of_unset(snapshot)
    return snapshot


@contextmanager
def reading() -> Iterator[None]:
    """Announce that the FAQ is being read, which takes a second, or ten after an edit."""
    with announced("Reading the FAQ …"), _uncollected():
        yield


def warn_of_unset(snapshot: Snapshot) -> None:
    """Say in one line which facts about the clinic are not set yet."""
    from bot.channels.terminal import Look

    if unset := next(filter(_about_clinic, snapshot.problems), None):
        look = Look.of(sys.stderr)
        click.echo(look.text(f"{unset.path}: {unset.message} Replies do without."), err=True)


def open_local(folder: Path) -> LocalTalk:
    """Return a conversation with a FAQ folder, with the limits of the settings."""
    from bot.channels.talk import LocalTalk
    from bot.settings import Settings

    longest = Settings.load().utterance_length
    return LocalTalk(open_snapshot(folder), longest=longest)


def open_talk(folder: Path, url: str | None) -> Talk:
    """Return a conversation with a server, or without a URL one with a FAQ folder."""
    if url is None:
        return open_local(folder)
    from bot.channels.remote import RemoteTalk

    return RemoteTalk(url)


def today() -> date:
    """Return the day on this machine, by which reviews are due."""
    return datetime.now().astimezone().date()


@contextmanager
def announced(text: str) -> Iterator[None]:
    """Say on a terminal what is waited for, when it takes long; the line goes when it is done."""
    if not sys.stderr.isatty():
        yield
        return
    shown: list[str] = []

    def show() -> None:
        shown.append(text)
        click.echo(text, err=True, nl=False)

    timer = Timer(LONG, show)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown:
            click.echo(f"\r{' ' * len(text)}\r", err=True, nl=False)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: what is loaded stays. Saves a tenth of the starting time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _about_clinic(problem: Problem) -> bool:
    """Whether a problem is the one that names all unset facts."""
    return problem.path.endswith("/clinic.md") and problem.level is Level.WARNING

"""Parsed content: what was kept of the last time, or parsed and checked now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.compiled import compiled_path, read_content, write_content

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.compiled import Content


def parsed(folder: Path, *, today: date, into: Path | None) -> Content:
    """Return the content of a FAQ folder; raises ContentError with every problem.

    It is taken from `into` where it was parsed before, and kept there where that is possible.
    """
    path = compiled_path(into, folder, today=today) if into else None
    if path is not None and (known := read_content(path)) is not None:
        return known
    content = parse(folder, today=today)
    if into is not None and path == compiled_path(into, folder, today=today):  # not edited since
        with suppress(OSError):
            write_content(content, path)
    return content


def parse(folder: Path, *, today: date) -> Content:
    """Parse and check a FAQ folder; raises ContentError with every problem."""
    from bot.content import load  # noqa: PLC0415  most starts find the content parsed

    loaded = load(folder, today=today)
    return loaded.faq, loaded.problems

"""Loading the small FAQ with some files replaced, for the tests of `bot.content`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.content import Loaded, load
from bot.errors import ContentError
from tests.faqs import write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.models import Problem

TODAY = date(2026, 11, 20)


def load_small(path: Path, **overrides: str | bytes | None) -> Loaded:
    """Load the small FAQ from `path`/faq; raises ContentError when a file is wrong."""
    return load(write_faq(path / "faq", **overrides), today=TODAY)


def problems_of(path: Path, **overrides: str | bytes | None) -> tuple[Problem, ...]:
    """Return all problems of the small FAQ, whether it can be served or not."""
    try:
        return load_small(path, **overrides).problems
    except ContentError as error:
        return error.problems


def messages_of(path: Path, **overrides: str | bytes | None) -> list[str]:
    """Return what is wrong as `path:line message` lines."""
    found = problems_of(path, **overrides)
    return [f"{each.path}:{each.line} {each.message}" for each in found]

"""The shipped red flags, compiled once for all tests of the screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.content import load
from bot.safety import Row, Screen, read_rows

if TYPE_CHECKING:
    from bot.models import RedFlags

SHIPPED = Path(__file__).parents[2] / "faq"
ROWS = Path(__file__).with_name("rows.tsv")


@pytest.fixture(scope="session")
def red_flags() -> RedFlags:
    """Load the shipped `red-flags.md`."""
    return load(SHIPPED, today=date(2026, 11, 20)).faq.red_flags


@pytest.fixture(scope="session")
def screen(red_flags: RedFlags) -> Screen:
    """Compile the screen that patients meet."""
    return Screen(red_flags)


@pytest.fixture(scope="session")
def rows() -> tuple[Row, ...]:
    """Read our own labelled messages."""
    return read_rows(ROWS.read_text("utf-8"), ROWS.name)

"""Snapshots that many tests share, because indexing takes a second or more."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.snapshot import Snapshot, load_snapshot
from tests.faqs import write_faq

SHIPPED = Path(__file__).parents[1] / "faq"
TODAY = date(2026, 11, 20)
"""The day that tests run on; all content of the shipped FAQ has been reviewed by then."""

signal.signal(signal.SIGINT, signal.default_int_handler)
# Whoever starts the tests in the background ignores Ctrl-C, and so would the programs they start.

settings.register_profile("askwell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("askwell")  # no test fails because a machine is busy


@pytest.fixture(scope="session")
def windmill_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small FAQ with its compiled index; tests that change it take a copy."""
    folder = write_faq(tmp_path_factory.mktemp("windmill") / "faq")
    load_snapshot(folder, today=TODAY)
    return folder


@pytest.fixture(scope="session")
def windmill(windmill_folder: Path) -> Snapshot:
    """Snapshot of the small FAQ of `tests/faqs.py`, the Windmill Clinic's."""
    return load_snapshot(windmill_folder, today=TODAY)


@pytest.fixture(scope="session")
def shipped() -> Snapshot:
    """Snapshot of the FAQ in `faq/`; its compiled index is kept there, as the product keeps it."""
    return load_snapshot(SHIPPED, today=TODAY)

"""One small FAQ for all tests of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.snapshot import SnapshotStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def store(windmill_folder: Path) -> SnapshotStore:
    """Load the small FAQ."""
    return SnapshotStore(windmill_folder)

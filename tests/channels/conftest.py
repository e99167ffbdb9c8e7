"""One small FAQ, indexed once, for all tests of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.snapshot import SnapshotStore
from tests.faqs import write_faq

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small FAQ; tests that change it take a copy."""
    return write_faq(tmp_path_factory.mktemp("faq"))


@pytest.fixture(scope="session")
def store(faq: Path) -> SnapshotStore:
    """Load the small FAQ."""
    return SnapshotStore(faq)

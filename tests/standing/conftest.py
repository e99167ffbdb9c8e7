"""One small FAQ, and one server process for all tests that do it no lasting harm."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.snapshot import SnapshotStore
from tests.standing.process import serving_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.standing.process import Server


@pytest.fixture(scope="session")
def store(windmill_folder: Path) -> SnapshotStore:
    """Load the small FAQ."""
    return SnapshotStore(windmill_folder)


@pytest.fixture
def faq(windmill_folder: Path, tmp_path: Path) -> Path:
    """Copy the small FAQ, for a test to change."""
    return shutil.copytree(windmill_folder, tmp_path / "faq")


@pytest.fixture(scope="session")
def server(windmill_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the small FAQ from a process of its own, without limits on how much is asked."""
    var = tmp_path_factory.mktemp("standing") / "var"
    with serving_process(windmill_folder, var) as server:
        server.settle()
        yield server

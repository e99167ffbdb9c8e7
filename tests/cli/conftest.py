"""One small FAQ with its compiled index, for all tests of the command line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.snapshot import load_snapshot
from tests.conftest import TODAY
from tests.faqs import write_faq

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write and index the small FAQ; tests that change it take a copy."""
    folder = write_faq(tmp_path_factory.mktemp("cli") / "faq")
    load_snapshot(folder, today=TODAY)
    return folder


@pytest.fixture(scope="session")
def unset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write and index the small FAQ of a clinic that has not filled in its facts."""
    clinic = "# Clinic\nCountry: US\n"
    folder = write_faq(tmp_path_factory.mktemp("unset") / "faq", clinic=clinic)
    load_snapshot(folder, today=TODAY)
    return folder


@pytest.fixture
def own(faq: Path, tmp_path: Path) -> Path:
    """Copy the small FAQ, for a test to change."""
    return shutil.copytree(faq, tmp_path / "faq")

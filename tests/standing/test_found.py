"""What fuzzing runs for hours, in a second: random bytes, and all that it has ever found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fuzz.seeds import seeds
from benchmarks.fuzz.targets import TARGETS

FOUND = sorted((Path(__file__).parent / "found").glob("*/*"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_found(path: Path) -> None:
    """What once broke a promise keeps it now."""
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str) -> None:
    """What fuzzing starts from is all right."""
    for seed in seeds(name):
        TARGETS[name](seed)


@given(st.binary(max_size=300) | st.text().map(str.encode), st.sampled_from([*TARGETS]))
def test_random_bytes(data: bytes, name: str) -> None:
    """No bytes break a promise."""
    TARGETS[name](data)

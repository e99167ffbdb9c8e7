"""Arrays that are mapped: the same as those that were written, whatever becomes of the file."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.retrieval.mapped import LARGE, let_go, map_in_place, read_arrays

if TYPE_CHECKING:
    from pathlib import Path

LARGE_ONE = np.arange(LARGE, dtype=np.float32).reshape(-1, 4)
SMALL_ONE = np.arange(7, dtype=np.int32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a large and a small array, and the large one in the order of columns."""
    found = tmp_path / "index.npz"
    np.savez(found, large=LARGE_ONE, small=SMALL_ONE, columns=np.asfortranarray(LARGE_ONE))
    return found


def test_arrays_come_back(path: Path) -> None:
    """Large and small arrays come back as they were, and nothing else lies in the folder."""
    arrays = read_arrays(path)
    assert arrays.keys() == {"large", "small", "columns"}
    assert np.array_equal(arrays["large"], LARGE_ONE)
    assert np.array_equal(arrays["columns"], LARGE_ONE)
    assert np.array_equal(arrays["small"], SMALL_ONE)
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_cut_off_later(path: Path) -> None:
    """Who spoils the file of a running server changes nothing of what it has loaded."""
    arrays = read_arrays(path)
    with path.open("r+b") as file:
        file.truncate(10)
    assert np.array_equal(arrays["large"], LARGE_ONE)


def test_no_room_for_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written the arrays are read into memory."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert np.array_equal(read_arrays(path)["large"], LARGE_ONE)


def test_in_place(path: Path) -> None:
    """A file that nobody changes is mapped where it lies, whatever the order of its numbers."""
    arrays = map_in_place(path)
    assert np.array_equal(arrays["large"], LARGE_ONE)
    assert np.array_equal(arrays["columns"], LARGE_ONE)
    assert np.array_equal(arrays["small"], SMALL_ONE)
    assert not arrays["large"].flags.writeable


def test_compressed_arrays_are_not_mapped(tmp_path: Path) -> None:
    """What is compressed has no place where it lies as it is."""
    np.savez_compressed(tmp_path / "packed.npz", large=LARGE_ONE)
    with pytest.raises(ValueError, match="compressed"):
        map_in_place(tmp_path / "packed.npz")


def test_let_go(path: Path) -> None:
    """Arrays whose memory was given back are as they were when they are looked at again."""
    arrays = {**read_arrays(path), "own": LARGE_ONE}
    let_go(arrays.values())
    assert np.array_equal(arrays["large"], LARGE_ONE)
    assert np.array_equal(arrays["own"], LARGE_ONE)

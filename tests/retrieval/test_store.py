"""A compiled index is as good as a new one, and a bad file never does harm."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.retrieval import store
from bot.retrieval.store import KEPT, fingerprint, load_index, read, write
from tests.faqs import write_faq

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.models import Faq
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

TEXTS = ["how long is it", "wehre can i prak", "thanks", "howmuch does it cost", "xyzzy", "", "é"]
REPOSITORY = Path(__file__).parents[2]


class Code:
    """What runs when a pickle of it is loaded: a folder is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture(scope="module")
def compiled(windmill: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the Windmill Clinic's index and return the file."""
    path = tmp_path_factory.mktemp("compiled") / f"index-{windmill.version}-{fingerprint()}.npz"
    write(windmill.index, path)
    return path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, windmill: Snapshot) -> list[str]:
    """Return a list of the versions that are built; building gives the Windmill Clinic's index."""
    versions: list[str] = []

    def build(faq: Faq, _previous: Index | None = None) -> Index:
        versions.append(faq.version)
        return windmill.index

    monkeypatch.setattr("bot.retrieval.build.build_index", build)
    return versions


@pytest.mark.parametrize("text", TEXTS)
def test_compiled_index_ranks_alike(windmill: Snapshot, compiled: Path, text: str) -> None:
    """What was written ranks as what was built, to the last digit, and explains it alike."""
    index, again = windmill.index, read(compiled, windmill.faq)
    assert again is not None
    query = index.read(text)
    assert again.read(text) == query
    assert again.rank(query) == index.rank(query)
    assert again.explain(query, index.labels[0]) == index.explain(query, index.labels[0])


def test_nothing_is_forgotten(windmill: Snapshot, compiled: Path) -> None:
    """Version, labels and phrasings come back as they were."""
    again = read(compiled, windmill.faq)
    assert again is not None
    for name in ("version", "whole", "labels", "answerable", "phrasings"):
        assert getattr(again, name) == getattr(windmill.index, name)


def test_built_once(windmill: Snapshot, tmp_path: Path, built: list[str]) -> None:
    """The second start finds what the first one compiled."""
    folder = tmp_path / ".askwell"
    for _ in range(3):
        load_index(windmill.faq, folder)
    assert built == [windmill.version]


def test_other_content_is_built_anew(windmill: Snapshot, tmp_path: Path, built: list[str]) -> None:
    """An index of other content is not taken for this one's, and the oldest files go."""
    for version in "abcde":
        load_index(replace(windmill.faq, version=version), tmp_path)
    assert built == list("abcde")
    assert len(list(tmp_path.iterdir())) == KEPT


def test_other_code_builds_anew(
    windmill: Snapshot, tmp_path: Path, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that other code compiled is not used."""
    load_index(windmill.faq, tmp_path)
    monkeypatch.setattr(store, "fingerprint", lambda: "01234567")
    load_index(windmill.faq, tmp_path)
    assert len(built) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY", b"{}", b"\x00" * 1000])
def test_foreign_file_is_replaced(
    windmill: Snapshot, tmp_path: Path, built: list[str], content: bytes
) -> None:
    """A file that is none of ours is ignored and written anew."""
    path = tmp_path / f"index-{windmill.version}-{fingerprint()}.npz"
    path.write_bytes(content)
    assert load_index(windmill.faq, tmp_path) is windmill.index
    assert read(path, windmill.faq) is not None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 0.999))
def test_truncated_file_is_ignored(
    windmill: Snapshot, compiled: Path, tmp_path: Path, cut: float
) -> None:
    """A file that was cut off anywhere is no index."""
    whole = compiled.read_bytes()
    path = tmp_path / "cut.npz"
    path.write_bytes(whole[: int(cut * len(whole))])
    assert read(path, windmill.faq) is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.999), rubbish=st.binary(min_size=8, max_size=64))
def test_damaged_file_does_no_harm(
    windmill: Snapshot, compiled: Path, tmp_path: Path, place: float, rubbish: bytes
) -> None:
    """A file that was overwritten somewhere is either no index or still the same one."""
    content = bytearray(compiled.read_bytes())
    at = int(place * len(content))
    content[at : at + len(rubbish)] = rubbish
    path = tmp_path / "damaged.npz"
    path.write_bytes(content)
    index = read(path, windmill.faq)
    assert index is None or index.labels == windmill.index.labels


@pytest.mark.parametrize("missing", ["texts", "rows.idf", "terms.weight", "calibration.weights"])
def test_incomplete_file_is_ignored(
    windmill: Snapshot, compiled: Path, tmp_path: Path, missing: str
) -> None:
    """A file in which an array is missing is no index."""
    with np.load(compiled) as file:
        arrays = {name: file[name] for name in file.files if name != missing}
    np.savez(tmp_path / "some.npz", **arrays)
    assert read(tmp_path / "some.npz", windmill.faq) is None


def test_no_pickle_is_loaded(windmill: Snapshot, compiled: Path, tmp_path: Path) -> None:
    """A file with code in it is ignored without running it."""
    with np.load(compiled) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["rows.idf"] = np.array([Code(tmp_path / "made")], object)
    np.savez(tmp_path / "evil.npz", allow_pickle=True, **arrays)
    assert read(tmp_path / "evil.npz", windmill.faq) is None
    assert not (tmp_path / "made").exists()


def test_folder_that_cannot_be_written(
    windmill: Snapshot, tmp_path: Path, built: list[str]
) -> None:
    """Where nothing can be kept the index is built each time, without a fault."""
    folder = tmp_path / ".askwell"
    folder.write_text("a file stands in the way")
    assert load_index(windmill.faq, folder) is windmill.index
    assert load_index(windmill.faq, folder) is windmill.index
    assert len(built) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(windmill: Snapshot, tmp_path: Path, built: list[str]) -> None:
    """A folder without permission to write costs only the time of building."""
    tmp_path.chmod(0o500)
    assert load_index(windmill.faq, tmp_path / ".askwell") is windmill.index
    assert built == [windmill.version]
    tmp_path.chmod(0o700)


def test_without_a_folder_nothing_is_written(windmill: Snapshot, built: list[str]) -> None:
    """The index can be built in memory only."""
    assert load_index(windmill.faq, None) is windmill.index
    assert built == [windmill.version]


def test_a_full_disk_leaves_nothing_behind(
    windmill: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written to its end is removed."""

    def full(_file: object, **_arrays: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        write(windmill.index, tmp_path / "index-a.npz")
    assert list(tmp_path.iterdir()) == []


STARTS = """
import sys
from datetime import date
from pathlib import Path
from bot.dialogue import respond
from bot.models import State
from bot.snapshot import load_snapshot
snapshot = load_snapshot(Path(sys.argv[1]), today=date(2026, 11, 20))
print(respond(snapshot, State(), "where can I park").reply.entries[0])
print([name for name in ("sklearn", "scipy") if name in sys.modules])
"""


def test_start_without_scikit_learn(windmill: Snapshot, compiled: Path, tmp_path: Path) -> None:
    """With a compiled index a process starts and answers without importing scikit-learn."""
    folder = write_faq(tmp_path)
    (folder / ".askwell").mkdir()
    (folder / ".askwell" / compiled.name).write_bytes(compiled.read_bytes())
    command = [sys.executable, "-W", "error", "-c", STARTS, str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["parking/where-can-i-park", "[]"], done.stderr

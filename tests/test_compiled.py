"""Parsed content on disk: what comes back is what was parsed, or nothing."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.building.reading import parse, parsed
from bot.compiled import KEPT, compiled_path, known_path, read_content, write_content
from bot.errors import ContentError
from tests.conftest import SHIPPED, TODAY
from tests.faqs import PARKING, write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.compiled import Content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the small FAQ."""
    return write_faq(tmp_path / "faq")


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Return a folder for what is compiled."""
    return tmp_path / "compiled"


@pytest.fixture(scope="module")
def windmill_content(windmill_folder: Path) -> Content:
    """Return the small FAQ's content."""
    return parse(windmill_folder, today=TODAY)


def test_content_comes_back(tmp_path: Path) -> None:
    """All of the shipped FAQ comes back: entries, blocks, dates, red flags, problems."""
    content = parse(SHIPPED, today=TODAY)
    write_content(content, tmp_path / "content-a.bin")
    assert read_content(tmp_path / "content-a.bin") == content


def test_types_come_back(folder: Path, into: Path) -> None:
    """What is an enumeration or a date is one again, not a text that looks like it."""
    faq, _ = parsed(folder, today=TODAY, into=into)
    again, _ = parsed(folder, today=TODAY, into=into)
    for one, other in zip(faq.entries, again.entries, strict=True):
        assert other.kind is one.kind
        assert type(other.reviewed) is type(one.reviewed)


def test_parsed_once(folder: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content that did not change is not parsed again."""
    first = parsed(folder, today=TODAY, into=into)
    monkeypatch.setattr("bot.building.reading.parse", None)
    assert parsed(folder, today=TODAY, into=into) == first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parking.md", PARKING.replace("Lot B", "Lot C")),
        ("hours.txt", "a file that is warned of"),
        ("questions/parking.txt", "> where is the car park\n= parking/where-can-i-park\n"),
    ],
)
def test_any_file_counts(folder: Path, into: Path, name: str, text: str) -> None:
    """A change of any file that checking looks at asks for parsing anew."""
    before = compiled_path(into, folder, today=TODAY)
    (folder / name).write_text(text, encoding="utf-8")
    assert compiled_path(into, folder, today=TODAY) != before


def test_what_we_keep_ourselves_does_not_count(folder: Path, into: Path) -> None:
    """What is compiled beside the content is no content."""
    before = compiled_path(into, folder, today=TODAY)
    (folder / ".askwell").mkdir()
    (folder / ".askwell" / "content.bin").write_bytes(b"x")
    assert compiled_path(into, folder, today=TODAY) == before


def test_reviews_are_due_on_a_day(folder: Path, into: Path) -> None:
    """What was checked on another day is found, but not taken for today's check."""
    later = TODAY + timedelta(days=1000)
    _, problems = parsed(folder, today=TODAY, into=into)
    _, overdue = parsed(folder, today=later, into=into)
    assert len(overdue) > len(problems)
    assert known_path(into, folder) == compiled_path(into, folder, today=later)


def test_broken_content_is_not_kept(folder: Path, into: Path) -> None:
    """Only what can be served is kept."""
    (folder / "red-flags.md").unlink()
    with pytest.raises(ContentError):
        parsed(folder, today=TODAY, into=into)
    assert known_path(into, folder) is None


def test_old_ones_go(into: Path, windmill_content: Content) -> None:
    """The newest few stay."""
    for number in range(KEPT + 2):
        write_content(windmill_content, into / f"content-{number}.bin")
    assert len(list(into.iterdir())) == KEPT


@given(cut=st.floats(0, 0.999), rubbish=st.binary(max_size=4))
def test_a_damaged_file_is_ignored(
    windmill_content: Content, tmp_path_factory: pytest.TempPathFactory, cut: float, rubbish: bytes
) -> None:
    """A file that was cut off or ends in rubbish is no content."""
    path = tmp_path_factory.getbasetemp() / "content-damaged.bin"
    write_content(windmill_content, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(cut * len(whole))] + rubbish)
    assert read_content(path) is None


def test_a_folder_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    """Where nothing can be kept content is parsed each time, without a fault."""
    (tmp_path / "taken").write_text("a file stands in the way")
    assert parsed(folder, today=TODAY, into=tmp_path / "taken") == parse(folder, today=TODAY)


def test_a_link_and_a_copy_differ(folder: Path, into: Path) -> None:
    """A link that leads out of the folder is refused, so it is no copy of what it leads to."""
    before = compiled_path(into, folder, today=date(2026, 1, 1))
    shutil.move(folder / "parking.md", folder.parent / "elsewhere.md")
    (folder / "parking.md").symlink_to(folder.parent / "elsewhere.md")
    assert compiled_path(into, folder, today=date(2026, 1, 1)) != before

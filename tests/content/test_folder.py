"""What counts as content in a folder, and what happens with files that can't be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.content.folder import read_folder
from bot.models import Level
from tests.content.loading import load_small, messages_of
from tests.faqs import PARKING, write_faq

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    [".hidden.md", "README.md", "readme.md", "parking.md~", "#parking.md#", "~$parking.md",
     "parking.md.bak", ".askwell/parking.md", "questions/notes.md", "pictures/lot.png"],
)  # fmt: skip
def test_files_that_are_not_content(tmp_path: Path, name: str) -> None:
    """Hidden files, notes and what editors leave behind are not looked at."""
    assert load_small(tmp_path, **{name: b"\x00 not content"}).problems == ()


@pytest.mark.parametrize("name", ["parking.docx", "parking.markdown", "bikes.txt"])
def test_files_that_look_like_content(tmp_path: Path, name: str) -> None:
    """A file of another type is named, so that nobody waits for it to show up."""
    (message,) = messages_of(tmp_path, **{name: b"x"})

    assert message.startswith(f"faq/{name}:0 This file is not read")


def test_a_folder_inside(tmp_path: Path) -> None:
    """Content in a folder of its own is named too."""
    assert messages_of(tmp_path, **{"more/bikes.md": "# B"}) == [
        "faq/more:0 Files in this folder are not read."
    ]


def test_upper_case_names_are_content(tmp_path: Path) -> None:
    """Bikes.MD is a topic like any other."""
    faq = load_small(tmp_path, parking=None, **{"Parking.MD": PARKING}).faq

    assert "parking/where-can-i-park" in {entry.id for entry in faq.entries}


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    """Mounted configuration often is a link to a hidden folder beside it."""
    folder = write_faq(tmp_path / "faq", parking=None, **{"..data/p.md": PARKING})
    (folder / "parking.md").symlink_to("..data/p.md")

    assert "parking" in read_folder(folder).sources


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """No file outside of the folder gets into a chat."""
    folder = write_faq(tmp_path / "faq", parking=None, **{"../secret.md": PARKING})
    (folder / "parking.md").symlink_to("../secret.md")
    files = read_folder(folder)

    assert "parking" not in files.sources
    assert [problem.message for problem in files.problems] == [
        "This is a link to a file outside of the folder."
    ]


def test_links_that_lead_nowhere_or_in_a_circle(tmp_path: Path) -> None:
    """A broken link is a problem of that file only."""
    folder = write_faq(tmp_path / "faq")
    (folder / "gone.md").symlink_to("nowhere.md")
    (folder / "round.md").symlink_to("round.md")
    problems = read_folder(folder).problems

    assert [problem.path for problem in problems] == ["faq/gone.md", "faq/round.md"]
    assert all("can't be read" in problem.message for problem in problems)


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder or a pipe with a content file's name is not waited for."""
    folder = write_faq(tmp_path / "faq")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    problems = read_folder(folder).problems

    assert [problem.message for problem in problems] == ["This is not a file."] * 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    """A file that this program may not read is named with the reason."""
    folder = write_faq(tmp_path / "faq")
    (folder / "parking.md").chmod(0)

    assert "permission denied" in read_folder(folder).problems[0].message


def test_a_file_instead_of_the_folder(tmp_path: Path) -> None:
    """The path of a file is not a folder, and a folder's questions may be no folder."""
    path = tmp_path / "faq.md"
    path.write_text("# x")

    assert read_folder(path).problems[0].message == "This folder can't be read."


def test_a_script_that_can_not_be_read_is_a_warning(tmp_path: Path) -> None:
    """Scripted conversations never keep a clinic's answers from being served."""
    found = load_small(tmp_path, **{"questions/parking.txt": b"\xff\xfe>"}).problems

    assert {problem.level for problem in found} == {Level.WARNING}
    assert "UTF-16" in "".join(problem.message for problem in found)

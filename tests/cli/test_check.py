"""`askwell check`: every problem in the form that its reader can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import run
from tests.faqs import BOTOX, PARKING

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = PARKING.replace("Park in", "<b>Park</b> in")


def test_a_good_folder_passes(faq: Path) -> None:
    """Counts go to stderr."""
    result = run("check", "--faq", faq, "--strict")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No problems.\n"


def test_warnings_fail_only_when_strict(unset: Path) -> None:
    """They are listed either way."""
    usual, strict = run("check", "--faq", unset), run("check", "--faq", unset, "--strict")
    assert (usual.exit_code, strict.exit_code) == (0, 1)
    assert usual.stdout == strict.stdout
    assert usual.stdout.startswith("1 warning:\n\nfaq/clinic.md: The clinic's name")
    assert usual.stderr == "1 warning.\n"


def test_errors_fail_and_come_first(own: Path) -> None:
    """Each has its file, line, reason and fix; it is no matter of exit code 3 here."""
    (own / "clinic.md").write_text("# Clinic\nCountry: US\n")
    (own / "parking.md").write_text(BROKEN)
    result = run("check", "--faq", own)
    assert result.exit_code == 1
    assert result.stdout.startswith("1 error:\n\nfaq/parking.md:10: ")
    assert result.stdout.index("1 error:") < result.stdout.index("1 warning:")
    assert "   Fix: " in result.stdout
    assert result.stderr == "1 error, 1 warning.\n"


def test_phrasings_that_do_not_find_their_entry_are_warnings(own: Path) -> None:
    """What only shows when the index is there is checked too."""
    lost = "\n- where do I leave my car, please, and where is a place to park\n"
    (own / "botox.md").write_text(BOTOX.replace("\n- is it quick\n", lost))
    result = run("check", "--faq", own)
    assert "does not find its own entry" in result.stdout
    assert "faq/botox.md:10" in result.stdout


def test_questions_files_are_checked(own: Path) -> None:
    """A script that names no known entry is a warning."""
    (own / "questions" / "parking.txt").write_text("> by car?\n= parking/where-can-i-prak\n")
    assert "faq/questions/parking.txt:2: There is no question" in run("check", "--faq", own).stdout


def test_json_is_one_object(own: Path) -> None:
    """With counts and all fields of each problem."""
    (own / "parking.md").write_text(BROKEN)
    found = json.loads(run("check", "--faq", own, "--format", "json").stdout)
    assert (found["errors"], found["warnings"], found["hints"]) == (1, 0, 0)
    assert set(found["problems"][0]) == {"level", "path", "line", "column", "message", "fix"}
    assert found["problems"][0]["line"] == 10


@pytest.mark.parametrize(("given", "path"), [("faq", "faq/a.md"), ("{parent}/faq", "faq/a.md")])
def test_github_gets_annotations(
    own: Path, monkeypatch: pytest.MonkeyPatch, given: str, path: str
) -> None:
    """Paths are seen from the working folder, signs of the format are escaped."""
    monkeypatch.chdir(own.parent)
    (own / "a.md").write_text("# A\nKind: practical\n\n## 100%?\n")
    folder = given.format(parent=own.parent)
    result = run("check", "--faq", folder, "--format", "github")
    line = next(each for each in result.stdout.splitlines() if "error" in each)
    assert line.startswith(f"::error file={path},line=4,col=1::This question has no answer.")
    assert "\n" not in line


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """It is reported like all others."""
    result = run("check", "--faq", tmp_path / "none")
    assert result.exit_code == 1
    assert "none: There is no such folder." in result.stdout

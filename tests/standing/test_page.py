"""The page about reliability names tests and commands that exist, and no fault is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.marked import renew

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|(.*)\|$", PAGE, re.MULTILINE)


def test_every_fault_has_its_row() -> None:
    """The sixty faults stand in order, none twice."""
    assert [int(number) for number, _ in ROWS] == list(range(1, 61))


@pytest.mark.parametrize("named", sorted({*re.findall(r"`(tests/[^`]+)`", PAGE)}))
def test_named_tests_exist(named: str) -> None:
    """A file that is named is there, and so is a test in it."""
    path, _, test = named.partition("::")
    assert (ROOT / path).exists()
    assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")


def test_named_commands_are_targets() -> None:
    """Each `make` command is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in {*re.findall(r"(?:`|^    )make (\w+)", PAGE, re.MULTILINE)}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_a_part_is_renewed(tmp_path: Path) -> None:
    """A command renews its own part of a page, as often as it runs, and nothing else."""
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x -->\nold\n<!-- end of x -->\nb\n", encoding="utf-8")
    for text in (r"new \1", "newer"):
        renew(page, "x", text)
        assert page.read_text("utf-8") == f"a\n<!-- x -->\n\n{text}\n\n<!-- end of x -->\nb\n"
    with pytest.raises(ValueError, match="0 places marked <!-- y -->"):
        renew(page, "y", "text")

"""Every kind of mistake in a content file, and the exact message that staff read.

`golden/NAME.md` is put into the small FAQ, as the file that NAME begins with or else as
`parking.md`; `golden/NAME.txt` holds all messages about that file. After a change on purpose,
`python -m tests.content.test_golden` writes the messages anew: read the difference.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.content import format_problem, load
from bot.errors import ContentError
from tests.faqs import write_faq

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "clinic": "clinic.md",
    "questions": "questions/parking.txt",
    "red-flags": "red-flags.md",
    "synonyms": "synonyms.md",
    "wording": "wording.md",
}


def messages(case: Path, folder: Path) -> str:
    """Load the small FAQ with one file replaced; return all messages about that file."""
    kind = next((kind for kind in FILES if case.stem.startswith(kind)), "")
    name = FILES.get(kind, "parking.md")
    write_faq(folder, **{name: case.read_bytes()})
    try:
        problems = load(folder, today=date(2026, 11, 20)).problems
    except ContentError as error:
        problems = error.problems
    shown = [each for each in problems if each.path == f"{folder.name}/{name}"]
    return "\n".join(f"[{each.level}]\n{format_problem(each)}\n" for each in shown)


@pytest.mark.parametrize("case", sorted(GOLDEN.glob("*.md")), ids=lambda case: case.stem)
def test_a_mistake_gets_its_message(case: Path, tmp_path: Path) -> None:
    """A mistake is reported with its place, its reason and what to do."""
    expected = case.with_suffix(".txt").read_text(encoding="utf-8")

    assert messages(case, tmp_path / "faq") == expected


def test_every_mistake_has_a_message() -> None:
    """No golden file is silently accepted, and none is left over."""
    cases = {case.stem for case in GOLDEN.glob("*.md")}
    texts = {text.stem for text in GOLDEN.glob("*.txt") if text.stat().st_size}

    assert len(cases) >= 25
    assert cases == texts


def _rewrite() -> None:
    for case in sorted(GOLDEN.glob("*.md")):
        with TemporaryDirectory() as folder:
            text = messages(case, Path(folder) / "faq")
        case.with_suffix(".txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _rewrite()

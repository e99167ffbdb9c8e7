"""What the two processes say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.building.haste import Haste
from bot.models import Problem  # noqa: TC001  decoding needs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to build; travels as the arguments of a command."""

    folder: Path
    """The FAQ folder to read."""
    into: Path
    """The folder for what is compiled."""
    today: date
    """The day by which reviews are due."""
    before: tuple[Path, Path] | None = None
    """The files of the content before an edit, parsed, and of its index: enough for a quick build.
    None asks for the whole index, however long it takes."""

    haste: Haste = Haste.START

    def arguments(self) -> list[str]:
        """Return the job as arguments of a command."""
        before = map(str, self.before or ())
        words = str(self.folder), str(self.into), self.today.isoformat(), self.haste.value
        return [*words, *before]

    @classmethod
    def read(cls, arguments: list[str]) -> Job:
        """Return the job that `arguments` made."""
        folder, into, today, haste, *before = arguments
        return cls(
            folder=Path(folder),
            into=Path(into),
            today=date.fromisoformat(today),
            haste=Haste(haste),
            before=(Path(before[0]), Path(before[1])) if before else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a job; travels as one line of JSON."""

    content: str = ""
    """Name of the file with the parsed content."""
    index: str | None = None
    """Name of the file with the compiled index; None when the previous one still fits."""
    problems: tuple[Problem, ...] = ()
    """Why the content can't be served; then there are no files."""

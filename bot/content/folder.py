"""Reading a FAQ folder: which files are content, and their text."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.content.source import MAX_BYTES, Source, decode
from bot.models import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTIONS = "questions"
"""Subfolder of the scripted conversations."""
_TEMPORARY = ("~", ".bak", ".tmp", ".swp", ".orig", ".part", ".ini", ".db")
"""Ends of names that editors and file managers leave behind."""


@dataclass(slots=True)
class Folder:
    """The text of all content files, and what is wrong with the files as such."""

    name: str
    """The folder as messages name it."""
    sources: dict[str, Source] = field(default_factory=dict)
    """Content files by their stem."""
    scripts: dict[str, Source] = field(default_factory=dict)
    """Scripted conversations by their stem."""
    problems: list[Problem] = field(default_factory=list)
    found: bool = True
    """Whether there is such a folder and it could be listed."""
    version: str = ""
    """The first 12 hex digits of the SHA-256 over names and bytes of the content files."""


def read_folder(path: Path) -> Folder:
    """Read all files of a FAQ folder; never raises for what the files are like."""
    return _FolderReader(path).read()


class _FolderReader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Folder(path.absolute().name if path.name != ".." else path.resolve().name)
        self.digest = hashlib.sha256()

    def read(self) -> Folder:
        for path in self._files(self.path):
            self._content(path)
        for path in self._files(self.path / QUESTIONS, optional=True):
            self._script(path)
        self.folder.version = self.digest.hexdigest()[:12]
        return self.folder

    def _files(self, path: Path, *, optional: bool = False) -> Iterator[Path]:
        """Yield what stands in a folder in order of names, without what is no one's content."""
        try:
            yield from sorted(each for each in path.iterdir() if not _ignored(each.name))
        except OSError:
            if optional and not path.exists():
                return
            self.folder.found = optional
            self._no_folder(path)

    def _no_folder(self, path: Path) -> None:
        missing = not path.exists()
        self._problem(
            f"{self.folder.name}/{QUESTIONS}" if path != self.path else self.folder.name,
            "There is no such folder." if missing else "This folder can't be read.",
            "Create it, or name another folder with --faq. The shipped folder faq/ is a good"
            " start: copy it."
            if missing
            else "Check that it is a folder, and who may read it.",
        )

    # --- content ----------------------------------------------------------------------------

    def _content(self, path: Path) -> None:
        name = f"{self.folder.name}/{path.name}"
        if path.name.casefold() in {"readme.md", QUESTIONS}:
            return
        if path.suffix.casefold() != ".md":
            self._not_read(path, name)
            return
        data = self._bytes(path, name)
        if data is None:
            return
        self.digest.update(f"{path.name!a} {len(data)} ".encode())
        self.digest.update(data)
        source = decode(data, name)
        if isinstance(source, Problem):
            self.folder.problems.append(source)
        else:
            self.folder.sources[path.stem] = source

    def _not_read(self, path: Path, name: str) -> None:
        if path.is_dir():
            if any(path.glob("*.md")):
                fix = f"Move them up into {self.folder.name}/."
                self._problem(name, "Files in this folder are not read.", fix, Level.WARNING)
            return
        self._problem(
            name,
            "This file is not read, as its name does not end in .md.",
            "Save it as plain text under a name that ends in .md, or move it elsewhere.",
            Level.WARNING,
        )

    # --- scripted conversations -------------------------------------------------------------

    def _script(self, path: Path) -> None:
        name = f"{self.folder.name}/{QUESTIONS}/{path.name}"
        if path.suffix.casefold() != ".txt":
            return
        data = self._bytes(path, name)
        source = decode(data, name) if data is not None else None
        if isinstance(source, Problem):
            self.folder.problems.append(_warning(source))
        elif source is not None:
            self.folder.scripts[path.stem] = source

    # --- files ------------------------------------------------------------------------------

    def _bytes(self, path: Path, name: str) -> bytes | None:
        """Return a file's bytes, or None with a problem noted."""
        try:
            if not path.resolve().is_relative_to(self.path.resolve()):
                self._outside(name)
                return None
            if not stat.S_ISREG(path.stat().st_mode):
                self._no_file(name)
                return None
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, RuntimeError) as fault:  # RuntimeError: links that lead in a circle
            reason = fault.strerror if isinstance(fault, OSError) else None
            self._problem(
                name,
                f"This file can't be read ({(reason or 'the link leads in a circle').lower()}).",
                "Check that it is there and that this program may read it.",
            )
            return None

    def _outside(self, name: str) -> None:
        self._problem(
            name,
            "This is a link to a file outside of the folder.",
            "Copy the file itself into the folder.",
        )

    def _no_file(self, name: str) -> None:
        self._problem(name, "This is not a file.", "Rename it so that it does not end in .md.")

    def _problem(self, name: str, message: str, fix: str, level: Level = Level.ERROR) -> None:
        self.folder.problems.append(Problem(name, 0, message, fix, level))


def _ignored(name: str) -> bool:
    return name.startswith((".", "~$", "#")) or name.casefold().endswith(_TEMPORARY)


def _warning(problem: Problem) -> Problem:
    return Problem(
        problem.path, problem.line, problem.message, problem.fix, Level.WARNING,
        problem.column, problem.excerpt, problem.pointer,
    )  # fmt: skip

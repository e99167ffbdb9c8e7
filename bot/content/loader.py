"""From a FAQ folder to one `Faq`, with every problem of every file at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.content.check import Material, check
from bot.content.clinic import read_clinic, unset_facts
from bot.content.document import slug
from bot.content.folder import Folder, read_folder
from bot.content.grammar import CLINIC, RED_FLAGS, SYNONYMS, TOPIC, WORDING, Grammar
from bot.content.parser import parse_document
from bot.content.red_flags import read_red_flags
from bot.content.reviews import check_reviewers
from bot.content.source import MAX_PROBLEMS
from bot.content.synonyms import read_synonyms
from bot.content.topics import Draft, read_topic
from bot.content.wording import read_wording
from bot.errors import ContentError
from bot.models import Clinic, Faq, Level, Phrasing, Problem, RedFlags, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from bot.content.document import Document
    from bot.content.source import Source

_SETTINGS = {"clinic", "wording", "red-flags", "synonyms"}
"""Stems of the files that hold no entries."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A FAQ that can be served, and what staff should look at."""

    faq: Faq
    problems: tuple[Problem, ...]
    """Warnings, then hints, in order of files and lines."""


def load(folder: Path, *, today: date) -> Loaded:
    """Load a FAQ folder; `today` decides which reviews are overdue.

    Raises ContentError with all problems, errors first, when one of them is an error.
    """
    files = read_folder(folder)
    if not files.found:
        raise ContentError(files.problems)
    loader = _Loader(files)
    faq = loader.read()
    loader.check(faq, today)
    problems = tuple(sorted(_listed(loader.problems), key=_gravity))
    if any(problem.level is Level.ERROR for problem in problems):
        raise ContentError(problems)
    return Loaded(faq, problems)


def _listed(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the gravest problems of each file, and how many more there are."""
    for path, found in groupby(sorted(problems), key=lambda problem: problem.path):
        gravest = sorted(found, key=_gravity)
        yield from gravest[:MAX_PROBLEMS]
        if len(gravest) > MAX_PROBLEMS:
            yield _more(path, len(gravest) - MAX_PROBLEMS)


def _gravity(problem: Problem) -> tuple[int, str, int, int, str]:
    """Return a key that sorts by level, then by place."""
    level = list(Level).index(problem.level)
    return level, problem.path, problem.line, problem.column, problem.message


def _more(path: str, number: int) -> Problem:
    what = "problem is" if number == 1 else "problems are"
    return Problem(
        path,
        0,
        f"{number:,} more {what} not listed.",
        "Mend those that are listed, then check again.",
        Level.WARNING,
    )


class _Loader:
    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.problems = list(folder.problems)
        self.starters: tuple[Phrasing, ...] = ()
        self.drafts: list[Draft] = []
        self.sources: dict[str, Source] = {}
        for stem, source in folder.sources.items():
            self._add(slug(stem), source)

    def _add(self, stem: str, source: Source) -> None:
        """Add a file, unless another one has the same name but for case and spaces."""
        first = self.sources.setdefault(stem, source)
        if first is not source or not stem:
            self.problems.append(
                Problem(
                    source.path,
                    0,
                    f"Ids can't tell this file from {first.path}."
                    if stem
                    else "This file's name has no letters.",
                    "Rename it.",
                )
            )

    def read(self) -> Faq:
        """Read all files; what is missing or broken is left empty, with a problem noted."""
        self._check_files()
        self.drafts = [self._topic(stem) for stem in self.sources if stem not in _SETTINGS]
        return Faq(
            topics=tuple(draft.topic for draft in self.drafts),
            clinic=self._clinic(),
            wording=self._wording(),
            red_flags=self._red_flags(),
            synonyms=self._synonyms(),
            version=self.folder.version,
        )

    def check(self, faq: Faq, today: date) -> None:
        """Add what only shows when all files are known."""
        scripts = {slug(stem): source for stem, source in self.folder.scripts.items()}
        material = Material(
            self.drafts, faq.clinic, self.starters, self.sources, scripts, self.folder.name
        )
        self.problems += check(material, today=today)
        self.problems += check_reviewers(faq.red_flags)

    def _document(self, stem: str, grammar: Grammar) -> Document | None:
        source = self.sources.get(stem)
        if source is None:
            return None
        document, problems = parse_document(source, source.path, grammar=grammar)
        self.problems += problems
        return document

    def _topic(self, stem: str) -> Draft:
        source = self.sources[stem]
        document, problems = parse_document(source, source.path, grammar=TOPIC)
        draft, more = read_topic(document, stem)
        self.problems += problems + more
        return draft

    def _clinic(self) -> Clinic:
        document = self._document("clinic", CLINIC)
        clinic, problems = read_clinic(document) if document else (Clinic(), [])
        unset = unset_facts(clinic, f"{self.folder.name}/clinic.md")
        self.problems += problems or unset
        return clinic

    def _wording(self) -> Wording:
        document = self._document("wording", WORDING)
        if document is None:
            return Wording({})
        wording, self.starters, problems = read_wording(document)
        self.problems += problems
        return wording

    def _red_flags(self) -> RedFlags:
        document = self._document("red-flags", RED_FLAGS)
        if document is None:
            return RedFlags((), {})
        red_flags, problems = read_red_flags(document)
        self.problems += problems
        return red_flags

    def _synonyms(self) -> tuple[tuple[str, ...], ...]:
        document = self._document("synonyms", SYNONYMS)
        if document is None:
            return ()
        synonyms, problems = read_synonyms(document)
        self.problems += problems
        return synonyms

    # --- files that must be there -----------------------------------------------------------

    def _check_files(self) -> None:
        name = self.folder.name
        broken = {problem.path for problem in self.folder.problems}
        for stem, why in _REQUIRED.items():
            path = f"{name}/{stem}.md"
            if stem not in self.sources and path not in broken:
                self.problems.append(Problem(path, 0, "This file is missing.", why))
        if not self.sources.keys() - _SETTINGS:
            self.problems.append(
                Problem(name, 0, "There is no topic file in this folder.", _TOPIC_FIX)
            )


_REQUIRED = {
    "wording": 'Create it with the title "# Wording" and one "##" section for each text around the'
    " answers, such as Greeting, Disclaimer and Fallback.",
    "red-flags": 'Create it with the title "# Red flags", the fixed replies ("## Reply: emergency")'
    " and the dangers that call for them.",
}
_TOPIC_FIX = (
    'Create one, such as parking.md: a title ("# Parking"), a kind ("Kind: practical"), and for'
    " each question a line with ## and the answer below it."
)

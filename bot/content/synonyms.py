"""Words that mean the same to patients, from `synonyms.md`: "- shot, jab, injection"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.lines import bullet
from bot.models import Level
from bot.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.document import Document
    from bot.content.source import Row
    from bot.models import Problem

Groups = tuple[tuple[str, ...], ...]


def read_synonyms(document: Document) -> tuple[Groups, list[Problem]]:
    """Return the groups in file order; the first word of each stands for all."""
    reader = _SynonymReader(document)
    return reader.read(), reader.problems


class _SynonymReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        """Line of each word, folded."""

    def read(self) -> Groups:
        """Read every line with a dash as a group."""
        groups = [self._group(row) for row in self._rows() if not row.blank]
        return tuple(group for group in groups if len(group) > 1)

    def _rows(self) -> Iterator[Row]:
        yield from self.document.note
        for section in self.document.sections:
            yield from section.body

    def _group(self, row: Row) -> tuple[str, ...]:
        text = bullet(row.text)
        if text is None:
            return self._no_dash(row)
        members = [part.strip() for part in text.split(",") if part.strip()]
        if len(members) < 2:
            self._alone(row)
        once: dict[str, str] = {}
        for member in members:
            once.setdefault(fold(member), member)
        for folded, member in once.items():
            first = self.lines.setdefault(folded, row.number)
            if first != row.number:
                self._twice(member, row, first)
        return tuple(once.values())

    def _twice(self, member: str, row: Row, first: int) -> None:
        self.problems.append(
            self.source.problem(
                row.number,
                f'"{member}" is already in another group.',
                f"Delete it here or in line {first}; if all of them mean the same, write them in"
                " one line.",
                show=[first, row.number],
                column=row.text.find(member) + 1,
            )
        )

    def _alone(self, row: Row) -> None:
        self.problems.append(
            self.source.problem(
                row.number,
                "There is only one word in this line.",
                "Write the words that mean the same with commas between them, such as"
                ' "- injection, shot, jab".',
                level=Level.WARNING,
            )
        )

    def _no_dash(self, row: Row) -> tuple[str, ...]:
        """Report a line without a dash, unless it is a sentence that explains the file."""
        if "," in row.text and not row.text.rstrip().endswith((".", ":")):
            self.problems.append(
                self.source.problem(
                    row.number, "This line has no dash.", f'Write "- {row.text.strip()}".'
                )
            )
        return ()

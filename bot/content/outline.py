"""The first pass over a content file: its headings, and the lines under each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.content.document import slug
from bot.content.source import MAX_PROBLEMS

if TYPE_CHECKING:
    from bot.content.source import Row, Source
    from bot.models import Problem

MAX_SECTIONS = 2000
"""Most sections in one file; the largest real FAQs have a few hundred entries in all."""

_TITLE_FIX = (
    'Start the file with one line that has a # and the title, such as "# Botox injections".'
)


@dataclass(slots=True)
class Chunk:
    """A heading and the lines below it."""

    heading: str
    row: Row
    rows: list[Row] = field(default_factory=list)


class Outline:
    """The headings of a file: one title, then sections."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.title: Chunk | None = None
        self.chunks: list[Chunk] = []
        self.problems: list[Problem] = []
        self._stray: Row | None = None
        for row in source.rows:
            if len(self.problems) >= MAX_PROBLEMS:
                break
            self._place(row)
        self._check_title()
        if len(self.chunks) > MAX_SECTIONS:
            self._too_many()

    def _place(self, row: Row) -> None:
        """Put a line where it belongs: a new heading, or under the last one."""
        marks, heading = self._heading(row)
        if not marks:
            self._place_text(row)
        elif marks == 2:
            self.chunks.append(Chunk(heading, row))
        elif marks > 2:
            self._deep_heading(row, heading)
        elif self.title or self.chunks:
            self._second_title(row)
        else:
            self.title = Chunk(heading, row)

    def _heading(self, row: Row) -> tuple[int, str]:
        """Return the number of `#` before a heading and its text; 0 if it is none."""
        text = row.text.lstrip()
        marks = len(text) - len(text.lstrip("#"))
        if not marks:
            return 0, ""
        rest = text[marks:]
        if rest and not rest.startswith(" "):
            if marks == 1 and (self.title or self.chunks):
                return 0, ""  # "#1 in town" is text
            self._no_space(row, text[:marks], rest)
        return marks, _without_closing(rest.strip())

    def _place_text(self, row: Row) -> None:
        if self.chunks:
            self.chunks[-1].rows.append(row)
        elif self.title:
            self.title.rows.append(row)
        elif not row.blank:
            self._stray = self._stray or row

    # --- problems ---------------------------------------------------------------------------

    def _no_space(self, row: Row, marks: str, heading: str) -> None:
        self.problems.append(
            self.source.problem(
                row.number,
                f"There is no space after {marks}.",
                f'Write "{marks} {heading.strip()}".',
                column=row.indent + len(marks) + 1,
                pointer="a space is missing here",
            )
        )

    def _second_title(self, row: Row) -> None:
        first = self.title.row.number if self.title else 0
        known = f"The title is in line {first}." if first else "The title must come first."
        self.problems.append(
            self.source.problem(
                row.number,
                "A file has one title, and this is another one.",
                f"{known} If this is a question, write two ## before it. If it is the start of"
                " another topic, move it to a file of its own.",
                show=[first, row.number],
                pointer="a single # is for the title only",
            )
        )

    def _deep_heading(self, row: Row, heading: str) -> None:
        self.problems.append(
            self.source.problem(
                row.number,
                "Headings inside an answer are not possible.",
                f'Write "**{heading}**" for bold text, or two ## if this is a question of its own.',
            )
        )

    def _too_many(self) -> None:
        self.problems.append(
            self.source.problem(
                self.chunks[MAX_SECTIONS].row.number,
                f"This file has more than {MAX_SECTIONS:,} headings.",
                "Split it into several files.",
            )
        )
        del self.chunks[MAX_SECTIONS:]

    def _check_title(self) -> None:
        if self._stray:
            self.problems.append(
                self.source.problem(
                    self._stray.number, "This text stands before the title.", _TITLE_FIX
                )
            )
        elif not self.title:
            line = self.chunks[0].row.number if self.chunks else 0
            message = "This file has no title." if self.chunks else "This file is empty."
            self.problems.append(self.source.problem(line, message, _TITLE_FIX))
        elif not slug(self.title.heading):
            self.problems.append(
                self.source.problem(
                    self.title.row.number, "The title is empty.", "Write it behind the #."
                )
            )


def _without_closing(heading: str) -> str:
    """Drop the marks that some people write behind a heading as well: `## Parking ##`."""
    cut = heading.rstrip("#")
    return cut.rstrip() if cut.endswith(" ") or not cut else heading

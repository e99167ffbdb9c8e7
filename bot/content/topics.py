"""From a parsed document to a topic with its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.content.answers import Answers
from bot.content.dates import read_date
from bot.content.document import slug
from bot.content.grammar import ALSO_ASKED, suggestion
from bot.content.placeholders import check_placeholders
from bot.content.source import MAX_PROBLEMS
from bot.models import Entry, Kind, Level, Problem, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from bot.content.document import Document, Field, Section
    from bot.models import Block


@dataclass(frozen=True, slots=True)
class Draft:
    """A topic beside the document it was made from, which checks need for lines and columns."""

    topic: Topic
    document: Document

    @property
    def sections(self) -> Iterator[tuple[Entry, Section]]:
        """Each entry with its section."""
        return zip(self.topic.entries, self.document.sections, strict=True)


def read_topic(document: Document, topic_id: str) -> tuple[Draft, list[Problem]]:
    """Turn a document into a topic; every section becomes an entry."""
    return _TopicReader(document, topic_id).read()


class _TopicReader:
    def __init__(self, document: Document, topic_id: str) -> None:
        self.document = document
        self.source = document.source
        self.topic_id = topic_id
        self.problems: list[Problem] = []
        self.answers = Answers(document.source)
        self.dates: dict[tuple[str, int], date | None] = {}

    def read(self) -> tuple[Draft, list[Problem]]:
        kind = self._kind_of_file()
        entries = tuple(self._entry(section, kind) for section in self.document.sections)
        self._check_file()
        self.problems += self.answers.problems
        title = self.document.title
        topic = Topic(self.topic_id, title, self.document.path, entries)
        return Draft(topic, self.document), self.problems

    # --- fields -----------------------------------------------------------------------------

    def _kind_of_file(self) -> Kind:
        """Return the file's kind; without one, the careful one: answers carry the disclaimer."""
        return self._kind(self.document.fields) or Kind.CLINICAL

    def _kind(self, fields: Mapping[str, Field]) -> Kind | None:
        field = fields.get("Kind")
        if field is None or not field.value:
            return None
        name = slug(field.value).replace("-", " ")
        kind = next((each for each in Kind if each == name), None)
        if kind is None:
            self._unknown_kind(field)
        return kind

    def _unknown_kind(self, field: Field) -> None:
        near = suggestion(field.value, [kind.value for kind in Kind])
        self._problem(
            field.line,
            f'"{field.value}" is not a kind' + (f'; did you mean "{near}"?' if near else "."),
            f"The kinds are: {', '.join(kind.value for kind in Kind)}.",
            column=field.column,
        )

    def _date(self, section: Section, name: str) -> date | None:
        field = self.document.field_of(section, name)
        if field is None:
            return None
        key = name, field.line
        if key not in self.dates:
            found = read_date(field, self.source)
            if isinstance(found, Problem):
                self.problems.append(found)
            self.dates[key] = None if isinstance(found, Problem) else found
        return self.dates[key]

    def _related(self, section: Section) -> tuple[str, ...]:
        ids = (section.value("Related") or "").replace(";", ",").split(",")
        return tuple(self._full_id(each.strip()) for each in ids if each.strip())

    def _full_id(self, text: str) -> str:
        return text if "/" in text else f"{self.topic_id}/{text}"

    # --- entries ----------------------------------------------------------------------------

    def _entry(self, section: Section, kind_of_file: Kind) -> Entry:
        kind = self._kind(section.fields) or kind_of_file
        source = self.document.field_of(section, "Source")
        return Entry(
            id=f"{self.topic_id}/{section.id}",
            question=section.heading,
            phrasings=section.lists.get(ALSO_ASKED, ()),
            answer=self._answer(section, kind),
            kind=kind,
            topic=self.topic_id,
            path=self.document.path,
            line=section.line,
            source=source.value if source else None,
            reviewed=self._date(section, "Reviewed"),
            review_by=self._date(section, "Review by"),
            related=self._related(section),
        )

    def _answer(self, section: Section, kind: Kind) -> tuple[Block, ...]:
        if not section.body:
            if kind is not Kind.NOT_COVERED:
                self._no_answer(section)
            return ()
        blocks = self.answers.read(section.body)
        if blocks is None:
            return ()
        if len(self.problems) < MAX_PROBLEMS:
            self.problems += check_placeholders(section.body, self.source)
        if kind is Kind.NOT_COVERED:
            self._unused_answer(section)
        return blocks

    def _no_answer(self, section: Section) -> None:
        show = [section.line, section.next_line] if section.next_line else [section.line]
        below = section.line
        for item in section.lists.get(ALSO_ASKED, ()):
            below = max(below, item.line)
        below = max([below, *(field.line for field in section.fields.values())])
        self._problem(
            section.line,
            "This question has no answer.",
            f"Write the answer under line {below}. If it is another way to ask the question"
            ' above, move it to that question\'s "Also asked" list.',
            show=show,
            pointer="the next question starts here" if section.next_line else "no text follows",
        )

    def _unused_answer(self, section: Section) -> None:
        self._problem(
            section.body[0].number,
            "This text is never shown, as the file's subjects are not covered.",
            'Delete it. What patients read is "Not covered" in wording.md.',
            level=Level.WARNING,
        )

    # --- the file ---------------------------------------------------------------------------

    def _check_file(self) -> None:
        if not self.document.title:
            return
        if not self.document.sections:
            self._problem(
                1, "This file has no questions.", "Write two ## and a question, then its answer."
            )
        elif any(
            self.document.field_of(section, "Kind") is None for section in self.document.sections
        ):
            self._problem(
                1,
                "This file does not say what kind of answers it holds, so they carry the"
                " disclaimer.",
                'Write "Kind: clinical" or "Kind: practical" under the title.',
                level=Level.WARNING,
            )
        if self.document.note:
            self._problem(
                self.document.note[0].number,
                "This text belongs to no question, so nobody sees it.",
                "Write a question with two ## above it, or delete it.",
                level=Level.WARNING,
            )

    def _problem(
        self,
        line: int,
        message: str,
        fix: str,
        *,
        level: Level = Level.ERROR,
        column: int = 1,
        show: list[int] | None = None,
        pointer: str = "",
    ) -> None:
        self.problems.append(
            self.source.problem(
                line, message, fix, level=level, column=column, show=show or (), pointer=pointer
            )
        )

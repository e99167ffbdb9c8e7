"""What stands between a heading and its text: fields and lists.

The text begins with the first line that is neither; nothing behind that point is read as a
field, so that no line of an answer can change the meaning of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.content.body import check_body, check_start
from bot.content.document import Field
from bot.content.grammar import near_name, suggestion
from bot.content.lines import NAME, bullet
from bot.models import Level, Phrasing

if TYPE_CHECKING:
    import re

    from bot.content.grammar import Grammar
    from bot.content.source import Row, Source
    from bot.models import Problem


@dataclass(slots=True)
class Head:
    """The fields and lists under a heading, and the text that follows."""

    fields: dict[str, Field] = field(default_factory=dict)
    lists: dict[str, list[Phrasing]] = field(default_factory=dict)
    body: tuple[Row, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def read_head(rows: list[Row], source: Source, grammar: Grammar, *, top: bool = False) -> Head:
    """Read fields, lists and text from the lines under a heading; `top` is the title's."""
    return _HeadReader(rows, source, grammar, top=top).read()


class _HeadReader:
    """Reads line by line; `self.list` is the list that the next line with a dash belongs to."""

    def __init__(self, rows: list[Row], source: Source, grammar: Grammar, *, top: bool) -> None:
        self.rows = rows
        self.source = source
        self.grammar = grammar
        self.top = top
        self.fields = grammar.head if top else grammar.fields
        self.lists = () if top else grammar.lists
        self.names = {name.casefold(): name for name in (*self.fields, *self.lists)}
        self.head = Head()
        self.list: list[Phrasing] | None = None
        self.previous = ""
        """What the line above was: `field`, `item`, `list`, `blank`, or nothing at the start."""

    def read(self) -> Head:
        at = 0
        while at < len(self.rows) and self._take(self.rows[at], at):
            at += 1
        self.head.body = _trimmed(self.rows[at:])
        self.head.problems += check_body(self.head.body, self.source, self.names, self.lists)
        if self.previous == "blank after list" and self.grammar.answers:
            self.head.problems += check_start(self.head.body, self.source)
        return self.head

    def _take(self, row: Row, at: int) -> bool:
        """Take a line as part of the head; False when the text begins with it."""
        if row.blank:
            self._blank()
        elif self.list is not None and (item := bullet(row.text)) is not None:
            self._item(row, item)
        elif self._continues(row):
            self._continue(row)
        elif found := NAME.match(row.text):
            return self._named(row, found)
        elif self._missing_colon(row, at):
            self._open_list(row, self._list_name(row.text.strip()) or "")
        elif self.previous in {"item", "list"} and self.list is not None:
            self._no_dash(row)
        else:
            return False
        return True

    def _blank(self) -> None:
        if self.list and self.grammar.answers:
            self.list = None
        self.previous = "blank after list" if self.previous == "item" else "blank"

    # --- lists ------------------------------------------------------------------------------

    def _open_list(self, row: Row, name: str) -> None:
        if name in self.head.lists:
            self._again(row, name, "list")
        self.list = self.head.lists.setdefault(name, [])
        self.previous = "list"

    def _item(self, row: Row, text: str) -> None:
        assert self.list is not None  # noqa: S101  the caller has looked; this is for mypy
        if any(char.isalnum() for char in text):
            self.list.append(Phrasing(text, row.number))
        else:
            self._error(row, "Nothing stands behind this dash.", "Write the words, or delete it.")
        self.previous = "item"

    def _continues(self, row: Row) -> bool:
        return bool(self.list) and self.previous == "item" and row.indent >= 2

    def _continue(self, row: Row) -> None:
        assert self.list  # noqa: S101  the caller has looked; this is for mypy
        last = self.list.pop()
        self.list.append(Phrasing(f"{last.text} {row.text.strip()}", last.line))

    def _no_dash(self, row: Row) -> None:
        self._error(
            row,
            "This line of the list has no dash.",
            f'Write "- {row.text.strip()}". If the text begins here, leave an empty line above.',
            pointer="a dash and a space are missing here",
        )
        if self.list is not None:
            self.list.append(Phrasing(row.text.strip(), row.number))
        self.previous = "item"

    def _missing_colon(self, row: Row, at: int) -> bool:
        """Whether this is a list's name without its colon: the next line has a dash."""
        below = next((each for each in self.rows[at + 1 : at + 3] if not each.blank), None)
        name = self._list_name(row.text.strip())
        if not name or below is None or bullet(below.text) is None:
            return False
        self._error(
            row,
            f'There is no colon behind "{row.text.strip()}".',
            f'Write "{name}:".',
            column=len(row.text) + 1,
            pointer="a colon is missing here",
        )
        return True

    def _list_name(self, text: str) -> str | None:
        if not 2 < len(text) < 30:
            return None
        exact = next((name for name in self.lists if name.casefold() == text.casefold()), None)
        return exact or near_name(text, self.lists)

    # --- fields -----------------------------------------------------------------------------

    def _named(self, row: Row, found: re.Match[str]) -> bool:
        """Take a line that looks like `Name: value`; False when the text begins with it."""
        typed = " ".join(found[1].split())
        name = self.names.get(typed.casefold())
        if name is None or found[0].strip(" :").casefold() != found[1].strip().casefold():
            meant = name or near_name(typed, self.names.values())
            if meant is None:
                return self._unknown(row, typed)
            self._near_miss(row, found[0].strip(), meant)
            name = meant
        if name in self.lists:
            self._list_line(row, name, row.text[found.end() :].strip())
        else:
            self._field(row, name, found.end())
        return True

    def _list_line(self, row: Row, name: str, value: str) -> None:
        self._open_list(row, name)
        if value:
            self._error(
                row,
                f'The first line of "{name}" stands behind the colon.',
                f'Leave "{name}:" alone on its line and write below it: - {value}',
                column=len(row.text) - len(value) + 1,
            )

    def _field(self, row: Row, name: str, end: int) -> None:
        if name in self.head.fields:
            self._again(row, name, "line")
        value = row.text[end:].strip()
        column = len(row.text) - len(row.text[end:].lstrip()) + 1
        self.head.fields.setdefault(name, Field(name, value, row.number, column))
        self.list = None
        self.previous = "field"

    def _near_miss(self, row: Row, typed: str, meant: str) -> None:
        written = typed if typed.endswith(":") or typed[-1:] in "*_" else f"{typed}:"
        self._error(
            row,
            f'"{written}" is not known here; did you mean "{meant}:"?',
            f'Write "{meant}:". If the line is part of the text, begin it with other words.',
            column=row.indent + 1,
        )

    def _unknown(self, row: Row, typed: str) -> bool:
        """Judge `Note: bring your card`: text, except where only fields can stand."""
        if self.top and self.grammar.strict:
            self._unknown_field(row, typed)
            return True
        if self.list is not None and self.previous in {"item", "list"}:
            self._no_dash(row)
            return True
        if self.previous == "field":
            self._close_to_fields(row, typed)
        return False

    def _unknown_field(self, row: Row, typed: str) -> None:
        known = ", ".join(self.fields)
        near = suggestion(typed, self.fields)
        ask = f' Did you mean "{near}:"?' if near else ""
        self._error(row, f'"{typed}:" is not known here.', f"Known are: {known}.{ask}")

    def _close_to_fields(self, row: Row, typed: str) -> None:
        self.head.problems.append(
            self.source.problem(
                row.number,
                f'"{typed}:" is not a name that is known here, so patients see this line.',
                "If that is what you want, leave an empty line above it. Known names are:"
                f" {', '.join(self.names.values())}.",
                level=Level.WARNING,
                column=row.indent + 1,
                pointer="the text begins here",
            )
        )

    def _again(self, row: Row, name: str, what: str) -> None:
        self._error(
            row,
            f'There is a second "{name}:" {what} here.',
            "Keep one of them.",
            show=[self._line_of(name), row.number],
        )

    def _line_of(self, name: str) -> int:
        if name in self.head.fields:
            return self.head.fields[name].line
        items = self.head.lists.get(name)
        return items[0].line if items else 0

    def _error(
        self,
        row: Row,
        message: str,
        fix: str,
        *,
        column: int = 0,
        show: list[int] | None = None,
        pointer: str = "",
    ) -> None:
        self.head.problems.append(
            self.source.problem(
                row.number,
                message,
                fix,
                column=column or row.indent + 1,
                show=show or (),
                pointer=pointer,
            )
        )


def _trimmed(rows: list[Row]) -> tuple[Row, ...]:
    """Cut the blank lines off both ends."""
    start, end = 0, len(rows)
    while start < end and rows[start].blank:
        start += 1
    while end > start and rows[end - 1].blank:
        end -= 1
    return tuple(rows[start:end])

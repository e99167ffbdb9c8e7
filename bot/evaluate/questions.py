"""Files of questions with the entry that should answer each: CSV, tab-separated or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import ContentError
from bot.models import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.models import Entry

NONE = frozenset({"", "-", "none"})
"""What stands for "no entry answers this"."""
BETWEEN = "|"
"""Stands between two entries that are both right."""
HEADINGS = {
    "question": frozenset({"question", "utterance", "text", "query"}),
    "expected": frozenset({"expected", "entry", "entries", "expected entry"}),
}
"""Names of the columns, which a first row may hold."""
_HOW = (
    "Write the question and the id of the entry that should answer it, such as botox/how-long; "
    "leave the id empty if none should."
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the entries that answer it rightly."""

    text: str
    expected: tuple[str, ...] = ()
    """Ids of entries, each of which is right; empty when nothing in the FAQ answers it."""
    path: str = ""
    line: int = 0
    """From 1; 0 when it comes from no file."""


Row: TypeAlias = tuple[int, str, str]
"""Line, question, and the cell that says what is expected."""


def read_questions(path: Path, entries: Mapping[str, Entry]) -> tuple[Question, ...]:
    """Read a file of questions; raises ContentError with every row that makes no sense.

    A subject that is not covered may be expected: the question must then be left unanswered.
    """
    text = _text(path)
    rows = _json_rows if _is_json(path, text) else _table_rows
    problems: list[Problem] = []
    questions = []
    for line, asked, expected in rows(path, text, problems):
        if not asked.strip():
            problems.append(Problem(str(path), line, "This row has no question.", _HOW))
        questions.append(Question(" ".join(asked.split()), _ids(expected), str(path), line))
    problems.extend(_unknown(path, questions, entries))
    if problems:
        raise ContentError(sorted(problems))
    return tuple(questions)


def answerable(expected: Iterable[str], entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the ids that can be shown: not those of subjects that are not covered."""
    return tuple(each for each in expected if entries[each].kind is not Kind.NOT_COVERED)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fix = "Save it as UTF-8; a spreadsheet offers that as “CSV UTF-8”."
        raise ContentError([Problem(str(path), line, "This is not UTF-8 text.", fix)]) from None


def _is_json(path: Path, text: str) -> bool:
    return path.suffix in {".jsonl", ".ndjson", ".json"} or text.lstrip().startswith("{")


# --- rows ----------------------------------------------------------------------------------


def _table_rows(path: Path, text: str, problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows of a table; a first row with the names of the columns says which is which."""
    question, expected, width = 0, 1, 2
    fix = (
        "Put a question with a comma in quotation marks; further columns need names in a first row."
    )
    for number, (line, cells) in enumerate(_table(path, text, problems)):
        if number == 0 and (named := _columns(cells)):
            (question, expected), width = named, len(cells)
        elif len(cells) > width:
            message = f"This row has {len(cells)} columns, not {width}."
            problems.append(Problem(str(path), line, message, fix))
        else:
            filled = [*cells, *[""] * (max(question, expected) + 1 - len(cells))]
            yield line, filled[question], filled[expected]


def _table(path: Path, text: str, problems: list[Problem]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (line, cells) of the rows that hold anything."""
    mark = "\t" if path.suffix == ".tsv" or "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fix = "Look for a quotation mark that is not closed; inside quotes write it twice."
            problems.append(Problem(str(path), line, f"This row can't be read: {error}.", fix))
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _columns(cells: Sequence[str]) -> tuple[int, int] | None:
    """Return the columns of question and expected entry, where a row names them."""
    names = [cell.strip().casefold() for cell in cells]
    found = {
        column: next((at for at, name in enumerate(names) if name in known), None)
        for column, known in HEADINGS.items()
    }
    question, expected = found["question"], found["expected"]
    if question is None:
        return None
    return question, len(cells) if expected is None else expected


def _json_rows(path: Path, text: str, problems: list[Problem]) -> Iterator[Row]:
    """Yield the objects of JSON lines."""
    fix = 'Write one object on each line: {"question": "…", "expected": "botox/how-long"}.'
    for line, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        try:
            record = json.loads(row)
            yield line, _named(record, "question", ""), _named(record, "expected", None)
        except (ValueError, TypeError, AttributeError):
            problems.append(Problem(str(path), line, "This is not a JSON object.", fix))


def _named(record: Mapping[str, object], column: str, missing: str | None) -> str:
    """Return a field under one of its names, a list joined as a table has it."""
    value = next((value for name, value in record.items() if name in HEADINGS[column]), missing)
    if isinstance(value, list):
        return BETWEEN.join(map(str, value))
    return "" if value is None else str(value)


def _ids(cell: str) -> tuple[str, ...]:
    named = (part.strip() for part in cell.split(BETWEEN))
    return tuple(entry for entry in named if entry.lower() not in NONE)


def _unknown(
    path: Path, questions: Iterable[Question], entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    """Name each id that is no entry once, where it stands first."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for question in questions:
        for entry in question.expected:
            if entry not in entries:
                places[entry].append(question.line)
    for entry, lines in places.items():
        also = f" {len(lines) - 1} more rows name it." if len(lines) > 1 else ""
        near = get_close_matches(entry, entries, n=1)
        fix = f"Did you mean {near[0]}?" if near else _HOW
        yield Problem(str(path), lines[0], f"There is no entry “{entry}” in this FAQ.{also}", fix)

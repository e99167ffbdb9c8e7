"""Files of questions: three forms, and errors that name the row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.evaluate import Question, read_questions

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot

HOW_LONG, PARKING = "botox/how-long", "parking/where-can-i-park"


def read(
    folder: Path, text: str | bytes, snapshot: Snapshot, name: str = "q.csv"
) -> list[Question]:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_questions(path, snapshot.entries))


def problems(folder: Path, text: str | bytes, snapshot: Snapshot, name: str = "q.csv") -> list[str]:
    """Return "line: message" for each row that makes no sense."""
    with pytest.raises(ContentError) as raised:
        read(folder, text, snapshot, name)
    return [f"{problem.line}: {problem.message}" for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.csv", f"question,expected\nis it quick,{HOW_LONG}\n"),
        ("q.csv", f"Expected,Question,Note\n{HOW_LONG},is it quick,mine\n"),
        ("q.csv", f"\ufeffis it quick,{HOW_LONG}\r\n"),
        ("q.tsv", f"is it quick\t{HOW_LONG}\n"),
        ("q.jsonl", json.dumps({"question": "is it quick", "expected": HOW_LONG})),
        ("q.jsonl", json.dumps({"question": "is it quick", "expected": [HOW_LONG]})),
    ],
)
def test_a_question_has_the_same_form_in_every_file(
    windmill: Snapshot, tmp_path: Path, name: str, text: str
) -> None:
    """With a row of names or without, and in any order of the named columns."""
    (question,) = read(tmp_path, text, windmill, name)
    assert (question.text, question.expected) == ("is it quick", (HOW_LONG,))


@pytest.mark.parametrize("none", ["", "-", "none", "NONE", " "])
def test_no_entry_may_be_expected(windmill: Snapshot, tmp_path: Path, none: str) -> None:
    """Said in any usual way, or by leaving the column out."""
    (question,) = read(tmp_path, f"who won the match,{none}\n", windmill)
    assert question.expected == ()
    assert read(tmp_path, "who won the match\n", windmill)[0].expected == ()


def test_several_entries_may_be_right(windmill: Snapshot, tmp_path: Path) -> None:
    """A bar stands between them."""
    (question,) = read(tmp_path, f"is it quick,{HOW_LONG} | {PARKING}\n", windmill)
    assert question.expected == (HOW_LONG, PARKING)


def test_a_row_knows_its_line(windmill: Snapshot, tmp_path: Path) -> None:
    """Also behind empty lines and a question of two lines."""
    text = f'question,expected\n\n"is it\nquick",{HOW_LONG}\nis parking free,{PARKING}\n'
    first, second = read(tmp_path, text, windmill)
    assert (first.text, first.line) == ("is it quick", 3)
    assert second.line == 5


def test_all_bad_rows_are_named_at_once(windmill: Snapshot, tmp_path: Path) -> None:
    """An unknown id once, where it stands first, with how often it comes again."""
    text = "question,expected\nis it quick,botox/how-lang\nno,botox/how-lang\n,\na,b,c\n ,-\n"
    assert problems(tmp_path, text, windmill) == [
        "2: There is no entry “botox/how-lang” in this FAQ. 1 more rows name it.",
        "5: This row has 3 columns, not 2.",
        "6: This row has no question.",
    ]


def test_a_near_miss_gets_a_suggestion(windmill: Snapshot, tmp_path: Path) -> None:
    """From the ids of this FAQ."""
    with pytest.raises(ContentError) as raised:
        read(tmp_path, "is it quick,botox/how-lang\n", windmill)
    assert raised.value.problems[0].fix == "Did you mean botox/how-long?"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("q.jsonl", "{}\n[1]\n{oops\n", ["1: This row has no question.", *(
            f"{line}: This is not a JSON object." for line in (2, 3))]),
        ("q.csv", "fine,\n\xe9".encode("latin-1"), ["2: This is not UTF-8 text."]),
        ("q.csv", '"never closed,-\n', ["1: This row can't be read: unexpected end of data."]),
    ],
)  # fmt: skip
def test_a_damaged_file_is_said_to_be_one(
    windmill: Snapshot, tmp_path: Path, name: str, text: str | bytes, found: list[str]
) -> None:
    """With the line, as far as it is known."""
    assert problems(tmp_path, text, windmill, name) == found


@given(text=st.text(max_size=80), name=st.sampled_from(["q.csv", "q.tsv", "q.jsonl"]))
def test_any_text_is_read_or_refused(
    windmill: Snapshot, tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    """Nothing else is ever raised."""
    try:
        read(tmp_path_factory.getbasetemp(), text.encode(), windmill, name)
    except ContentError as error:
        assert error.problems  # noqa: PT017  either outcome is fine, this one has reasons

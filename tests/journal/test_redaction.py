"""Redaction takes identifiers out of a text and leaves the question."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.journal import (
    redaction_codes,
    redaction_links,
    redaction_names,
    redaction_numbers,
    redaction_words,
)
from bot.journal.redaction import redact, steps
from bot.journal.redaction_text import Anchored, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS = Path(__file__).with_name("redaction.tsv")
MARK = re.compile(r"\{(\w+):([^}]*)\}")
KINDS = frozenset(
    "phone email link ip address zip date age ssn mrn insurance card number name".split()
)
STRUCTURED = KINDS - {"name", "address", "date"}
"""What is known by its form, so that none may be missed."""
LEAST_NAMES = 0.8


class Row(NamedTuple):
    """A labelled text."""

    part: str
    """`dev`, or `held`: written before the code, looked at for one final figure only."""
    marked: str

    @property
    def text(self) -> str:
        return MARK.sub(r"\2", self.marked)

    @property
    def expected(self) -> str:
        return MARK.sub(r"[\1]", self.marked)

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        return MARK.findall(self.marked)


def labelled() -> list[Row]:
    lines = ROWS.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", re.sub(r"\[\w+\]", " ", text)))


def leaked(identifier: str, row: Row) -> bool:
    """Whether a part of an identifier that is longer than an initial is still to be read."""
    left = words(redact(row.text)) - words(row.expected)
    return any(part in left for part in re.findall(r"\w+", identifier) if len(part) > 1)


def recall(rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Return for each kind how many of its identifiers are gone, of how many."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in rows:
        for kind, identifier in row.identifiers:
            total[kind] += 1
            found[kind] += not leaked(identifier, row)
    return {kind: (found[kind], total[kind]) for kind in total}


def overdone(rows: list[Row]) -> list[str]:
    """Return the texts of which more was taken than what identifies."""
    return [row.text for row in rows if words(row.expected) - words(redact(row.text))]


def test_the_set_is_large_enough() -> None:
    """There are 150 rows and more, of every kind, with many that must stay as they are."""
    rows = labelled()
    assert len(rows) >= 150
    assert {row.part for row in rows} == {"dev", "held"}
    assert {kind for row in rows for kind, _ in row.identifiers} == KINDS
    assert sum(not row.identifiers for row in rows) >= 60


@pytest.mark.parametrize("part", ["dev", "held"])
def test_structured_identifiers_are_all_found(part: str) -> None:
    """Of numbers, addresses of mail and links none is left."""
    found = recall([row for row in labelled() if row.part == part])
    assert {kind: found[kind] for kind in STRUCTURED & found.keys()} == {
        kind: (total, total) for kind, (_, total) in found.items() if kind in STRUCTURED
    }


@pytest.mark.parametrize("part", ["dev", "held"])
def test_most_names_are_found(part: str) -> None:
    """Of the names that a message introduces, four of five are found at least."""
    hits, total = recall([row for row in labelled() if row.part == part])["name"]
    assert hits / total >= LEAST_NAMES


def test_questions_stay_as_they_are() -> None:
    """What identifies nobody is left in the text."""
    assert overdone([row for row in labelled() if row.part == "dev"]) == []


def test_rows_of_the_reference_are_redacted() -> None:
    """Each identifier of the project's own list is gone."""
    folder = os.environ.get("ASKWELL_DATA")
    if not folder:
        pytest.skip("ASKWELL_DATA is not set")
    lines = (Path(folder) / "redflags_extra.tsv").read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[1] for line in lines if line.startswith("PHI\t")]
    assert texts
    assert [text for text in texts if redact(text) == text] == []
    digits = [re.sub(r"\[\w+\]", "", redact(text)) for text in texts]
    assert [text for text in digits if re.search(r"\d{4}", text)] == []


@pytest.mark.parametrize(
    "text",
    [row.text for row in labelled() if row.part == "dev" and not row.identifiers],
)
def test_ordinary_text(text: str) -> None:
    """A question without an identifier comes back letter for letter."""
    assert redact(text) == text


def test_kinds_are_named() -> None:
    """The word in brackets says what stood there."""
    rows = [row for row in labelled() if row.part == "dev"]
    wrong = [row.text for row in rows if redact(row.text) != row.expected]
    assert len(wrong) <= len(rows) // 20


@pytest.mark.parametrize(
    ("country", "text", "redacted"),
    [
        ("UK", "ring 020 7946 0958", "ring [phone]"),
        ("MX", "marca 55 1234 5678", "marca [phone]"),
        ("EU", "mi número es 612 345 678", "mi número es [phone]"),
        ("US", "we had 25 50 100 200 units", "we had 25 50 100 200 units"),
    ],
)
def test_the_country_decides(country: str, text: str, redacted: str) -> None:
    """A number without a country code is read as one of the clinic's country."""
    assert redact(text, country=country) == redacted


@pytest.mark.parametrize(
    "text",
    ["\x00a", "a\ud800b", "a\u200bb", "\x1b[31mred", "a\x85b", "\u202eabc", "\ufeffhello"],
)
def test_what_is_not_text_is_left_out(text: str) -> None:
    """The result can be written to any database: no control characters, no half characters."""
    clean = redact(text)
    assert clean.encode("utf-8")
    assert all(char in "\n\t" or char.isprintable() for char in clean)


SIGNS = "1 - . / @ ( ) + [ ] ' my name is I'm at dot \n [phone]".split(" ")
PIECES = st.sampled_from([row.text for row in labelled()] + SIGNS)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=6).map(" ".join),
                 st.text("0123456789 -./()+@:#abcmnrzAMS'’", max_size=60)))  # fmt: skip
@example("my name is [name] Lopez")
def test_redaction_is_idempotent_and_never_raises(text: str) -> None:
    """What is redacted comes back as it is, whatever the text."""
    once = redact(text)
    assert redact(once) == once


@given(st.sampled_from([row.text for row in labelled()]))
def test_invisible_characters_hide_nothing(text: str) -> None:
    """Zero-width characters between letters change nothing."""
    assert redact("\u200b".join(text)) == redact(text)


MODULES = (
    redaction_codes,
    redaction_links,
    redaction_names,
    redaction_numbers,
    redaction_words,
)
ANCHORED = [
    pattern
    for module in MODULES
    for value in vars(module).values()
    for each in (value if isinstance(value, tuple) else [value])
    for pattern in (each if isinstance(each, tuple) else [each])
    if isinstance(pattern, Anchored)
]
NAMED = {word for each in ANCHORED for word in re.findall(r"\w+", each.pattern.pattern)}
PARTS = st.one_of(
    PIECES, st.sampled_from(sorted(NAMED)), st.sampled_from("1 22 333 4444 55555".split())
)
APART = st.sampled_from([" ", "", ". ", "-", "@", " (", "\n"])


def seen(pattern: Anchored, found: Iterable[re.Match[str]]) -> list[int]:
    """Return where matches end that count: of rows of digits those that are long enough."""
    rows = "row" in pattern.pattern.groupindex
    return [each.end() for each in found if not rows or len(re.findall(r"\d", each["row"])) >= 7]


@given(st.lists(st.tuples(PARTS, APART), max_size=9))
@example([("mailto:a@b.c", " "), ("f\u0131rst name", ": "), ("A\u017f\u212a", "1-")])
def test_nothing_is_missed_where_nothing_begins(parts: list[tuple[str, str]]) -> None:
    """Looking only where a pattern can begin finds all that looking everywhere finds."""
    text = "".join(part + sign for part, sign in parts)
    read = Text(text)
    for each in ANCHORED:
        everywhere = seen(each, each.pattern.finditer(text))
        assert seen(each, each.finditer(read)) == everywhere, each.pattern


def test_no_step_takes_long() -> None:
    """A text is redacted in many steps, between which others get their turn."""
    texts = [now.text for now in steps("My name is Ann Lopez. " * 90)]
    assert len(texts) > 10
    assert texts[-1] == redact("My name is Ann Lopez. " * 90)


GROWING = (
    "a", "1", "a@", "1 ", "1-", "Maria ", "a dot ", "a at ", "one two ", "http://", "x.com/",
    "March 1 ", "1 Aaa ", "0:", "mrn number is ", "617 555 01", "'", "12 oak ", "calle a ", " ",
    "i'm ", "insurance id ", "A1", "Thanks!\n", "last four of my ", "a.", "a.b@", ":a", "mailto:",
)  # fmt: skip


@pytest.mark.parametrize("piece", GROWING)
def test_time_grows_with_length_only(piece: str) -> None:
    """Eight times the text takes about eight times as long: no pattern runs away."""

    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    seconds(1_000)
    short = min(seconds(1_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(3)) < 24 * max(short, 0.001)

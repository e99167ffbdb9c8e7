"""Files are read whatever editor wrote them, or the reason is told."""

from __future__ import annotations

import pytest

from bot.content.source import MAX_BYTES, Source, decode
from bot.models import Problem


def lines(data: bytes) -> tuple[str, ...]:
    source = decode(data, "faq/x.md")
    assert isinstance(source, Source)
    return source.lines


def problem(data: bytes) -> Problem:
    found = decode(data, "faq/x.md")
    assert isinstance(found, Problem)
    return found


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_system(end: bytes) -> None:
    """Windows, Unix and old Mac line ends make the same lines."""
    assert lines(b"# A" + end + b"b") == ("# A", "b")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbf# A", "# A"),
        (b"a  \t ", "a"),
        (b"\ta", "    a"),
        ("a\u00a0b\u202fc".encode(), "a b c"),
        ("bo\u200btox \u00adnow".encode(), "botox now"),
        ("a\u202eb\u202c".encode(), "ab"),
        (b"a\x0bb", "a b"),
        ("a\u2028b".encode(), "a b"),
    ],
)
def test_unseen_characters_go(data: bytes, text: str) -> None:
    """Byte order marks, tabs, odd spaces and zero-width characters leave plain text."""
    assert lines(data) == (text,)


def test_a_last_line_without_an_end() -> None:
    """A missing final newline loses nothing."""
    assert lines(b"# A\nlast") == ("# A", "last")


def test_latin_1_is_shown_where_it_breaks() -> None:
    """A file in an old encoding is named with the first line that can't be read."""
    found = problem("# A\nUn café".encode("latin-1"))

    assert (found.line, found.column) == (2, 7)
    assert found.excerpt == ((2, "Un café"),)
    assert "UTF-8" in found.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_recognised(encoding: str) -> None:
    """A file saved as "Unicode" in Notepad is told apart from a damaged one."""
    assert "UTF-16" in problem("# A title\n\nText".encode(encoding)).message


@pytest.mark.parametrize("data", [b"a\n\x00b", b"a\n\x1b[2Jb", "a\n\x9bb".encode()])
def test_control_characters_are_refused(data: bytes) -> None:
    """Zero bytes and terminal escapes are refused with their line."""
    found = problem(data)

    assert found.line == 2
    assert "damaged character" in found.message


def test_a_very_large_file_is_refused() -> None:
    """One byte more than the limit is too much; the limit itself is not."""
    assert "larger than 1 MB" in problem(b"a" * (MAX_BYTES + 1)).message
    assert lines(b"a" * MAX_BYTES)


def test_an_excerpt_shows_the_lines_asked_for() -> None:
    """A problem shows its own line, or those that are named and exist."""
    source = Source.of("one\ntwo", "faq/x.md")

    assert source.problem(2, "m", "f").excerpt == ((2, "two"),)
    assert source.problem(2, "m", "f", show=[0, 1, 2, 3]).excerpt == ((1, "one"), (2, "two"))

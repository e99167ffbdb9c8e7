"""`askwell test`: scripted conversations, reports, and labelled rows for the screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.cli.commands import records, run

if TYPE_CHECKING:
    from pathlib import Path

FAILING = """\
> where can I leave my car
= botox/how-long
~ Lot C
"""


PASSING = """\
> where do I leave my car
= parking/where-can-i-park
~ Lot B

> cheers
! small talk
> is it quick
= botox/how-long
"""


@pytest.fixture
def tested(own: Path) -> Path:
    """Return a FAQ folder whose conversations pass."""
    for path in (own / "questions").iterdir():
        path.unlink()
    (own / "questions" / "parking.txt").write_text(PASSING)
    return own


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """Write a script that fails."""
    path = tmp_path / "failing.txt"
    path.write_text(FAILING)
    return path


def test_the_faqs_own_conversations_are_run(tested: Path) -> None:
    """Those in its questions folder, without a path; nothing is printed but the count."""
    result = run("test", "--faq", tested)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "3 passed, 0 failed.\n"


def test_a_failure_names_place_expectation_and_what_came(faq: Path, failing: Path) -> None:
    """A tester sees at once what to do."""
    result = run("test", failing, "--faq", faq)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"{failing}:1"
    assert lines[1:4] == [
        "  asked    where can I leave my car",
        "  missed   expected the entry botox/how-long, got parking/where-can-i-park",
        "  missed   expected the words “Lot C”",
    ]
    assert lines[4].startswith("  got      answer: Park in Lot B")
    assert "parking/where-can-i-park" in lines[5]
    assert result.stderr == "0 passed, 1 failed.\n"


def test_k_selects_conversations(tested: Path) -> None:
    """By a word of a question, an entry or the file's name."""
    assert run("test", "--faq", tested, "-k", "MY CAR").stderr == "1 passed, 0 failed.\n"


def test_nothing_to_test_is_a_failure(faq: Path, tmp_path: Path) -> None:
    """A test run that tests nothing must not look like success."""
    for args in (["-k", "no such words"], [str(tmp_path)]):
        result = run("test", "--faq", faq, *args)
        assert result.exit_code == 1
        assert "nothing is tested" in result.stderr


def test_a_broken_script_is_reported_with_its_line(faq: Path, tmp_path: Path) -> None:
    """It can't be loaded, so it is not a failed test."""
    (tmp_path / "a.txt").write_text("> hello\n! anwser\n")
    result = run("test", tmp_path, "--faq", faq)
    assert result.exit_code == 3
    assert 'a.txt:2: "anwser" is not a kind of reply; did you mean "answer"?' in result.stderr


def test_json_is_one_line_per_step(tested: Path, failing: Path) -> None:
    """Passed steps are there too."""
    lines = records(run("test", failing, tested, "--faq", tested, "--json"))
    assert [line["passed"] for line in lines] == [False, True, True, True]
    assert lines[0]["misses"][1] == "expected the words “Lot C”"
    assert set(lines[0]["got"]) == {"kind", "entries", "text", "confidence"}


# --- JUnit ---------------------------------------------------------------------------------

ORDER = ["properties", "testcase", "system-out", "system-err"]
SUITE = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors",
         "skipped", "time"}  # fmt: skip
"""What the schema of Ant requires of a suite, and that of Jenkins allows."""


def test_junit_keeps_to_the_schemas_of_ant_and_jenkins(
    tested: Path, failing: Path, tmp_path: Path
) -> None:
    """Elements, their order, attributes and the form of their values."""
    report = tmp_path / "report.xml"
    assert run("test", failing, tested, "--faq", tested, "--junit", report).exit_code == 1
    root = ET.parse(report).getroot()  # noqa: S314  we wrote it
    assert (root.tag, root.attrib) == ("testsuites", {})
    for number, suite in enumerate(root):
        assert (suite.tag, set(suite.attrib), suite.get("id")) == ("testsuite", SUITE, str(number))
        tags = [child.tag for child in suite]
        assert tags == sorted(tags, key=ORDER.index)
        assert [tags.count(tag) for tag in ORDER] == [1, int(suite.get("tests", "")), 1, 1]
        assert float(suite.get("time", "")) >= 0
        assert len(suite.get("timestamp", "")) == len("2026-11-20T12:00:00")
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"name", "classname", "time"}
        assert [child.tag for child in case] in ([], ["failure"])
    assert sum(int(suite.get("failures", "")) for suite in root) == 1
    assert len([*root.iter("failure")]) == 1


def test_a_failure_in_junit_says_what_was_missed(faq: Path, failing: Path, tmp_path: Path) -> None:
    """Message, place and reply are there; characters that XML can't hold are not."""
    failing.write_text("> where can I leave my car?\n= botox/how-long\n~ <&>\n")
    run("test", failing, "--faq", faq, "--junit", tmp_path / "r.xml")
    (failure,) = ET.parse(tmp_path / "r.xml").getroot().iter("failure")  # noqa: S314  we wrote it
    assert failure.get("message", "").endswith("expected the words “<&>”")
    assert failure.get("type")
    assert (failure.text or "").startswith(f"{failing}:1\nPark in Lot B")


def test_a_report_that_cannot_be_written_is_one_sentence(tested: Path, tmp_path: Path) -> None:
    """The tests have run all the same."""
    result = run("test", "--faq", tested, "--junit", tmp_path / "none" / "r.xml")
    assert result.exit_code == 2
    assert result.stderr.endswith("r.xml: No such file or directory.\n")


# --- red flags -----------------------------------------------------------------------------


def test_red_flags_prints_recall_false_alarms_and_misses(faq: Path, tmp_path: Path) -> None:
    """Each miss has its line, label, what was found, and the text."""
    rows = tmp_path / "rows.tsv"
    rows.write_text("EMERGENCY\tI can't breathe\nEMERGENCY\tmy hat is blue\nINFO\twhere to park\n")
    result = run("test", "--faq", faq, "--red-flags", rows)
    assert result.exit_code == 1
    first, *table = result.stdout.splitlines()
    assert first == f"{rows}:2: EMERGENCY, got nothing: my hat is blue"
    assert table[0].split() == ["EMERGENCY", "1", "of", "2", "recall", "50.0%"]
    assert table[1].split() == ["INFO", "1", "of", "1", "false", "alarms", "0.0%"]


@pytest.mark.parametrize(("text", "code"), [("INFO\twhere to park\n", 0), ("", 1), ("odd\n", 3)])
def test_red_flags_has_the_usual_exit_codes(
    faq: Path, tmp_path: Path, text: str, code: int
) -> None:
    """All right, nothing tested, a file that can't be read."""
    (tmp_path / "rows.tsv").write_text(text)
    assert run("test", "--faq", faq, "--red-flags", tmp_path / "rows.tsv").exit_code == code


def test_red_flags_as_json(faq: Path, tmp_path: Path) -> None:
    """One object for each label."""
    (tmp_path / "rows.tsv").write_text("EMERGENCY\tI can't breathe\nEMERGENCY\tmy hat is blue\n")
    result = run("test", "--faq", faq, "--red-flags", tmp_path / "rows.tsv", "--json")
    (record,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (record["label"], record["rows"], record["right"]) == ("EMERGENCY", 2, 1)
    assert record["misses"] == [{"line": 2, "text": "my hat is blue", "tier": None, "found": []}]

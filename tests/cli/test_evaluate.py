"""`askwell evaluate`: figures on stdout, files where asked, exit codes for CI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.evaluate import Verdict
from tests.cli.commands import askwell, run

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = """\
question,expected
how long is the session,botox/how-long
is parking free,parking/where-can-i-park
where do I leave my car,botox/how-long
what do you charge,
hey there,none
"""


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Write five questions: two go right, two wrong, one is rightly left unanswered."""
    path = tmp_path / "questions.csv"
    path.write_text(QUESTIONS)
    return path


def test_wrong_answers_stand_first_and_figures_last(faq: Path, questions: Path) -> None:
    """Each wrong answer with place, expectation and what came."""
    result = run("evaluate", questions, "--faq", faq)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Wrong answers: 2"
    shown = "\n".join(lines)
    assert f"{questions}:4: where do I leave my car" in shown
    assert "expected  botox/how-long\n        got       parking/where-can-i-park" in shown
    assert "answered right            2   66.7%" in shown
    assert lines[-1].split()[:3] == ["wrong", "answer", "1"]


def test_json_is_one_line_with_everything(faq: Path, questions: Path) -> None:
    """Figures, confusions, calibration and each outcome."""
    result = run("evaluate", questions, "--faq", faq, "--json")
    (line,) = result.stdout.splitlines()
    record = json.loads(line)
    assert record["right"] == pytest.approx(2 / 3, abs=1e-3)
    assert record["wrongly_answered"] == 0.5
    assert [each["verdict"] for each in record["outcomes"]] == [
        Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG, Verdict.FALLBACK, Verdict.WRONG,
    ]  # fmt: skip
    assert record["confusions"][0]["got"] == "parking/where-can-i-park"


def test_a_saved_run_can_be_compared_with(faq: Path, questions: Path, tmp_path: Path) -> None:
    """What was asked otherwise, or is new, is named; what is the same is not."""
    run("evaluate", questions, "--faq", faq, "--save", tmp_path / "old.json")
    questions.write_text(QUESTIONS.replace("my car,botox/how-long", "my car,") + "is it quick,\n")
    result = run("evaluate", questions, "--faq", faq, "--compare", tmp_path / "old.json")
    assert result.exit_code == 0
    assert ": 1 changed\n" in result.stdout
    assert "   1 is a new question\n" in result.stdout


def test_the_page_is_written_beside_the_figures(faq: Path, questions: Path, tmp_path: Path) -> None:
    """Stdout stays the same."""
    plain = run("evaluate", questions, "--faq", faq)
    drawn = run("evaluate", questions, "--faq", faq, "--html", tmp_path / "page.html")
    assert drawn.stdout == plain.stdout
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-under", "0.6"], 0),
        (["--fail-under", "0.7"], 1),
        (["--fail-over", "0.5"], 0),
        (["--fail-over", "0.4"], 1),
    ],
)
def test_bounds_decide_on_the_exit_code(
    faq: Path, questions: Path, options: list[str], code: int
) -> None:
    """And stderr says which was missed."""
    result = run("evaluate", questions, "--faq", faq, *options)
    assert result.exit_code == code
    assert bool(result.stderr) == bool(code)


def test_a_run_without_questions_has_failed(faq: Path, tmp_path: Path) -> None:
    """It must not look like success."""
    (tmp_path / "none.csv").write_text("question,expected\n")
    result = run("evaluate", tmp_path / "none.csv", "--faq", faq)
    assert result.exit_code == 1
    assert "nothing is measured" in result.stderr


def test_bad_rows_are_named_with_their_lines(faq: Path, tmp_path: Path) -> None:
    """All at once, and nothing is asked."""
    path = tmp_path / "bad.csv"
    path.write_text("is it quick,botox/how-lang\nhi, there,none\n")
    result = run("evaluate", path, "--faq", faq)
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"{path}:1: There is no entry “botox/how-lang”" in result.stderr
    assert f"{path}:2: This row has 3 columns, not 2." in result.stderr


@pytest.mark.parametrize(
    "args", [[], ["q.csv", "--cross-validate"], ["missing.csv"], ["q.csv", "--folds", "3"]]
)
def test_a_command_line_that_makes_no_sense_is_usage(
    faq: Path, tmp_path: Path, args: list[str]
) -> None:
    """Questions or cross-validation, not both and not neither."""
    (tmp_path / "q.csv").write_text("is it quick,\n")
    paths = [str(tmp_path / arg) if arg.endswith(".csv") else arg for arg in args]
    assert run("evaluate", *paths, "--faq", faq).exit_code == 2


def test_cross_validation_asks_every_phrasing(faq: Path, tmp_path: Path) -> None:
    """Without a file of questions."""
    page = tmp_path / "page.html"
    result = run("evaluate", "--cross-validate", "--folds", "2", "--faq", faq, "--json",
                 "--html", page)  # fmt: skip
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["folds"] == 2
    assert len(record["outcomes"]) == 21
    assert {each["asked"] for each in record["weak"]} <= {3}
    assert "Cross-validation in 2 parts: 21" in page.read_text("utf-8")


def test_nothing_but_results_in_a_pipe(faq: Path, questions: Path) -> None:
    """No progress line, no colours."""
    result = askwell("evaluate", questions, "--faq", faq)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\x1b" not in result.stdout
    assert b"\r" not in result.stdout

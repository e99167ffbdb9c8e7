"""A report as JSON: kept in files, so that a later run can be compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import ContentError
from bot.evaluate.asking import Verdict
from bot.models import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from bot.evaluate.asking import Outcome
    from bot.evaluate.report import Report

FORMAT = 1
"""Version of the record's form."""
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Past:
    """An outcome of an earlier run."""

    question: str
    verdict: Verdict
    entries: tuple[str, ...]
    fine: bool


def as_record(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it; shares and confidences with four decimals."""
    figures, calibration = report.figures, report.calibration
    record: dict[str, Any] = {
        "format": FORMAT,
        "content_version": report.version,
        "folds": report.folds,
        "right": _rounded(figures.right),
        "wrongly_answered": _rounded(figures.wrongly_answered),
        "answerable": dict(figures.answerable),
        "out_of_scope": dict(figures.out_of_scope),
        "calibration": {
            "questions": calibration.questions,
            "error": _rounded(calibration.error),
            "brier": _rounded(calibration.brier),
            "bins": [_rounded_fields(asdict(each)) for each in calibration.bins],
        },
        "confusions": [asdict(pair) for pair in report.confusions],
        "weak": [{**asdict(each), "share": _rounded(each.share)} for each in report.weak],
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
    }
    if report.changes is not None:
        record["since"] = report.since
        record["changes"] = [asdict(change) for change in report.changes]
    return record


def read_record(path: Path) -> tuple[str, tuple[Past, ...]]:
    """Return the content version and the outcomes of a saved report; raises ContentError."""
    try:
        record = json.loads(path.read_bytes())
        if record["format"] != FORMAT:
            raise ValueError
        outcomes = [
            Past(each["question"], Verdict(each["verdict"]), tuple(each["entries"]), each["fine"])
            for each in record["outcomes"]
        ]
        return record["content_version"], tuple(outcomes)
    except (ValueError, KeyError, TypeError):
        fix = "Name a file that --save or --json has written."
        problem = Problem(str(path), 0, "This is not a saved evaluation.", fix)
        raise ContentError([problem]) from None


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": outcome.question.path,
        "line": outcome.question.line,
        "question": outcome.question.text,
        "expected": outcome.question.expected,
        "answerable": outcome.answerable,
        "verdict": outcome.verdict,
        "fine": outcome.fine,
        "entries": outcome.entries,
        "rule": outcome.rule,
        "confidence": _rounded(outcome.confidence),
        "best": outcome.best,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _rounded_fields(record: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, _DIGITS) for key, value in record.items()}

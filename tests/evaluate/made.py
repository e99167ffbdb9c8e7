"""Outcomes made by hand, for figures that can be worked out on paper."""

from __future__ import annotations

from bot.evaluate import Outcome, Question, Report, Verdict


def outcome(
    text: str,
    verdict: Verdict = Verdict.RIGHT,
    *,
    expected: str = "a/one",
    got: str = "a/one",
    confidence: float | None = 0.9,
) -> Outcome:
    """Return an outcome; an empty `expected` or `got` is none, the best hit is what came."""
    entries = (got,) if got else ()
    wanted = (expected,) if expected else ()
    question = Question(text, wanted, "q.csv", 2)
    return Outcome(question, bool(expected), verdict, entries, "rule", confidence, got or None)


FOUR = (
    outcome("right"),
    outcome("unsure", Verdict.WRONG, got="a/two", confidence=0.3),
    outcome("sure", Verdict.WRONG, got="a/two", confidence=0.8),
    outcome("outside", Verdict.FALLBACK, expected="", got="", confidence=None),
)
"""One right answer, two wrong ones, and a question that was rightly left alone."""


def report(*outcomes: Outcome, folds: int = 0) -> Report:
    """Return a report of FOUR, or of what is given."""
    titles = {"a/one": "What is one?", "a/two": "What is two?"}
    return Report(outcomes or FOUR, "version1", titles, folds=folds)

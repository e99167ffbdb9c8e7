"""A report as one HTML page that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from bot.evaluate.calibration import BINS, bin_number
from bot.evaluate.drawing import bars, histogram, reliability
from bot.evaluate.figures import interval
from bot.evaluate.markup import document, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.evaluate.asking import Outcome, Verdict
    from bot.evaluate.report import Report

MOST_PAIRS = 15
"""How many pairs are drawn; the table has all."""
GROUPS = {
    "right": "Best hit right",
    "wrong": "Best hit wrong",
    "outside": "No entry answers it",
}
"""Colour → what a histogram shows."""


def page(report: Report) -> str:
    """Return the whole page."""
    body = "".join(
        chain(
            _opening(report),
            _changes(report),
            _failed(report),
            _weak(report),
            _confusions(report),
            _calibration(report),
            _histograms(report),
        )
    )
    return document("How the FAQ answers", body)


def _opening(report: Report) -> Iterator[str]:
    figures = report.figures
    how = f"Cross-validation in {report.folds} parts" if report.folds else "Questions asked"
    yield f"<h1>How the FAQ answers</h1>\n<p class=note>{how}: {len(report.outcomes)}. "
    yield f"Content version {escape(report.version)}.</p>\n"
    tables = (
        ("Questions that an entry answers", figures.answerable),
        ("Questions that no entry answers", figures.out_of_scope),
    )
    for caption, counts in tables:
        if total := sum(counts.values()):
            rows = [_count(verdict, many, total) for verdict, many in counts.items()]
            names = ("Outcome", "#Questions", "#Share", "#95 % interval")
            yield table(f"{caption}: {total}", names, rows)


def _count(verdict: Verdict, many: int, total: int) -> tuple[str, ...]:
    low, high = interval(many, total)
    return verdict, str(many), f"{many / total:.1%}", f"{low:.1%} to {high:.1%}"


def _changes(report: Report) -> Iterator[str]:
    if report.changes is None:
        return
    yield f"<h2>What changed since content version {escape(report.since)}</h2>\n"
    rows = [
        (change.kind, change.question, _reply(change.before, change.entries_before),
         _reply(change.now, change.entries_now))
        for change in report.changes
    ]  # fmt: skip
    yield table("Worst first", ("What", "Question", "Before", "Now"), rows)


def _failed(report: Report) -> Iterator[str]:
    yield "<h2>What did not go as it should</h2>\n"
    rows = [
        (o.verdict, _sure(o.confidence), o.question.text, ", ".join(_expected(o)),
         ", ".join(o.entries))
        for o in report.failed
    ]  # fmt: skip
    names = ("Outcome", "#Confidence", "Question", "Expected", "Got")
    yield table("Wrong answers first, the most confident at the top", names, rows)


def _weak(report: Report) -> Iterator[str]:
    if not report.folds:
        return
    yield "<h2>Entries that need more phrasings</h2>\n"
    rows = [
        (each.entry, report.titles.get(each.entry, ""), f"{each.fine} of {each.asked}",
         ", ".join(each.lost_to))
        for each in report.weak
    ]  # fmt: skip
    names = ("Entry", "Question", "#Found", "Others that took them")
    yield table("Held-back phrasings that found their entry, fewest first", names, rows)


def _confusions(report: Report) -> Iterator[str]:
    yield "<h2>Entries that are taken for each other</h2>\n"
    between = " ↔ " if report.folds else " → "
    pairs = report.confusions
    if pairs:
        drawn = [(f"{p.expected}{between}{p.got}", len(p.questions)) for p in pairs[:MOST_PAIRS]]
        yield f"<figure>{bars(drawn, 'Questions for each pair of entries')}</figure>\n"
    rows = [(p.expected, p.got, str(len(p.questions)), " · ".join(p.questions)) for p in pairs]
    sides = ("One", "The other") if report.folds else ("Expected", "Got")
    names = (*sides, "#Questions", "Which")
    yield table("Pairs with the most questions first", names, rows)


def _calibration(report: Report) -> Iterator[str]:
    found = report.calibration
    yield "<h2>Does confidence mean what it says?</h2>\n"
    yield (
        f"<p>Expected calibration error {found.error:.3f}, Brier score {found.brier:.3f}, over "
        f"{found.questions} questions. Both are 0 at best. Dots below the dashed line are "
        "overconfident.</p>\n"
    )
    label = "Share of right best hits over confidence"
    yield f"<figure>{reliability(found.bins, label)}</figure>\n"
    rows = [
        (f"{each.start:.1f} to {each.stop:.1f}", str(each.questions), f"{each.confidence:.2f}",
         f"{each.right:.2f}")
        for each in found.bins
        if each.questions
    ]  # fmt: skip
    names = ("Confidence", "#Questions", "#Mean confidence", "#Share right")
    yield table("The same as numbers", names, rows)


def _histograms(report: Report) -> Iterator[str]:
    counts = {kind: [0] * BINS for kind in GROUPS}
    for outcome in report.outcomes:
        if outcome.confidence is not None:
            counts[_group(outcome)][bin_number(outcome.confidence)] += 1
    yield "<h2>Confidence of right and wrong best hits</h2>\n<div class=charts>\n"
    for kind, title in GROUPS.items():
        drawn = histogram(counts[kind], f"{title}: number of questions over confidence", kind)
        yield f"<figure><h3>{title}: {sum(counts[kind])}</h3>{drawn}</figure>\n"
    yield f"</div>\n{_histogram_table(counts)}"


def _histogram_table(counts: Mapping[str, Sequence[int]]) -> str:
    rows = [
        (f"{at / BINS:.1f} to {(at + 1) / BINS:.1f}", *(str(counts[kind][at]) for kind in GROUPS))
        for at in range(BINS)
    ]
    names = ("Confidence", *(f"#{title}" for title in GROUPS.values()))
    return table("The same as numbers", names, rows)


def _group(outcome: Outcome) -> str:
    if not outcome.answerable:
        return "outside"
    return "right" if outcome.best_is_right else "wrong"


def _expected(outcome: Outcome) -> tuple[str, ...]:
    return outcome.question.expected or ("none",)


def _reply(verdict: Verdict | None, entries: Sequence[str]) -> str:
    if verdict is None:
        return "not asked"
    return f"{verdict}: {', '.join(entries)}" if entries else verdict


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.2f}"

"""An evaluation as text: what went wrong first, the figures last, where a terminal ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.evaluate.asking import Verdict
from bot.evaluate.comparison import Kind
from bot.evaluate.figures import interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.channels.terminal import Look
    from bot.evaluate import Outcome, Report

_PAIRS = 12
"""How many pairs of entries are listed; JSON and the page have all."""
_EXAMPLES = 2
"""Questions shown for each pair, and entries that took an entry's phrasings."""


def evaluated(report: Report, look: Look) -> Iterator[str]:
    """Yield the parts of a report."""
    yield from _failures(report, look)
    yield from _changes(report, look)
    yield from _weak(report, look)
    yield from _confusions(report, look)
    yield from _calibration(report, look)
    yield from _figures(report, look)


def _failures(report: Report, look: Look) -> Iterator[str]:
    wrong = [outcome for outcome in report.failed if outcome.verdict is Verdict.WRONG]
    missed = [outcome for outcome in report.failed if outcome.verdict is not Verdict.WRONG]
    for title, outcomes in (("Wrong answers", wrong), ("Not answered right", missed)):
        if outcomes:
            yield look.bold(f"{title}: {len(outcomes)}")
            yield from (_failure(outcome, look) for outcome in outcomes)
            yield ""


def _failure(outcome: Outcome, look: Look) -> str:
    question = outcome.question
    sure = "    " if outcome.confidence is None else f"{outcome.confidence:.2f}"
    place = f"{question.path}:{question.line}: " if question.line else ""
    got = outcome.verdict if outcome.verdict is not Verdict.WRONG else ""
    return "\n".join(
        [
            look.text(f"{place}{question.text}", first=f"  {sure}  ", rest=" " * 8),
            look.text(" | ".join(question.expected) or "none", first="        expected  "),
            look.text(" ".join([got, *outcome.entries]).strip(), first="        got       "),
        ]
    )


def _changes(report: Report, look: Look) -> Iterator[str]:
    if report.changes is None:
        return
    yield look.bold(f"Since content version {report.since}: {len(report.changes)} changed")
    for kind in Kind:
        changes = [change for change in report.changes if change.kind is kind]
        if changes:
            yield f"  {len(changes):>4} {kind}"
        for change in changes if kind not in (Kind.NEW, Kind.GONE) else ():
            yield look.text(change.question, first="        ")
            before = " ".join([change.before or "", *change.entries_before])
            now = " ".join([change.now or "", *change.entries_now])
            yield look.text(f"{before} → {now}", first="          ")
    yield ""


def _weak(report: Report, look: Look) -> Iterator[str]:
    if not report.weak:
        return
    yield look.bold("Entries that lack phrasings: held-back ones that were found")
    for each in report.weak:
        lost = f"  (lost to {', '.join(each.lost_to[:_EXAMPLES])})" if each.lost_to else ""
        yield look.text(f"{each.entry}{lost}", first=f"  {each.fine:>3} of {each.asked:<3} ")
    yield ""


def _confusions(report: Report, look: Look) -> Iterator[str]:
    if not report.confusions:
        return
    between = "and" if report.folds else "taken by"
    yield look.bold("Entries that are taken for each other")
    for pair in report.confusions[:_PAIRS]:
        first = f"  {len(pair.questions):>3}  "
        yield look.text(f"{pair.expected} {between} {pair.got}", first=first)
        for question in pair.questions[:_EXAMPLES]:
            yield look.text(f"“{question}”", first="         ")
    if more := len(report.confusions) - _PAIRS:
        yield f"       and {more} more" if more > 0 else ""
    yield ""


def _calibration(report: Report, look: Look) -> Iterator[str]:
    found = report.calibration
    yield look.bold("Confidence of the best hit, and how often it was right")
    for each in found.bins:
        if each.questions:
            span = f"{each.start:.1f} to {each.stop:.1f}"
            yield f"  {span}  {each.questions:>5}  {each.confidence:.2f}  {each.right:.2f}"
    yield f"  expected calibration error {found.error:.3f}, Brier score {found.brier:.3f}\n"


def _figures(report: Report, look: Look) -> Iterator[str]:
    yield from _counts("Questions that an entry answers", report.figures.answerable, look)
    yield from _counts("Questions that no entry answers", report.figures.out_of_scope, look)


def _counts(title: str, counts: Mapping[Verdict, int], look: Look) -> Iterator[str]:
    total = sum(counts.values())
    if not total:
        return
    yield look.bold(f"{title}: {total}")
    for verdict, many in counts.items():
        low, high = interval(many, total)
        yield f"  {verdict:<21} {many:>5}  {many / total:>6.1%}  ({low:.1%} to {high:.1%})"

"""A report as one HTML page that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from bot.evaluate.calibration import BINS, bin_number
from bot.evaluate.drawing import bars, histogram, reliability
from bot.evaluate.figures import interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.evaluate.asking import Outcome, Verdict
    from bot.evaluate.report import Report

MOST_PAIRS = 15
"""How many pairs are drawn; the table has all."""
STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de;
  --right: #1f6feb; --wrong: #c2410c; --outside: #6b7280; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --ink: #e6e9ee; --soft: #a3acb8;
  --rule: #3a424d; --right: #6ea8fe; --wrong: #fb923c; --outside: #9aa4b2; } }
body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
p.note, caption { color: var(--soft); } caption { text-align: start; padding-block: .3rem; }
table { border-collapse: collapse; margin-block: .5rem 1rem; }
th, td { border-block-end: 1px solid var(--rule); padding: .3rem .8rem .3rem 0;
  text-align: start; vertical-align: top; }
th { white-space: nowrap; } td { min-width: 4rem; overflow-wrap: break-word; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; } figure, figure h3 { margin: .5rem 0; }
svg { max-width: 100%; height: auto; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem 2rem; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--rule); stroke-width: .7; } svg .axis { stroke: var(--soft); }
svg .ideal { stroke: var(--ink); stroke-dasharray: 6 4; stroke-width: 1.5; }
svg .curve { fill: none; stroke: var(--right); stroke-width: 2; }
svg .mark, svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); }
svg .outside { fill: var(--outside); }
"""
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
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>How the FAQ answers</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


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
            yield _table(f"{caption}: {total}", names, rows)


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
    yield _table("Worst first", ("What", "Question", "Before", "Now"), rows)


def _failed(report: Report) -> Iterator[str]:
    yield "<h2>What did not go as it should</h2>\n"
    rows = [
        (o.verdict, _sure(o.confidence), o.question.text, ", ".join(_expected(o)),
         ", ".join(o.entries))
        for o in report.failed
    ]  # fmt: skip
    names = ("Outcome", "#Confidence", "Question", "Expected", "Got")
    yield _table("Wrong answers first, the most confident at the top", names, rows)


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
    yield _table("Held-back phrasings that found their entry, fewest first", names, rows)


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
    yield _table("Pairs with the most questions first", names, rows)


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
    yield _table("The same as numbers", names, rows)


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
    return _table("The same as numbers", names, rows)


def _group(outcome: Outcome) -> str:
    if not outcome.answerable:
        return "outside"
    return "right" if outcome.best_is_right else "wrong"


def _table(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column whose name begins with `#` holds numbers."""
    rows = list(rows)
    if not rows:
        return "<p>None.</p>\n"
    kinds = [' class="number"' if name.startswith("#") else "" for name in names]
    head = "".join(
        f'<th scope="col"{kind}>{escape(name.removeprefix("#"))}</th>'
        for kind, name in zip(kinds, names, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{escape(cell)}</td>' for kind, cell in zip(kinds, row, strict=True))}</tr>\n"  # noqa: E501  one row, one line
        for row in rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def _expected(outcome: Outcome) -> tuple[str, ...]:
    return outcome.question.expected or ("none",)


def _reply(verdict: Verdict | None, entries: Sequence[str]) -> str:
    if verdict is None:
        return "not asked"
    return f"{verdict}: {', '.join(entries)}" if entries else verdict


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.2f}"

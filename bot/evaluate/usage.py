"""How the chat is used, as one HTML page: pictures, and a table under each."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from bot.evaluate.drawing import bars
from bot.evaluate.figures import interval
from bot.evaluate.markup import document, table
from bot.evaluate.usage_drawing import FEW, Column, Point, columns, shares
from bot.journal.stats import Became, bucket_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.journal.stats import Stats

STYLE = """
:root { --answered: #1f6feb; --clarified: #0e8a7d; --fallback: #b7791f; --handoff: #7c3aed;
  --urgent: #c2185b; --failed: #6b7280; }
@media (prefers-color-scheme: dark) { :root { --answered: #6ea8fe; --clarified: #4fd1c5;
  --fallback: #f6c453; --handoff: #c4a5fd; --urgent: #ff8fb5; --failed: #9aa4b2; } }
svg .part { stroke: var(--page); stroke-width: .5; }
svg .answered { fill: var(--answered); } svg .clarified { fill: var(--clarified); }
svg .fallback { fill: var(--fallback); } svg .handoff { fill: var(--handoff); }
svg .urgent { fill: var(--urgent); } svg .failed { fill: var(--failed); }
svg .replies { fill: var(--answered); }
svg .few { fill: var(--page); stroke: var(--right); stroke-width: 1.5; }
ul.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; }
ul.legend svg { vertical-align: -1px; margin-inline-end: .4rem; }
details { margin-block: .5rem 1rem; } summary { cursor: pointer; }
@media print { :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444; --rule: #ccc;
  --answered: #1f6feb; --clarified: #0e8a7d; --fallback: #b7791f; --handoff: #7c3aed;
  --urgent: #c2185b; --failed: #6b7280; --right: #1f6feb; }
  body { max-width: none; padding: 0; } h2 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  svg rect, svg circle { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
ENDS = tuple(each * 10**power for power in range(2, 8) for each in (1, 2, 5))
"""Microseconds at which the columns of response times begin."""
MEANING = {
    Became.ANSWERED: "one or two entries of the FAQ answered",
    Became.CLARIFIED: "the bot asked back: did you mean …",
    Became.FALLBACK: "the bot said that it does not know",
    Became.HANDOFF: "the clinic's contact details, asked for, after several misses, or for "
    "personal advice",
    Became.URGENT: "a red flag: an emergency, a crisis, or something to call about today",
    Became.FAILED: "a fault of the server took the place of the reply",
}


def usage_page(found: Stats, titles: Mapping[str, str], *, zone: str) -> str:
    """Return the whole page; `titles` gives the question of each entry, `zone` names the days'."""
    parts = (
        _opening(found, zone),
        _became(found),
        _per_day(found),
        _answered(found),
        _asked(found, titles),
        _failed(found, titles),
        _times(found),
    )
    return document("How the chat is used", "".join(chain(*parts)), style=STYLE)


def span(found: Stats) -> str:
    """Return the days that the figures are of."""
    return f"{found.days[0].day} to {found.days[-1].day}"


def share(part: int, whole: int) -> str:
    """Return a share in words, with its 95 % interval while that is wide enough to matter."""
    if not whole:
        return "–"
    low, high = interval(part, whole)
    said = f"{part / whole:.1%}"
    return said if high - low < 0.02 else f"{said} ({low:.0%} to {high:.0%})"


def duration(micros: int | None) -> str:
    """Return a time as people write it."""
    if micros is None:
        return "–"
    if micros < 1_000:
        return f"{micros} µs"
    millis = micros / 1_000
    return f"{millis:.3g} ms" if millis < 1_000 else f"{millis / 1_000:.3g} s"


def _opening(found: Stats, zone: str) -> Iterator[str]:
    yield "<h1>How the chat is used</h1>\n"
    until = f"{span(found)}, the last day as far as it goes"
    yield f"<p class=note>{until}; days in {escape(zone)}.</p>\n"
    if not found.questions:
        yield "<p>No question was asked in this time.</p>\n"
    elif found.questions < 100:
        yield "<p>These are few questions: the ranges in brackets say how little is certain.</p>\n"
    if found.lost:
        yield f"<p>{found.lost} could not be counted: the journal could not be written.</p>\n"


def _became(found: Stats) -> Iterator[str]:
    yield "<h2>What became of the questions</h2>\n"
    rows = [
        (each, MEANING[each], str(many), share(many, found.questions))
        for each, many in found.became.items()
    ]
    names = ("Outcome", "Meaning", "#Questions", "#Share (95 % interval)")
    yield table(f"Questions: {found.questions}. Small talk: {found.small_talk}", names, rows)
    judged = f"{found.helpful} of {found.judged}: {share(found.helpful, found.judged)}"
    yield f"<p>Judged helpful by patients: {judged if found.judged else 'none was judged'}.</p>\n"


def _per_day(found: Stats) -> Iterator[str]:
    yield "<h2>Questions per day</h2>\n"
    rows = [
        Column(day.day.strftime("%d %b"), tuple((each.value, day.became[each]) for each in Became))
        for day in found.days
    ]
    yield f"<figure>{columns(rows, _said_per_day(found), 'questions')}{_legend()}</figure>\n"
    cells = [
        (day.day.isoformat(), *(str(day.became[each]) for each in Became), str(day.questions))
        for day in found.days
        if day.questions
    ]
    names = ("Day", *(f"#{each.capitalize()}" for each in Became), "#All")
    yield _folded(table("Days with a question", names, cells))


def _said_per_day(found: Stats) -> str:
    busiest = max(found.days, key=lambda day: day.questions)
    return (
        f"Questions per day by outcome, {span(found)}; "
        f"most on {busiest.day}: {busiest.questions}. The numbers stand in the table below."
    )


def _legend() -> str:
    size = 'width="11" height="11"'
    items = "".join(
        f'<li><svg aria-hidden="true" {size}><rect class="{each}" {size}/></svg>{each}</li>'
        for each in Became
    )
    return f'<ul class="legend">{items}</ul>'


def _answered(found: Stats) -> Iterator[str]:
    yield "<h2>Share answered, day by day</h2>\n"
    rows = [
        Point(day.day.strftime("%d %b"), day.became[Became.ANSWERED], day.questions)
        for day in found.days
    ]
    label = f"Share of the questions that was answered, {span(found)}. Numbers in the table below."
    yield f"<figure>{shares(rows, label, 'questions')}</figure>\n"
    yield f"<p class=note>Hollow dots: fewer than {FEW} questions.</p>\n"
    cells = [
        (day.day.isoformat(), str(day.questions), share(day.became[Became.ANSWERED], day.questions))
        for day in found.days
        if day.questions
    ]
    yield _folded(table("Share answered", ("Day", "#Questions", "#Answered"), cells))


def _asked(found: Stats, titles: Mapping[str, str]) -> Iterator[str]:
    yield "<h2>Most asked</h2>\n"
    if found.asked:
        drawn = [(titles.get(each.entry, each.entry), each.n) for each in found.asked]
        yield f"<figure>{bars(drawn, 'How often each entry answered', 'answered')}</figure>\n"
    rows = [(titles.get(each.entry, ""), each.entry, str(each.n)) for each in found.asked]
    yield table("Entries that answered most often", ("Question", "Entry", "#Answers"), rows)


def _failed(found: Stats, titles: Mapping[str, str]) -> Iterator[str]:
    yield "<h2>Most failed</h2>\n"
    rows = [
        (titles.get(each.entry, ""), each.entry, str(each.unhelpful), str(each.refused))
        for each in found.failed
    ]
    names = ("Question", "Entry", "#Judged not helpful", "#“None of these”")
    yield table("Entries that did not help", names, rows)


def _times(found: Stats) -> Iterator[str]:
    yield "<h2>Response times</h2>\n"
    half, most = duration(found.quantile(0.5)), duration(found.quantile(0.99))
    yield f"<p>Half of the replies took at most {half}, 99 of 100 at most {most}.</p>\n"
    rows = _columns(found)
    if rows:
        label = f"How many replies took how long; half at most {half}, 99 of 100 at most {most}."
        yield f"<figure>{columns(rows, label, 'replies')}</figure>\n"
    cells = [(each.name, str(each.total)) for each in rows]
    yield table("From this time on", ("Time", "#Replies"), cells)


def _columns(found: Stats) -> list[Column]:
    """Add the buckets up to 1, 2, 5, 10 …; one that straddles two goes where most of it lies."""
    counts = dict.fromkeys((0, *ENDS), 0)
    for micros, n in found.timings:
        middle = (micros + bucket_end(micros)) / 2
        counts[max(end for end in counts if end <= middle)] += n
    filled = [at for at, n in enumerate(counts.values()) if n]
    rows = [Column(duration(end), (("replies", n),)) for end, n in counts.items()]
    return rows[filled[0] : filled[-1] + 1] if filled else []


def _folded(text: str) -> str:
    return f"<details open><summary>The same as numbers</summary>\n{text}</details>\n"

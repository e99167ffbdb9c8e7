"""Outcomes of tests as people read them, and the progress of a long run."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bot.cli.opening import LONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from bot.channels.terminal import Look
    from bot.safety import Figures
    from bot.scripts import Outcome


def failure(outcome: Outcome, look: Look) -> str:
    """Print a step that failed: where, what was asked, what was expected, what came."""
    reply = outcome.reply
    rows = [
        ("asked", outcome.step.utterance),
        *(("missed", miss) for miss in outcome.misses),
        ("got", f"{reply.kind}: {reply.text.partition(chr(10))[0]}"),
        *(("ranking", f"{hit.confidence:.2f} {hit.entry}") for hit in outcome.ranking),
    ]
    lines = [look.text(text, first=f"  {name:<9}", rest=" " * 11) for name, text in rows]
    return "\n".join([look.bold(f"{outcome.path}:{outcome.step.line}"), *lines])


def figures_table(figures: Iterable[Figures]) -> Iterator[str]:
    """Print recall, or false alarms, for each label."""
    for each in figures:
        yield f"{each.label:<10} {each.right:>5} of {each.rows:<5} {_meaning(each)}"


def figures_record(figures: Figures) -> dict[str, Any]:
    """Return the figures of a label as JSON has them."""
    return {
        "label": figures.label,
        "rows": figures.rows,
        "right": figures.right,
        "share": round(figures.share, 4),
        "misses": [
            {
                "line": miss.row.line,
                "text": miss.row.text,
                "tier": miss.screening.tier,
                "found": [asdict(found) for found in miss.screening.found],
            }
            for miss in figures.misses
        ],
    }


def misses(figures: Iterable[Figures], path: str) -> Iterator[str]:
    """Print every row that was judged otherwise than its label says, with what was found."""
    for each in figures:
        for miss in each.misses:
            got = miss.screening.tier or "nothing"
            yield f"{path}:{miss.row.line}: {each.label}, got {got}: {miss.row.text}"
            for found in miss.screening.found:
                modifiers = f", {', '.join(found.modifiers)}" if found.modifiers else ""
                yield f"    “{found.matched}” ({found.flag}{modifiers})"


def _meaning(figures: Figures) -> str:
    if figures.seeks_danger:
        return f"recall {figures.share:.1%}"
    return f"false alarms {1 - figures.share:.1%}"


class Progress:
    """Counts on the terminal's last line what is done, once it takes long; else does nothing."""

    def __init__(self, total: int, *, failing: bool = True) -> None:
        self._total = total
        self._failing = failing
        self._done = 0
        self._failed = 0
        self._start = self._shown = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.clear()

    def count(self, *, passed: bool) -> None:
        """Count one more."""
        self._done += 1
        self._failed += not passed
        now = time.monotonic()
        if self._terminal and now - self._start > LONG and now - self._shown > LONG / 5:
            self._shown = now
            line = f"{self._done} of {self._total}"
            line += f", {self._failed} failed" if self._failing else ""
            self._width = len(line)
            click.echo(f"\r{line}", err=True, nl=False)

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._width:
            click.echo(f"\r{' ' * self._width}\r", err=True, nl=False)
            self._width = 0

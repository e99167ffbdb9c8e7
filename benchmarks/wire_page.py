"""The table and the picture of docs/performance.md about the wire."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from benchmarks.pictures import STYLE, WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES, _ROW, _TOP = 240, 34, 44
"""Width of the names, height of a row and of the title, in pixels."""
_FIGURES = 60
"""Room behind a bar for its figure."""


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return the figures as a Markdown table, each rate as a part of the first one's."""
    first = next(iter(found.values()))
    best, least = first["rate"], first["cpu"]
    rows = [
        "| server | messages/s | of the echo | p50, ms | p99, ms | server's time, µs "
        "| by that | load on its core | on the client's | memory, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, each in found.items():
        rows.append(
            f"| {name} | {each['rate']:,.0f} | {each['rate'] / best:.2f} "
            f"| {1000 * each['p50']:.2f} | {1000 * each['p99']:.2f} | {1e6 * each['cpu']:.0f} "
            f"| {least / each['cpu']:.2f} | {each['server']:.0%} | {each['load']:.0%} "
            f"| {each['memory'] / 1e6:.0f} |"
        )
    return "\n".join(rows)


def picture(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return the rates as bars."""
    most = max(each["rate"] for each in found.values())
    height = _TOP + _ROW * len(found) + 10
    bars = "".join(
        _bar(name, each["rate"], most, _TOP + _ROW * at)
        for at, (name, each) in enumerate(found.items())
    )
    title = "Messages per second over the websocket, one core, 32 clients"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}"><style>{STYLE}</style>'
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>'
        f'<text class="title" x="16" y="24">{escape(title)}</text>{bars}</svg>\n'
    )


def _bar(name: str, rate: float, most: float, top: int) -> str:
    kind = "ours" if name.startswith("Askwell") else "other"
    width = max(1.0, (WIDTH - _NAMES - _FIGURES) * rate / most)
    return (
        f'<text class="{kind}" x="16" y="{top + 20}">{escape(name)}</text>'
        f'<rect class="{kind}" x="{_NAMES}" y="{top + 6}" width="{width:.1f}" height="20" rx="3"/>'
        f'<text class="soft" x="{_NAMES + width + 8:.1f}" y="{top + 21}">{rate:,.0f}</text>'
    )

"""The picture of docs/performance.md about growth: three curves on scales of powers of ten."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from benchmarks.pictures import STYLE, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Line = Sequence[tuple[float, float]]

_LEFT: Final = 84
_RIGHT: Final = 140
_TOP: Final = 44
_HIGH: Final = 130
"""Height of one panel's field, in pixels."""
_BETWEEN: Final = 62
_LINE: Final = 15
"""Height of a line of text."""
_PANELS: Final = {
    "build, seconds of the processor": (("build", "", 1.0),),
    "memory of the process that answers, MB": (("memory", "", 1e-6),),
    "a question, ms: half of them and 99 of 100 take less": (
        ("rank p50", "ranking, half", 1.0),
        ("rank p99", "ranking, 99 %", 1.0),
        ("p99", "reading too, 99 %", 1.0),
    ),
}
"""Title → key of the figures, name of its line, and what a figure is multiplied by."""


def picture(found: Mapping[int, Mapping[str, float]]) -> str:
    """Return build time, memory and time of a question over the number of phrasings, as SVG."""
    sizes = [each["phrasings"] for each in found.values()]
    title = "From a hundred to a million phrasings"
    panels = "".join(
        _panel(
            name,
            {label: [(each["phrasings"], factor * each[key]) for each in found.values()]
             for key, label, factor in lines},
            sizes,
            _TOP + number * (_HIGH + _BETWEEN),
        )
        for number, (name, lines) in enumerate(_PANELS.items())
    )  # fmt: skip
    height = _TOP + len(_PANELS) * (_HIGH + _BETWEEN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}"><style>{STYLE}</style>'
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>{panels}</svg>\n'
    )


def _panel(title: str, lines: Mapping[str, Line], sizes: Sequence[float], top: int) -> str:
    values = [y for line in lines.values() for _, y in line]
    x = _Scale(sizes, _LEFT, WIDTH - _RIGHT)
    y = _Scale(values, top + _HIGH, top)
    parts = [f'<text class="title" x="16" y="{top - 14}">{escape(title)}</text>']
    parts += [_across(value, y.at(value)) for value in y.powers()]
    parts += [_below(value, x.at(value), top + _HIGH + 18) for value in x.powers()]
    height = float(top + _HIGH + _LINE)
    for name, line in sorted(lines.items(), key=lambda each: each[1][-1][1]):
        points = " ".join(f"{x.at(at):.1f},{y.at(value):.1f}" for at, value in line)
        height = min(height - _LINE, y.at(line[-1][1]) + 4)  # names do not run into each other
        parts.append(f'<polyline class="ours" points="{points}"/>')
        parts.append(f'<text class="ours" x="{WIDTH - _RIGHT + 8}" y="{height:.1f}">{name}</text>')
    return "".join(parts)


def _across(value: float, y: float) -> str:
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="soft" text-anchor="end" x="{_LEFT - 8}" y="{y + 4:.1f}">{value:,g}</text>'
    )


def _below(value: float, x: float, y: int) -> str:
    return f'<text class="soft" text-anchor="middle" x="{x:.1f}" y="{y}">{value:,.0f}</text>'


class _Scale:
    """Powers of ten between two pixels."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self._low, self._high = floor(log10(min(values))), ceil(log10(max(values)))
        self._high = max(self._high, self._low + 1)
        self._first, self._last = first, last

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (log10(value) - self._low) / (self._high - self._low)
        return self._first + share * (self._last - self._first)

    def powers(self) -> Iterator[float]:
        """Yield the powers of ten on the scale."""
        yield from (10.0**power for power in range(self._low, self._high + 1))

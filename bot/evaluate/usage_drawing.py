"""Pictures of use over time: stacked columns for each day, a share for each day, columns.

Like `bot.evaluate.drawing`, each function returns one `<svg>`; colours come from the page's style,
and the page puts the numbers in a table under it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from bot.evaluate.drawing import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT = 640, 180
"""Of a picture's field."""
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 40
MOST_LABELS = 8
"""How many columns are named below; the table names all."""
FEW = 5
"""With fewer questions than that a share says little, and its dot is hollow."""
_GAP = 0.15
"""Share of a column's room that stays empty."""


class Column(NamedTuple):
    """One column: a day, or a span of time that replies took."""

    name: str
    parts: tuple[tuple[str, int], ...]
    """(class of the colour, count), from the bottom up."""

    @property
    def total(self) -> int:
        """The column's height."""
        return sum(many for _, many in self.parts)


class Point(NamedTuple):
    """A share of one day."""

    name: str
    part: int
    whole: int


def columns(rows: Sequence[Column], label: str, unit: str) -> str:
    """Draw columns, each with its parts on top of each other; `unit` says what is counted."""
    most = max((each.total for each in rows), default=0) or 1
    body = [_grid(0, "0"), _grid(1, str(most))]
    for at, each in enumerate(rows):
        body.extend(_column(each, at, len(rows), most, unit))
    return _framed([*body, *_names([each.name for each in rows])], label)


def shares(rows: Sequence[Point], label: str, unit: str) -> str:
    """Draw a share for each day; the line joins days that follow each other and have one."""
    body = [_grid(share, f"{share:.0%}") for share in (0.0, 0.5, 1.0)]
    body += [f'<polyline class="curve" points="{line}"/>' for line in _lines(rows)]
    body += [_dot(each, at, len(rows), unit) for at, each in enumerate(rows) if each.whole]
    return _framed([*body, *_names([each.name for each in rows])], label)


def _framed(body: Sequence[str], label: str) -> str:
    return svg(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM, label, "".join(body))


def _column(column: Column, at: int, many: int, most: int, unit: str) -> Iterator[str]:
    room = WIDTH / many
    x, width = LEFT + room * (at + _GAP / 2), room * (1 - _GAP)
    below = 0
    for kind, count in column.parts:
        if count:
            height = HEIGHT * count / most
            y = TOP + HEIGHT * (1 - below / most) - height
            said = f"{column.name}: {count} {kind} of {column.total} {unit}"
            yield (
                f'<rect class="part {kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                f'height="{height:.1f}"><title>{escape(said)}</title></rect>'
            )
        below += count


def _lines(rows: Sequence[Point]) -> Iterator[str]:
    line: list[str] = []
    for at, each in enumerate(rows):
        if each.whole:
            line.append(f"{_x(at, len(rows)):.1f},{_y(each.part / each.whole):.1f}")
        elif line:
            yield " ".join(line)
            line = []
    if line:
        yield " ".join(line)


def _dot(point: Point, at: int, many: int, unit: str) -> str:
    share = point.part / point.whole
    kind = "mark" if point.whole >= FEW else "few"
    said = f"{point.name}: {share:.0%} of {point.whole} {unit}"
    place = f'cx="{_x(at, many):.1f}" cy="{_y(share):.1f}" r="3.5"'
    return f'<circle class="{kind}" {place}><title>{escape(said)}</title></circle>'


def _names(names: Sequence[str]) -> Iterator[str]:
    """Name some of the columns below, evenly."""
    every = -(-len(names) // MOST_LABELS) or 1
    for at in range(0, len(names), every):
        place = f'x="{_x(at, len(names)):.1f}" y="{TOP + HEIGHT + 18}"'
        yield f'<text class="tick" text-anchor="middle" {place}>{escape(names[at])}</text>'


def _grid(share: float, text: str) -> str:
    y = _y(share)
    kind = "axis" if share == 0 else "grid"
    line = f'<line class="{kind}" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
    place = f'x="{LEFT - 8}" y="{y + 4:.1f}"'
    return f'{line}<text class="tick" text-anchor="end" {place}>{escape(text)}</text>'


def _x(at: int, many: int) -> float:
    return LEFT + WIDTH * (at + 0.5) / many


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)

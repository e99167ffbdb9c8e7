"""Pictures as inline SVG: a reliability diagram, histograms, bars. Colours come from the page.

Each function returns one `<svg>` element; what it shows is said in its `aria-label`, and the page
puts the numbers in a table under it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.evaluate.calibration import Bin

SIDE = 300
"""Width and height of a diagram's field."""
LEFT, BOTTOM, TOP, RIGHT = 46, 42, 14, 14
"""Room for ticks and labels around it."""
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
BAR = 22
"""Height of a horizontal bar with the space under it."""
LONGEST_NAME = 64
"""Letters of a bar's label that fit above it."""


def reliability(bins: Sequence[Bin], label: str) -> str:
    """Draw the share of right best hits over their confidence; the dashed line is perfection.

    A dot's area grows with the number of questions in its bin.
    """
    most = max((each.questions for each in bins), default=0) or 1
    filled = [each for each in bins if each.questions]
    dots = "".join(
        f'<circle class="mark" cx="{_x(each.confidence)}" cy="{_y(each.right)}" '
        f'r="{4 + 8 * (each.questions / most) ** 0.5:.1f}"><title>{_percent(each.right)} of '
        f"{each.questions} right at {each.confidence:.2f}</title></circle>"
        for each in filled
    )
    line = " ".join(f"{_x(each.confidence)},{_y(each.right)}" for each in filled)
    perfect = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    curve = f'<polyline class="curve" points="{line}"/>'
    frame = _frame("confidence of the best hit", "share that was right", [*TICKS])
    return svg(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, label, frame + perfect + curve + dots)


def histogram(counts: Sequence[int], label: str, kind: str) -> str:
    """Draw counts over bins of confidence from 0 to 1; `kind` names the colour."""
    height, width = SIDE // 3, SIDE / len(counts)
    most = max(counts, default=0) or 1
    bars = "".join(
        f'<rect class="{kind}" x="{LEFT + at * width + 1:.1f}" width="{width - 2:.1f}" '
        f'y="{TOP + height * (1 - many / most):.1f}" height="{height * many / most:.1f}">'
        f"<title>{many} from {at / len(counts):.1f}</title></rect>"
        for at, many in enumerate(counts)
        if many
    )
    ticks = "".join(_tick_below(at, TOP + height) for at in TICKS)
    axis = f'<line class="axis" x1="{LEFT}" x2="{LEFT + SIDE}" {_level(TOP + height)}/>'
    top = f'<text class="tick" text-anchor="end" x="{LEFT - 6}" y="{TOP + 8}">{most}</text>'
    name = _below("confidence of the best hit", TOP + height)
    body = bars + axis + ticks + top + name
    return svg(LEFT + SIDE + RIGHT, TOP + height + BOTTOM, label, body)


def bars(rows: Iterable[tuple[str, int]], label: str, kind: str = "wrong") -> str:
    """Draw a horizontal bar for each (name, count), the name above; `kind` names the colour."""
    rows = list(rows)
    most = max((many for _, many in rows), default=0) or 1
    width = SIDE * 2
    body = "".join(_bar(name, many, at * 2 * BAR, (width - 60) * many / most, kind)
                   for at, (name, many) in enumerate(rows))  # fmt: skip
    return svg(width, 2 * BAR * len(rows) + 4, label, body)


def _bar(name: str, many: int, top: int, length: float, kind: str) -> str:
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return (
        f'<text class="name" x="0" y="{top + 16}">{escape(shown)}</text>'
        f'<rect class="{kind}" x="0" y="{top + BAR}" width="{length:.1f}" height="{BAR - 8}"/>'
        f'<text class="name" x="{length + 8:.1f}" y="{top + BAR + 12}">{many}</text>'
    )


def _frame(below: str, beside: str, ticks: Iterable[float]) -> str:
    """Draw the field with grid, ticks and the names of its axes."""
    parts = [_below(below, TOP + SIDE)]
    for at in ticks:
        grid = f'<line class="grid" x1="{LEFT}" x2="{LEFT + SIDE}" {_level(_y(at))}/>'
        label = f'<text class="tick" text-anchor="end" x="{LEFT - 6}" y="{_y(at) + 4}">{at:g}'
        parts.append(f"{grid}{label}</text>{_tick_below(at, TOP + SIDE)}")
    middle = TOP + SIDE / 2
    turned = f'transform="rotate(-90 11 {middle})"'
    parts.append(f'<text class="name" text-anchor="middle" x="11" y="{middle}" {turned}>')
    return f"{''.join(parts)}{escape(beside)}</text>"


def _tick_below(at: float, bottom: float) -> str:
    return f'<text class="tick" text-anchor="middle" x="{_x(at)}" y="{bottom + 16}">{at:g}</text>'


def _below(name: str, bottom: float) -> str:
    place = f'x="{LEFT + SIDE / 2}" y="{bottom + 36}"'
    return f'<text class="name" text-anchor="middle" {place}>{escape(name)}</text>'


def svg(width: int, height: int, label: str, body: str) -> str:
    """Return a picture of this size; `label` says what it shows to those who can't see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)


def _level(y: float) -> str:
    return f'y1="{y}" y2="{y}"'


def _percent(share: float) -> str:
    return f"{share:.0%}"

"""The pictures of docs/quality.md: SVG files that need no library and follow light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.published import CLINC, FEW, FULL
from benchmarks.ranker import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from benchmarks.figures import Figures

WIDTH, HEIGHT = 640, 380
LEFT, TOP, RIGHT, BOTTOM = 60, 56, 150, 50
"""Margins of the field; names of lines stand on the right."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1b1f24; }
.soft { fill: #57606a; font-size: 12px; }
.title { font-weight: 600; } .grid { stroke: #d0d7de; } .other { fill: #6b7280; stroke: #6b7280; }
.ours { fill: #1f6feb; stroke: #1f6feb; font-weight: 600; }
polyline { stroke-width: 2; }
text.ours, text.other { stroke: none; } polyline.ours, polyline.other { fill: none; }
.page { fill: #fff; }
@media (prefers-color-scheme: dark) { text { fill: #e6e9ee; } .soft { fill: #a3acb8; }
.grid { stroke: #3a424d; } .other { fill: #9aa4b2; stroke: #9aa4b2; } .page { fill: #14171c; }
.ours { fill: #6ea8fe; stroke: #6ea8fe; } }
""".replace("\n", " ")
LETTER, LINE = 7.2, 16
"""Width of a letter and height of a line, in pixels, about."""
Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]


def pictures(results: Mapping[str, Figures]) -> dict[str, str]:
    """Return file name → SVG, for what was measured."""
    drawn: dict[str, Callable[[Mapping[str, Figures]], str]] = {
        "quality-clinc150.svg": clinc,
        "quality-few.svg": few,
        "quality-parts.svg": parts,
    }
    needed = {
        "quality-clinc150.svg": {"clinc"},
        "quality-few.svg": {"banking", "banking10", "banking5"},
        "quality-parts.svg": {"clinc", "banking", "banking10", "banking5"},
    }
    return {name: draw(results) for name, draw in drawn.items() if needed[name] <= set(results)}


def clinc(results: Mapping[str, Figures]) -> str:
    """Draw in-scope accuracy over out-of-scope recall."""
    found = results["clinc"]
    ours = (
        100 * found["recall at the tuned confidence"],
        100 * found["accuracy at the tuned confidence"],
    )
    field = _Field((0, 80), (86, 98), "out-of-scope recall, %", "in-scope accuracy, %")
    points = {"Askwell": ours, **{name: (recall, accuracy)
              for name, (accuracy, recall, _) in CLINC.items() if accuracy and recall}}  # fmt: skip
    body = [field.frame("CLINC150: finding the answer, and refusing"), *field.dots(points)]
    return _svg("CLINC150: in-scope accuracy over out-of-scope recall", body)


def few(results: Mapping[str, Figures]) -> str:
    """Draw accuracy on BANKING77 over the number of phrasings."""
    keys = ("banking5", "banking10", "banking")
    field = _Field((0, 2), (70, 95), "phrasings for each answer", "accuracy, %",
                   ("5", "10", "all, about 130"))  # fmt: skip
    lines = {"Askwell": [(float(at), 100 * results[key]["accuracy"])
                         for at, key in enumerate(keys)]}  # fmt: skip
    for name in ("RoBERTa + classifier", "USE + ConveRT", "ICDA"):
        lines[name] = [(float(at), FEW[name][key]) for at, key in enumerate(keys[:2])]
        if name in FULL:
            lines[name].append((2.0, FULL[name]["banking"]))
    frame = field.frame("BANKING77: what fewer phrasings cost")
    body = [frame, *field.lines(lines, ["Askwell"])]
    return _svg("BANKING77: accuracy over phrasings for each answer", body)


def parts(results: Mapping[str, Figures]) -> str:
    """Draw what each part of the score adds."""
    sets = {"CLINC150": "clinc", "BANKING77": "banking", "10 phrasings": "banking10",
            "5 phrasings": "banking5"}  # fmt: skip
    steps = ("textbook", *STEPS)
    names = ("textbook", "neighbours", "classifier", "meaning", "in both", "confidence")
    lines = {}
    for name, key in sets.items():
        figures = results[key]
        shares = [*(figures[f"step {step}"] for step in steps), figures["accuracy"]]
        lines[name] = [(float(at), 100 * share) for at, share in enumerate(shares)]
    lowest = min(y for line in lines.values() for _, y in line)
    field = _Field((0, 5), (5 * (lowest // 5), 100), "", "accuracy, %", names)
    body = [field.frame("What each part of the score adds"), *field.lines(lines, sets)]
    return _svg("Accuracy with one part of the score after the other", body)


class _Field:
    """A field with axes; data coordinates become pixels."""

    def __init__(
        self, x: Point, y: Point, below: str, beside: str, names: Sequence[str] = ()
    ) -> None:
        self._x, self._y, self._below, self._beside = x, y, below, beside
        self._names = names

    def frame(self, title: str) -> str:
        """Draw title, grid, ticks and the names of the axes."""
        return "".join((
            f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
            *self._levels(),
            *self._columns(),
            f'<text class="soft" text-anchor="middle" x="{(LEFT + WIDTH - RIGHT) / 2}" '
            f'y="{HEIGHT - 12}">{escape(self._below)}</text>',
            f'<text class="soft" x="8" y="{TOP - 16}">{escape(self._beside)}</text>',
        ))  # fmt: skip

    def _levels(self) -> Iterator[str]:
        low, high = self._y
        step = 2 if high - low <= 14 else 5
        for value in range(int(low), int(high) + 1, step):
            _, y = self.at((self._x[0], value))
            yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
            yield f'<text class="soft" text-anchor="end" x="{LEFT - 8}" y="{y + 4}">{value}</text>'

    def _columns(self) -> Iterator[str]:
        low, high = self._x
        values = range(len(self._names)) if self._names else range(int(low), int(high) + 1, 20)
        for value in values:
            x, _ = self.at((value, self._y[0]))
            label = self._names[value] if self._names else str(value)
            place = f'x="{x}" y="{HEIGHT - BOTTOM + 18}"'
            yield f'<text class="soft" text-anchor="middle" {place}>{escape(label)}</text>'

    def at(self, point: Point) -> Point:
        """Return the pixel of a point."""
        share_x = (point[0] - self._x[0]) / (self._x[1] - self._x[0])
        share_y = (point[1] - self._y[0]) / (self._y[1] - self._y[0])
        x = LEFT + share_x * (WIDTH - LEFT - RIGHT)
        return round(x, 1), round(HEIGHT - BOTTOM - share_y * (HEIGHT - TOP - BOTTOM), 1)

    def dots(self, points: Mapping[str, Point]) -> Iterator[str]:
        """Draw points, the first one ours, with their names where these hide nothing."""
        pixels = {name: self.at(point) for name, point in points.items()}
        taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in pixels.values()]
        for number, (name, (x, y)) in enumerate(pixels.items()):
            kind, width = ("other" if number else "ours"), LETTER * len(name)
            places = [(x + 10, y + 4), (x - 10 - width, y + 4), (x - width / 2, y - 11),
                      (x - width / 2, y + 19)]  # fmt: skip
            boxes = [(left, base - 11, left + width, base + 3) for left, base in places]
            free = [at for at, box in enumerate(boxes) if not any(_meet(box, b) for b in taken)]
            at = free[0] if free else 0
            taken.append(boxes[at])
            yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{4 if number else 6}"/>'
            left, base = places[at]
            yield f'<text class="{kind}" x="{left:.1f}" y="{base:.1f}">{escape(name)}</text>'

    def lines(self, named: Mapping[str, Sequence[Point]], ours: Collection[str]) -> Iterator[str]:
        """Draw lines with their names at the ends, these moved down where two would meet."""
        ends: list[Point] = []
        for name, points in sorted(named.items(), key=lambda line: -line[1][-1][1]):
            pixels = [self.at(point) for point in points]
            x, y = pixels[-1]
            y = max([y, *(b + LINE for a, b in ends if a == x and b > y - LINE)])
            ends.append((x, y))
            yield self._line(pixels, (x + 9, y + 4), name, "ours" if name in ours else "other")

    def _line(self, pixels: Sequence[Point], label: Point, name: str, kind: str) -> str:
        path = " ".join(f"{x},{y}" for x, y in pixels)
        dots = "".join(f'<circle class="{kind}" cx="{x}" cy="{y}" r="3.5"/>' for x, y in pixels)
        text = f'<text class="{kind}" x="{label[0]}" y="{label[1]}">{escape(name)}</text>'
        return f'<polyline class="{kind}" points="{path}"/>{dots}{text}'


def _meet(one: Box, other: Box) -> bool:
    """Whether two boxes (left, top, right, bottom) overlap."""
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def _svg(label: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{escape(label)}"><style>{STYLE}</style>'
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="8"/>{"".join(body)}</svg>\n'
    )

"""What the pages share: one HTML document with its style, and tables; no script, no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


def document(title: str, body: str, *, style: str = "") -> str:
    """Return a whole page that needs nothing else; `style` comes after the shared one."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def table(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
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

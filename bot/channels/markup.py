"""Blocks and replies → HTML, for the pages that work without script. Everything is escaped."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import TYPE_CHECKING, assert_never

from bot.models import Listing, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Block, Reply, Run

_LINKS = ("https:", "tel:", "sms:", "mailto:")


def blocks_html(blocks: Iterable[Block]) -> str:
    """Return blocks as paragraphs and lists."""
    return "\n".join(_block(block) for block in blocks)


def runs_html(runs: Iterable[Run]) -> str:
    """Return runs as text with emphasis and links; other schemes than ours stay plain text."""
    return "".join(_run(run) for run in runs)


def footer_html(reply: Reply) -> str:
    """Return the small print of an answer: disclaimer, source, day of the last review."""
    lines = []
    if reply.disclaimer:
        lines.append(f'<p class="disclaimer">{escape(reply.disclaimer)}</p>')
    origin = [f"Source: {escape(reply.source)}"] if reply.source else []
    if reply.reviewed:
        day = f'<time datetime="{escape(reply.reviewed)}">{_day(reply.reviewed)}</time>'
        origin.append(f"Last reviewed {day}")
    if origin:
        lines.append(f'<p class="origin">{" · ".join(origin)}</p>')
    return "\n".join(lines)


def _block(block: Block) -> str:
    match block:
        case Paragraph(runs=runs):
            return f"<p>{runs_html(runs)}</p>"
        case Listing(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            lines = "".join(f"<li>{runs_html(item)}</li>" for item in items)
            return f"<{tag}>{lines}</{tag}>"
        case _:
            assert_never(block)


def _run(run: Run) -> str:
    html = escape(run.text)
    if run.em:
        html = f"<em>{html}</em>"
    if run.strong:
        html = f"<strong>{html}</strong>"
    if run.href and run.href.startswith(_LINKS):
        html = f'<a href="{escape(run.href)}">{html}</a>'
    return html


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day:%B} {day.day}, {day.year}"

"""Replies on a terminal: wrapped to its width, readable without colour and without Unicode."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from bot.channels.terminal import BOLD, RED, WIDEST, YELLOW, Look, columns
from bot.models import Listing, Paragraph, ReplyKind, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.models import Block, Choice, Reply

_CARDS = {
    ReplyKind.EMERGENCY: ("EMERGENCY", RED),
    ReplyKind.CRISIS: ("CRISIS", RED),
    ReplyKind.URGENT: ("URGENT", YELLOW),
    ReplyKind.ADVICE: ("ADVICE", YELLOW),
}
"""Kinds that stand out, by a frame and a title and not by colour alone."""


def render(reply: Reply, look: Look) -> str:
    """Return a whole reply: its text or card, disclaimer, source and numbered choices."""
    parts = [_body(reply, look), *_footnotes(reply, look)]
    texts = ["\n".join(part) for part in parts]
    if reply.choices:
        texts.append(render_choices(reply.choices, look))
    return "\n\n".join(texts)


def render_choices(choices: tuple[Choice, ...], look: Look) -> str:
    """Return choices with the numbers that can be typed."""
    digits = len(str(len(choices)))
    return "\n".join(
        line
        for at, choice in enumerate(choices, 1)
        for line in look.lines((Run(choice.label),), first=f"  [{at:>{digits}}] ")
    )


def _body(reply: Reply, look: Look) -> list[str]:
    if reply.kind not in _CARDS:
        return [*_blocks(reply.blocks, look)]
    title, colour = _CARDS[reply.kind]
    bar, rule = look.spell("┃"), look.spell("━")
    side = look.paint(bar, BOLD, colour)
    width = min(look.width, WIDEST)
    head = f"{bar}{rule * 2} {title} "
    head += rule * max(2, width - columns(head))
    foot = bar + rule * (columns(head) - 1)
    lines = _blocks(reply.blocks, replace(look, width=look.width - 2))
    return [
        look.paint(head, BOLD, colour),
        *(f"{side} {line}".rstrip() for line in lines),
        look.paint(foot, BOLD, colour),
    ]


def _blocks(blocks: Iterable[Block], look: Look) -> Iterator[str]:
    """Yield the lines of all blocks with an empty line between two of them."""
    for at, block in enumerate(blocks):
        if at:
            yield ""
        yield from _block(block, look)


def _block(block: Block, look: Look) -> list[str]:
    match block:
        case Paragraph(runs=runs):
            return look.lines(runs)
        case Listing(items=items, ordered=ordered):
            bullet = look.spell("•")
            marks = [f"{at}." if ordered else bullet for at in range(1, len(items) + 1)]
            pairs = zip(marks, items, strict=True)
            return [line for mark, item in pairs for line in look.lines(item, first=f"  {mark} ")]
        case _:
            assert_never(block)


def _footnotes(reply: Reply, look: Look) -> Iterator[list[str]]:
    if reply.disclaimer:
        yield look.lines((Run(reply.disclaimer, em=True),))
    about = [f"Source: {reply.source}"] if reply.source else []
    about += [f"Reviewed: {reply.reviewed}"] if reply.reviewed else []
    if about:
        lines = (line for text in about for line in look.lines((Run(text),), rest="  "))
        yield [look.dim(line) for line in lines]

"""Records of the dialogue → messages of the wire. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, assert_never

import msgspec

from bot.channels.protocol import (
    ChoiceOut,
    ListOut,
    ParagraphOut,
    ReplyBody,
    ReplyOut,
    RunOut,
)
from bot.models import Listing, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Block, Choice, Reply, Run


def reply_to_wire(
    reply: Reply, *, conversation: str, reply_to: str | None, state: str, version: str
) -> ReplyOut:
    """Return the message that answers `reply_to`; the same turn always gets the same id."""
    label = hashlib.sha256(f"{conversation} {reply_to} {state}".encode()).hexdigest()
    return ReplyOut(
        **msgspec.structs.asdict(body_to_wire(reply)),
        id=label[:16],
        reply_to=reply_to,
        state=state,
        content_version=version,
    )


def body_to_wire(reply: Reply) -> ReplyBody:
    """Return a reply that answers no message: the greeting."""
    return ReplyBody(
        kind=reply.kind.value,
        text=reply.text,
        blocks=blocks_to_wire(reply.blocks),
        entries=reply.entries,
        confidence=round(reply.confidence, 4),
        choices=choices_to_wire(reply.choices),
        disclaimer=reply.disclaimer,
        source=reply.source,
        reviewed=reply.reviewed,
    )


def choices_to_wire(choices: Iterable[Choice]) -> tuple[ChoiceOut, ...]:
    """Return quick replies."""
    return tuple(ChoiceOut(choice.entry, choice.label) for choice in choices)


def blocks_to_wire(blocks: Iterable[Block]) -> tuple[ParagraphOut | ListOut, ...]:
    """Return blocks that a client can build its page from without reading any markup."""
    return tuple(_block(block) for block in blocks)


def _block(block: Block) -> ParagraphOut | ListOut:
    match block:
        case Paragraph(runs=runs):
            return ParagraphOut(runs_to_wire(runs))
        case Listing(items=items, ordered=ordered):
            return ListOut(ordered, tuple(runs_to_wire(item) for item in items))
        case _:
            assert_never(block)


def runs_to_wire(runs: Iterable[Run]) -> tuple[RunOut, ...]:
    """Return stretches of text; what they look like is in their fields."""
    return tuple(RunOut(run.text, strong=run.strong, em=run.em, href=run.href) for run in runs)

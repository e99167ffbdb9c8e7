"""Records of the dialogue → messages of the wire. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import msgspec

from bot.channels.protocol import (
    Body,
    ChoiceOut,
    ListOut,
    ParagraphOut,
    ReplyBody,
    RunOut,
)
from bot.models import Listing, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Block, Choice, Reply, Run

_MOST_BODIES = 4_000
"""Bodies that are kept; about 8 MB."""


class Bodies:
    """The bodies of replies that were put into JSON before, for one version of the content."""

    def __init__(self) -> None:
        self._version = ""
        self.forget()

    def forget(self) -> None:
        """Let go of all of them."""
        self._bodies: dict[tuple[object, ...], Body] = {}

    def of(self, reply: Reply, version: str) -> Body:
        """Return the body of a reply.

        Within one version the kind, the text, the entries and the choices tell replies apart.
        """
        if version != self._version or len(self._bodies) >= _MOST_BODIES:
            self._version, self._bodies = version, {}
        key = (reply.kind, reply.text, reply.entries, reply.choices)
        if (body := self._bodies.get(key)) is None:
            body = self._bodies[key] = reply_body(reply, version)
        return body


def reply_body(reply: Reply, version: str) -> Body:
    """Return what of a reply is the same for everybody who gets it."""
    fields = msgspec.structs.asdict(body_to_wire(reply))
    del fields["confidence"]
    json = msgspec.json.encode({"type": "reply", **fields, "content_version": version})
    return Body(reply.kind.value, reply.entries, version, json.removesuffix(b"}"))


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

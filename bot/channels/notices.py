"""What patients read when a message gets no ordinary reply: too long, too fast, out of order.

The words come from `wording.md`; where even that can't be had, from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.protocol import Failure
from bot.models import Paragraph, Reply, ReplyKind, Run
from bot.text import plain

if TYPE_CHECKING:
    from bot.models import Block
    from bot.snapshot import Snapshot

_TEXTS = {
    "too_long": "too-long",
    "rate_limited": "rate-limited",
    "busy": "unavailable",
}
"""Code → name of the text in `wording.md`; every other code is a message we can't read."""

_FIXED = {
    "forbidden": "This page may not use the assistant.",
    "feedback_off": "Feedback can't be kept here. Nothing was saved.",
    "feedback_lost": "Your feedback could not be saved. Please try again later.",
}
_LAST_RESORT = (
    "Sorry, I can't answer right now. If this may be an emergency, "
    "call your local emergency number now."
)


def failure(
    snapshot: Snapshot,
    code: str,
    *,
    reply_to: str | None = None,
    detail: str | None = None,
    retry_after: float | None = None,
    limit: int | None = None,
) -> Failure:
    """Return the `error` message for a code, in the clinic's words."""
    message = _FIXED.get(code) or plain(_text(snapshot, _TEXTS.get(code, "bad-message")))
    return Failure(
        code=code,
        message=message,
        reply_to=reply_to,
        detail=detail,
        retry_after=retry_after,
        limit=limit,
    )


def unavailable(snapshot: Snapshot) -> Reply:
    """Return the fixed reply after a fault of our own; it names the emergency number."""
    blocks = _text(snapshot, "unavailable")
    return Reply(ReplyKind.FALLBACK, blocks, plain(blocks))


def _text(snapshot: Snapshot, name: str) -> tuple[Block, ...]:
    try:
        return snapshot.replies.text(name)
    except Exception:  # noqa: BLE001  the words for a fault must not depend on what is at fault
        return (Paragraph((Run(_LAST_RESORT),)),)

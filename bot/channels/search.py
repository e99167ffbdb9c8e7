"""A search on the FAQ page: one turn of a conversation without a past.

So a search is screened for red flags before anything is looked for, and is answered, asked back or
declined by the same rules as in the chat.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.faq_html import is_readable
from bot.channels.faults import place
from bot.channels.notices import unavailable
from bot.dialogue import respond
from bot.models import Answer, Reply, ReplyKind, State
from bot.text import plain
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from bot.models import Turn
    from bot.snapshot import Snapshot

_log = logging.getLogger(__name__)
_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    reply: Reply
    others: tuple[str, ...] = ()
    """Entries that may be meant as well, best first; none where nothing was likely."""
    language: str = "en"
    """Language of the reply where it is a red flag's."""


def search(snapshot: Snapshot, utterance: str, *, longest: int) -> Found:
    """Answer what was typed; whatever goes wrong inside, there is something to read."""
    try:
        if len(utterance) > longest and not is_red_flag(snapshot, utterance):
            return too_long(snapshot)
        turn = respond(snapshot, State(), utterance)
    except Exception as error:  # noqa: BLE001  any fault must end in the fixed, safe reply
        _log.error("A search failed: %s", place(error))
        return Found(unavailable(snapshot))
    language = turn.screening.language if turn.screening.tier else "en"
    return Found(turn.reply, _others(snapshot, turn), language)


def too_long(snapshot: Snapshot) -> Found:
    """Return what a visitor reads who types too much."""
    return _said(snapshot, "too-long")


def too_fast(snapshot: Snapshot) -> Found:
    """Return what a visitor reads who searches too often."""
    return _said(snapshot, "rate-limited")


def is_red_flag(snapshot: Snapshot, utterance: str) -> bool:
    """Whether words must be answered by a red flag's card, whatever else is wrong with them."""
    return snapshot.screen.screen(utterance).tier is not None


def _said(snapshot: Snapshot, name: str) -> Found:
    blocks = snapshot.replies.text(name)
    return Found(Reply(ReplyKind.FALLBACK, blocks, plain(blocks)))


def _others(snapshot: Snapshot, turn: Turn) -> tuple[str, ...]:
    """Return what else came near an answer; a miss offers nothing by chance."""
    if turn.ranking is None or not isinstance(turn.decision, Answer):
        return ()
    near = (hit.entry for hit in turn.ranking.hits if hit.confidence >= THRESHOLDS.trace)
    fresh = (each for each in near if each not in turn.reply.entries)
    return tuple(each for each in fresh if is_readable(snapshot.entries[each]))[:_OTHERS]

"""One visitor's conversation on one connection: frames in, messages out. Knows no network."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, assert_never

from bot.channels.answered import Answered
from bot.channels.faults import place
from bot.channels.feedback import Opinion
from bot.channels.notices import failure
from bot.channels.protocol import (
    Ack,
    Failure,
    Feedback,
    Hello,
    Message,
    Ping,
    Pong,
    Pressed,
    parse,
)
from bot.channels.turns import new_conversation
from bot.errors import JournalError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.channels.feedback import Journal
    from bot.channels.protocol import ClientMessage, Prepared, ServerMessage, Welcome
    from bot.channels.turns import Turns
    from bot.models import State

_log = logging.getLogger(__name__)
_REMEMBERED_REPLIES = 16
FEEDBACK_RETRY_SECONDS = 30.0
"""When feedback may be sent again that an unknown fault has kept from being written."""


class Conversation:
    """Answers frames one after the other, and remembers the state between them."""

    __slots__ = ("_answered", "_journal", "_last", "_state", "_turns", "_wait", "refused")

    def __init__(
        self, turns: Turns, *, journal: Journal | None, wait: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._turns = turns
        self._journal = journal if journal is not None and journal.takes_opinions else None
        self._wait = wait
        self._state = new_conversation()
        self._answered = Answered(_REMEMBERED_REPLIES)
        self._last: Prepared | None = None
        """The last reply, while `_state` is the one that it brought."""
        self.refused = 0
        """Frames in a row that could not be answered."""

    def welcome(self) -> Welcome:
        """Return what is sent first."""
        return self._turns.welcome(self._state.conversation, feedback=self._journal is not None)

    def answer(self, frame: str | bytes) -> ServerMessage | Feedback | None:
        """Return the answer to one frame; whatever the frame is, the next one gets its own.

        Feedback comes back as it is, for `keep`: its answer has to be waited for.
        """
        try:
            message = parse(frame)
            if wait := self._wait():
                return self._refuse(self._too_fast(message, wait))
            if isinstance(message, Message | Pressed):
                answer: ServerMessage | Feedback | None = self._reply(message)
            else:
                answer = self._heed(message)
            if answer is not message:  # feedback is not kept yet
                self.refused = 0
            return answer
        except ProtocolError as error:
            fault = failure(
                self._turns.snapshot,
                error.code,
                reply_to=error.reply_to,
                detail=error.message,
                limit=self._turns.limits.text if error.code == "too_long" else None,
            )
            return self._refuse(fault)

    async def keep(self, feedback: Feedback) -> Ack | Failure:
        """Acknowledge feedback only once it is kept."""
        answer = await self._keep(feedback)
        if isinstance(answer, Failure):
            return self._refuse(answer)
        self.refused = 0
        return answer

    def _refuse(self, answer: Failure) -> Failure:
        self.refused += 1
        self._turns.tally.refuse(answer.code)
        return answer

    def _heed(self, message: Hello | Ping | Feedback) -> Pong | Feedback | None:
        match message:
            case Hello(state=token):
                self._state, self._last = self._turns.resume(token) or self._state, None
                return None
            case Ping():
                return Pong()
            case Feedback():
                return message
            case _:
                assert_never(message)

    def _reply(self, message: Message | Pressed) -> Prepared:
        mark = self._answered.mark(message)
        if earlier := self._answered.find(mark):
            return earlier
        state = self._state if message.state is None else self._resumed(message.state)
        reply, self._state = self._turns.answer(message, state)
        self._last = reply
        self._answered.keep(mark, reply)
        return reply

    def _resumed(self, token: str) -> State:
        """Return the state to go on from; the token that we sent last needs no reading."""
        if self._last is not None and token == self._last.state:
            return self._state
        return self._turns.resume(token) or self._state

    async def _keep(self, feedback: Feedback) -> Ack | Failure:
        if self._journal is None:
            return failure(self._turns.snapshot, "feedback_off", reply_to=feedback.id)
        state = self._turns.resume(feedback.state) or self._state
        try:
            await self._journal.add_opinion(self._opinion(feedback, state))
        except JournalError as error:  # it says so itself, once
            return self._not_kept(feedback, error.retry_after)
        except Exception as error:  # noqa: BLE001  however a journal fails, nothing was kept
            _log.error("Feedback was not kept: %s", place(error))
            return self._not_kept(feedback, FEEDBACK_RETRY_SECONDS)
        return Ack(reply_to=feedback.id)

    def _opinion(self, feedback: Feedback, state: State) -> Opinion:
        """Return the opinion with what it is about, as far as that is known."""
        reply = self._answered.about(feedback.reply_to)
        return Opinion(
            state.conversation,
            feedback.reply_to,
            feedback.helpful,
            feedback.comment,
            kind=reply.body.kind if reply else None,
            entries=reply.body.entries if reply else state.offered or state.shown[:1],
            version=reply.body.content_version if reply else self._turns.snapshot.version,
        )

    def _not_kept(self, feedback: Feedback, retry_after: float | None) -> Failure:
        return failure(
            self._turns.snapshot, "feedback_lost", reply_to=feedback.id, retry_after=retry_after
        )

    def _too_fast(self, message: ClientMessage, wait: float) -> Failure:
        return failure(
            self._turns.snapshot,
            "rate_limited",
            reply_to=None if isinstance(message, Hello | Ping) else message.id,
            retry_after=round(wait + 0.05, 1),
        )

"""The same turn over plain HTTP."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from bot.channels.answered import Answered
from bot.channels.conversation import Conversation
from bot.channels.keys import ADDRESSES, ANSWERED, CONNECTIONS, DOOR, JOURNAL, SETTINGS, TURNS
from bot.channels.notices import failure
from bot.channels.protocol import Failure, Feedback, encode, parse, parse_ask
from bot.channels.turns import new_conversation
from bot.channels.websocket import RETRY_SECONDS
from bot.errors import ProtocolError

if TYPE_CHECKING:
    from bot.channels.protocol import Message, Prepared, Pressed, ServerMessage

_JSON = "application/json"
_UNIQUE = 16
"""Characters from which an id is taken to be nobody else's."""
_STATUS = {
    "forbidden": 403,
    "too_slow": 408,
    "too_large": 413,
    "too_long": 413,
    "not_json": 415,
    "rate_limited": 429,
    "busy": 503,
    "feedback_off": 503,
    "feedback_lost": 503,
}
"""Code of the error → status; any other is a bad message, 400."""


async def messages(request: web.Request) -> web.Response:
    """`POST /api/v1/messages`: answer one message or choice, with the state that it brings."""
    app = request.app
    address = app[DOOR].address(request)
    if not app[DOOR].admits(request):
        return _refuse(request, "forbidden")
    if app[CONNECTIONS].stopping:
        return _refuse(request, "busy", retry_after=RETRY_SECONDS)
    if wait := app[ADDRESSES].take(address):
        return _refuse(request, "rate_limited", retry_after=wait)
    try:
        message = parse_ask(await _body(request))
        return _json(_answer(app, message, address))
    except ProtocolError as error:
        return _refuse(request, error.code, reply_to=error.reply_to, detail=error.message)


async def welcome(request: web.Request) -> web.Response:
    """`GET /api/v1/welcome`: what a websocket opens with, for clients that have none."""
    app = request.app
    if wait := app[ADDRESSES].take(app[DOOR].address(request)):
        return _refuse(request, "rate_limited", retry_after=wait)
    return _json(Conversation(app[TURNS], journal=app[JOURNAL]).welcome())


async def feedback(request: web.Request) -> web.Response:
    """`POST /api/v1/feedback`: the same message as over a websocket, with the reply's state."""
    app = request.app
    if not app[DOOR].admits(request):
        return _refuse(request, "forbidden")
    if wait := app[ADDRESSES].take(app[DOOR].address(request)):
        return _refuse(request, "rate_limited", retry_after=wait)
    try:
        body = await _body(request)
        if not isinstance(opinion := parse(body), Feedback):
            raise ProtocolError("bad_message", "Expected a message of the type `feedback`")
    except ProtocolError as error:
        return _refuse(request, error.code, reply_to=error.reply_to, detail=error.message)
    answer = await Conversation(app[TURNS], journal=app[JOURNAL]).keep(opinion)
    if not isinstance(answer, Failure):
        return _json(answer)
    response = _json(answer, status=_STATUS.get(answer.code, 400))
    if answer.retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(answer.retry_after))
    return response


def _answer(app: web.Application, message: Message | Pressed, address: str) -> Prepared:
    """Answer a message; the same message with the same id gets the same reply again.

    A short id without a state is not remembered: it may be a counter, and then two visitors
    behind one address would be given the same conversation.
    """
    answered, turns = app[ANSWERED], app[TURNS]
    own = bool(message.state) or len(message.id or "") >= _UNIQUE
    mark = Answered.mark(message, sender=address) if own else None
    if earlier := answered.find(mark):
        return earlier
    reply, _ = turns.answer(message, turns.resume(message.state) or new_conversation())
    answered.keep(mark, reply)
    return reply


async def _body(request: web.Request) -> bytes:
    if request.content_type != _JSON:
        raise ProtocolError("not_json", f"Send the body as {_JSON}")
    try:
        async with asyncio.timeout(request.app[SETTINGS].idle_seconds):
            return await request.read()
    except TimeoutError:
        raise ProtocolError("too_slow", "The body did not come in time") from None
    except web.HTTPRequestEntityTooLarge:
        raise ProtocolError("too_large", "The body is too large") from None


def _refuse(
    request: web.Request,
    code: str,
    *,
    reply_to: str | None = None,
    detail: str | None = None,
    retry_after: float | None = None,
) -> web.Response:
    turns = request.app[TURNS]
    turns.tally.refuse(code)
    answer = failure(
        turns.snapshot,
        code,
        reply_to=reply_to,
        detail=detail,
        retry_after=None if retry_after is None else round(retry_after + 0.05, 1),
        limit=turns.limits.text if code == "too_long" else None,
    )
    response = _json(answer, status=_STATUS.get(code, 400))
    if retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(retry_after))
    return response


def _json(message: ServerMessage, *, status: int = 200) -> web.Response:
    return web.Response(
        body=encode(message),
        status=status,
        content_type=_JSON,
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )

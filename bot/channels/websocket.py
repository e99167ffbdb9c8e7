"""The chat over a websocket: `GET /ws`, sub-protocol `clinic-chat.v1`."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, cast

from aiohttp import WSCloseCode, WSMsgType, hdrs, web

from bot.channels.connections import CLOSE_SECONDS, Connection, Goodbye
from bot.channels.conversation import Conversation
from bot.channels.faults import place
from bot.channels.inbox import IN_A_ROW, Socket
from bot.channels.keys import ADDRESSES, CONNECTIONS, DOOR, JOURNAL, SETTINGS, TURNS
from bot.channels.limits import Allowance, Bucket, Place
from bot.channels.protocol import SUBPROTOCOL, Feedback

if TYPE_CHECKING:
    from aiohttp import WSMessage

    from bot.channels.inbox import Frame
    from bot.channels.protocol import ServerMessage
    from bot.settings import Settings

_log = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""What a client that found no place is told to wait."""
NO_COMMON_SUBPROTOCOL = 4406
"""Close code for a client that only speaks other sub-protocols."""
MOST_REFUSED = 50
"""Refused frames in a row after which a client is shown the door."""

_SIGNS_BURST = 100
"""Pings and pongs that one client may send at once …"""
_SIGNS_RATE = 10.0
"""… and then per second: far more than any client needs, far less than a flood."""


async def chat(request: web.Request) -> web.StreamResponse:
    """Let one visitor in, and talk until either side leaves."""
    app = request.app
    tally = app[TURNS].tally
    if not app[DOOR].admits(request):
        tally.refuse("forbidden")
        raise web.HTTPForbidden(text="This origin may not use the chat; see ASKWELL_ORIGINS.\n")
    connections = app[CONNECTIONS]
    address = app[DOOR].address(request)
    with connections.places.enter(address) as place:
        if place is Place.OUTSIDE or connections.stopping:
            tally.refuse("busy")
            raise web.HTTPServiceUnavailable(headers={hdrs.RETRY_AFTER: str(RETRY_SECONDS)})
        socket = _socket(app[SETTINGS])
        await socket.prepare(request)
        seconds = app[SETTINGS].send_seconds
        connection = Connection(request, socket, connections.outbox, send_seconds=seconds)
        if place is Place.DOOR:
            tally.refuse("busy")
            await connection.close(WSCloseCode.TRY_AGAIN_LATER, "too many visitors")
        elif socket.ws_protocol is None and hdrs.SEC_WEBSOCKET_PROTOCOL in request.headers:
            await connection.close(NO_COMMON_SUBPROTOCOL, f"offer {SUBPROTOCOL}")
        else:
            tally.opened += 1
            connections.open(connection, heartbeat=app[SETTINGS].heartbeat_seconds)
            try:
                await _Visit(connection, _conversation(app, address)).talk()
            finally:
                connections.end(connection)
    return socket


class _Visit:
    """Answers frame by frame, in order: at once as they come in, or in the visit's own task."""

    __slots__ = ("_connection", "_conversation", "_inbox", "_signs", "_socket")

    def __init__(self, connection: Connection, conversation: Conversation) -> None:
        self._connection = connection
        self._conversation = conversation
        self._socket = connection.socket
        self._inbox = connection.socket.inbox
        self._signs: Bucket | None = None

    async def talk(self) -> None:
        """Answer until the visitor leaves or is cut off.

        Close in order even after a fault of ours: what follows an upgrade is not HTTP.
        """
        try:
            self._connection.write(self._conversation.welcome())
            answered = 0
            while await self._connection.flows():
                if self._conversation.refused >= MOST_REFUSED:
                    reason = "too many refused messages"
                    await self._connection.close(WSCloseCode.POLICY_VIOLATION, reason)
                    return
                self._inbox.take = self._take
                frame = await self._socket.receive()
                self._inbox.take = None
                if not await self._heed(frame):
                    return
                del frame  # not to be held until the visitor speaks again
                if (answered := answered + 1) % IN_A_ROW == 0:
                    await asyncio.sleep(0)  # whoever sent many at once is not alone
        except Exception as error:  # noqa: BLE001  no fault may write a page into the websocket
            _log.error("A conversation failed: %s", place(error))
            await self._connection.close(WSCloseCode.INTERNAL_ERROR, "a fault of ours")

    def _take(self, frame: Frame) -> bool:
        """Answer a frame while the task waits for one; tell the task what is left to do."""
        self._connection.heard = True
        if frame.type is not WSMsgType.TEXT:
            return False
        try:
            answer = self._conversation.answer(cast("str", frame.data))
            if isinstance(answer, Feedback):
                self._inbox.note(answer)
            elif answer is not None and (
                not self._connection.write(answer) or self._conversation.refused >= MOST_REFUSED
            ):
                self._inbox.note(None)
        except Exception as error:  # noqa: BLE001  the task closes in order
            self._inbox.note(error)
        return True

    async def _heed(self, frame: WSMessage) -> bool:
        """Answer a frame, or do what is noted in its place; False when the visit is over."""
        self._connection.heard = True
        match frame.type:
            case WSMsgType.TEXT | WSMsgType.BINARY:
                return await self._answer(self._conversation.answer(frame.data))
            case WSMsgType.CONTINUATION if isinstance(frame.data, Exception):
                raise frame.data
            case WSMsgType.CONTINUATION if isinstance(frame.data, Goodbye):
                await self._connection.close(*frame.data)
                return False
            case WSMsgType.CONTINUATION:
                return await self._answer(frame.data)
            case WSMsgType.PING | WSMsgType.PONG:
                self._signs = self._signs or Bucket(_SIGNS_BURST, _SIGNS_RATE, now=time.monotonic())
                return await _answer_sign(self._connection, frame, self._signs)
            case _:
                return False  # the connection broke, or the frame was too big and has closed it

    async def _answer(self, answer: ServerMessage | Feedback | None) -> bool:
        if isinstance(answer, Feedback):
            answer = await self._conversation.keep(answer)
        if answer is not None:
            self._connection.write(answer)
        return True


async def _answer_sign(connection: Connection, frame: WSMessage, signs: Bucket) -> bool:
    """Answer a ping, note a pong; False when there are too many, or the visitor is gone."""
    if signs.take(time.monotonic()):
        await connection.close(WSCloseCode.POLICY_VIOLATION, "too many pings")
        return False
    return frame.type is not WSMsgType.PING or await connection.pong(frame.data)


def _socket(settings: Settings) -> Socket:
    return Socket(
        protocols=(SUBPROTOCOL,),
        compress=False,  # costs 100 KiB for each connection, and our frames are short
        max_msg_size=settings.frame_bytes + 1,  # aiohttp takes what is shorter than this
        autoping=False,  # it would answer any number of pings before anybody else has a turn
        timeout=CLOSE_SECONDS,
    )


def _conversation(app: web.Application, address: str) -> Conversation:
    settings = app[SETTINGS]
    own = Bucket(settings.burst, settings.rate, now=time.monotonic())
    allowance = Allowance(own, app[ADDRESSES].of(address))
    return Conversation(app[TURNS], journal=app[JOURNAL], wait=allowance.take)

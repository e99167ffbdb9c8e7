"""A websocket whose frames are answered as they come in, where nothing has to be waited for.

aiohttp lets frames wait in a queue and wakes the task that reads them. That costs more than most
answers. So while that task waits for a frame, the frame is offered to a function first; only what
it does not take goes into the queue, and then all that follows, so that nothing overtakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from aiohttp import WSMessage, WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from aiohttp._websocket.models import WSMessageTextBytes
    from aiohttp._websocket.writer import WebSocketWriter
    from aiohttp.base_protocol import BaseProtocol
    from aiohttp.web_request import BaseRequest

    Frame = WSMessage | WSMessageTextBytes

IN_A_ROW: Final = 4
"""Frames of one client that may be answered before the others get their turn."""
NOTE: Final = WSMsgType.CONTINUATION
"""Type of what is no frame but a note to the task that reads them; no frame comes with it."""
_QUEUE_BYTES: Final = 2**16
"""What may wait in the queue; twice as much stops reading from the client."""


class Inbox(WebSocketDataQueue):
    """The queue of one client's frames."""

    def __init__(self, protocol: BaseProtocol, *, loop: AbstractEventLoop) -> None:
        super().__init__(protocol, _QUEUE_BYTES, loop=loop)
        self.take: Callable[[Frame], bool] | None = None
        """Answers a frame, or returns False; None while the task is at something else."""
        self._left = 0

    def begin(self) -> None:
        """Note that data came, which may hold many frames."""
        self._left = IN_A_ROW

    def feed_data(self, data: Frame, size: int) -> None:
        """Put a frame into the queue, unless it is answered at once."""
        if self._left and self.take is not None and not self._buffer:
            self._left -= 1
            if self.take(data):
                return
        super().feed_data(data, size)

    def note(self, what: object) -> None:
        """Wake the task that reads, with a note in the place of a frame."""
        super().feed_data(WSMessage(NOTE, what, None), 0)


class Socket(web.WebSocketResponse):
    """A websocket with an inbox."""

    _reader: Inbox

    @property
    def inbox(self) -> Inbox:
        """Where frames come in; there once the websocket is prepared."""
        return self._reader

    def _post_start(
        self, request: BaseRequest, protocol: str | None, writer: WebSocketWriter
    ) -> None:
        """Do what aiohttp does, with an inbox in the place of its queue."""
        self._headers.clear()  # they are sent, and half a kilobyte for each connection
        self._ws_protocol, self._writer = protocol, writer
        self._reader = Inbox(request._protocol, loop=cast("AbstractEventLoop", self._loop))
        self._parser = WebSocketReader(
            self._reader, self._max_msg_size, compress=False, decode_text=True
        )
        request.protocol.set_parser(self._parser, data_received_cb=self._reader.begin)
        request.protocol.keep_alive(False)

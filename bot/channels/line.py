"""A websocket to a deployed server, from the client's side: connect, send, wait for the reply."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec

from bot.channels.protocol import SUBPROTOCOL, Failure, Received, ReplyOut, Welcome
from bot.errors import ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS: Final = 10.0
"""How long a server may take to let us in and to greet."""
REPLY_SECONDS: Final = 30.0
"""How long it may take to answer."""
_HEARTBEAT_SECONDS: Final = 20.0
_SCHEMES: Final = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_PATH: Final = "/ws"
_TRY_AGAIN_LATER: Final = 1013
_NO_COMMON_SUBPROTOCOL: Final = 4406
_REFUSALS: Final = {
    401: "it asks for a password, which this command can't give",
    403: "it does not let us in; its settings name the origins that may use the chat",
    404: f"there is no chat at this path; usually it is {_PATH}",
    429: "it has had too many requests from here; try again in a minute",
    503: "it is full or about to stop; try again in a minute",
}
_decoder: Final = msgspec.json.Decoder[Received](Received)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server's chat is."""

    given: str
    """As it was typed; messages name it so."""
    websocket: str
    origin: str
    """The page that a browser would have come from; servers let their own pages in."""

    @classmethod
    def of(cls, url: str) -> Address:
        """Read an address; without a path, `/ws` is meant. Raises ServerUnreachable."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise _no_address(url) from None
        scheme = _SCHEMES.get(parts.scheme)
        if scheme is None or not parts.hostname or port == 0:
            raise _no_address(url)
        path = parts.path if parts.path.strip("/") else _PATH
        host = parts.netloc.rpartition("@")[2]
        page = "https" if scheme == "wss" else "http"
        return cls(
            url, urlunsplit((scheme, parts.netloc, path, parts.query, "")), f"{page}://{host}"
        )


class LineLost(Exception):  # noqa: N818  it is a fact of life, and handled by connecting again
    """The connection broke before the reply came."""


class Line:
    """One open connection. Made by `Line.open`."""

    def __init__(
        self, address: Address, socket: aiohttp.ClientWebSocketResponse, welcome: Welcome
    ) -> None:
        self._address = address
        self._socket = socket
        self.welcome = welcome

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, address: Address) -> Line:
        """Connect and wait for the welcome. Raises ServerUnreachable."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                socket = await session.ws_connect(
                    address.websocket,
                    protocols=(SUBPROTOCOL,),
                    origin=address.origin,
                    heartbeat=_HEARTBEAT_SECONDS,
                )
                welcome = await _receive(socket, address)
        except TimeoutError:
            raise _unreachable(address, f"no answer within {CONNECT_SECONDS:.0f} s") from None
        except LineLost:
            raise _unreachable(address, _closed(socket.close_code)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _unreachable(address, _reason(error)) from None
        if not isinstance(welcome, Welcome):
            await socket.close()
            raise _unreachable(address, f"it does not speak {SUBPROTOCOL}")
        return cls(address, socket, welcome)

    async def ask(self, message: Mapping[str, Any]) -> ReplyOut | Failure:
        """Send a message and wait for what answers it.

        Raises LineLost, or ServerUnreachable when what comes is not of our protocol.
        """
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                await self._socket.send_bytes(msgspec.json.encode(message), compress=None)
                while True:
                    answer = await _receive(self._socket, self._address)
                    if isinstance(answer, ReplyOut | Failure) and answer.reply_to == message["id"]:
                        return answer
        except TimeoutError:
            reason = f"no reply within {REPLY_SECONDS:.0f} s"
            raise _unreachable(self._address, reason) from None
        except (aiohttp.ClientError, OSError):
            raise LineLost from None

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send a message that gets no answer."""
        await self._socket.send_bytes(msgspec.json.encode(message))

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


async def _receive(socket: aiohttp.ClientWebSocketResponse, address: Address) -> Received:
    frame = await socket.receive()
    if frame.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
        raise LineLost
    try:
        message: Received = _decoder.decode(frame.data)
    except msgspec.MsgspecError:
        await socket.close()
        raise _unreachable(address, f"it does not speak {SUBPROTOCOL}") from None
    return message


def _no_address(url: str) -> ServerUnreachable:
    return ServerUnreachable(url, "this is not an address such as wss://clinic.example/ws")


def _unreachable(address: Address, reason: str) -> ServerUnreachable:
    return ServerUnreachable(address.given, reason)


def _closed(code: int | None) -> str:
    if code == _NO_COMMON_SUBPROTOCOL:
        return f"it does not speak {SUBPROTOCOL}"
    if code == _TRY_AGAIN_LATER:
        return "it is full; try again in a minute"
    return f"it hung up without a greeting (code {code})"


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.WSServerHandshakeError(status=status):
            why = _REFUSALS.get(status, "it does not speak websocket there")
            return f"{why} (HTTP {status})"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate can't be trusted"
        case aiohttp.ClientSSLError():
            return "there is no safe connection to be had; perhaps ws:// is meant"
        case aiohttp.ClientConnectorDNSError():
            return "there is no server of that name"
        case aiohttp.ClientConnectorError(os_error=OSError(errno=int(number))):
            # asyncio's own text for a failed connection says less than its error number
            return f"nobody answers there ({os.strerror(number).lower()})"
    return f"it can't be talked to ({type(error).__name__})"

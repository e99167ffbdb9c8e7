"""The door of the server: refuses foreign origins, and names the address that limits count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import hdrs

from bot.channels.origins import (
    Origins,
    client_address,
    from_proxy,
    is_loopback,
    names_this_machine,
    networks,
)

if TYPE_CHECKING:
    from aiohttp import web

    from bot.settings import Settings


class Door:
    """Decides by the settings who may use the chat."""

    def __init__(self, settings: Settings) -> None:
        self._origins = Origins.of(settings)
        self._proxies = networks(settings.proxies)

    def admits(self, request: web.Request) -> bool:
        """Whether the request's Origin is allowed; to be asked before an upgrade."""
        sent = request.headers.getall(hdrs.ORIGIN, [])
        return self._origins.admit(sent, own=self._own(request))

    def address(self, request: web.Request) -> str:
        """Return the client's address, for limits only."""
        forwarded = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, []))
        return client_address(request.remote, forwarded, proxies=self._proxies)

    def _own(self, request: web.Request) -> str | None:
        """Return the origin of this server as the client sees it; None for a name that lies.

        Any name can be made to lead to this machine, and then a browser takes what its owner
        serves for the same origin. So where the connection comes to this machine's own address,
        only this machine's own names will do; our proxies say the names that they are asked for.
        """
        if from_proxy(request.remote, proxies=self._proxies):
            scheme = request.headers.get(hdrs.X_FORWARDED_PROTO, request.scheme)
            return f"{scheme}://{request.host}"
        listening = request.get_extra_info("sockname")
        here = bool(listening) and is_loopback(listening[0])
        if here and not names_this_machine(request.host):
            return None
        return f"{request.scheme}://{request.host}"

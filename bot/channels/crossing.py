"""Calls from the clinic's page to this server, which is another origin: what browsers ask for.

Only origins that may use the chat get an answer that their browser lets them read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from bot.channels.keys import DOOR

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATHS = "/api/v1/"
_HEADERS = "Content-Type"
_TWO_HOURS = "7200"
"""How long browsers may remember the answer, in seconds; Chromium remembers none longer."""


def add_crossing(app: web.Application) -> None:
    """Let the pages of allowed origins call the REST addresses."""
    app.router.add_route(hdrs.METH_OPTIONS, _PATHS + "{name}", _preflight)
    app.on_response_prepare.append(_allow)


async def _preflight(request: web.Request) -> web.Response:
    """Answer a browser that asks whether a page may call; `_allow` says for whom."""
    allowed: Mapping[str, str] = {}
    if request.app[DOOR].admits(request):
        allowed = {
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _HEADERS,
            hdrs.ACCESS_CONTROL_MAX_AGE: _TWO_HOURS,
        }
    return web.Response(status=204, headers=allowed)


async def _allow(request: web.Request, response: web.StreamResponse) -> None:
    """Name the page's origin in the answer, if it may use the chat."""
    if not request.path.startswith(_PATHS):
        return
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin and request.app[DOOR].admits(request):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = hdrs.RETRY_AFTER

"""The widget's files over HTTP: `/widget.js`, `/widget@1/widget.js` and exact versions."""

from __future__ import annotations

import functools
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from bot.channels.bundle import LAUNCHER, VERSION, versions

if TYPE_CHECKING:
    from bot.channels.bundle import File

_TYPE: Final = "text/javascript"
_FOREVER: Final = "public, max-age=31536000, immutable"
_A_WHILE: Final = "public, max-age=300"
"""How long a page may run an older widget than the newest, in seconds."""


@dataclass(frozen=True, slots=True)
class _Served:
    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, file: File) -> _Served:
        packed = gzip.compress(file.body, compresslevel=9, mtime=0)
        return cls(file.body, packed, file.integrity.removeprefix("sha256-")[:32])


@functools.cache
def _served() -> dict[str, dict[str, _Served]]:
    """Build and pack once for all servers of a process: version → name → file."""
    return {
        version: {name: _Served.of(file) for name, file in files.items()}
        for version, files in versions().items()
    }


def add_widget(app: web.Application) -> None:
    """Build the widget and add its addresses."""
    served = _served()
    major = VERSION.partition(".")[0]

    async def latest(request: web.Request) -> web.Response:
        return _respond(request, served[VERSION][LAUNCHER], cache=_A_WHILE)

    async def exact(request: web.Request) -> web.Response:
        match = request.match_info
        file = served.get(match["version"], {}).get(match["name"])
        if file is None:
            raise web.HTTPNotFound(text="There is no such file of such a version.\n")
        return _respond(request, file, cache=_FOREVER)

    app.router.add_get(f"/{LAUNCHER}", latest)
    app.router.add_get(f"/widget@{major}/{LAUNCHER}", latest)
    app.router.add_get("/widget@{version}/{name}", exact)


def _respond(request: web.Request, file: _Served, *, cache: str) -> web.Response:
    """Return the file; any page may load it, because it holds nothing of anybody."""
    headers = {
        hdrs.CACHE_CONTROL: cache,
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        hdrs.ETAG: f'"{file.etag}"',
    }
    if any(each.value == file.etag for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    body = file.plain
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body = file.packed
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=body, content_type=_TYPE, charset="utf-8", headers=headers)

"""A page as it travels: written once, compressed once, and not sent to whoever has it already."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from aiohttp import ETag, hdrs, web

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.snapshot import Snapshot

_TAG_DIGITS = 16
_TAKES_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")


@dataclass(frozen=True, slots=True)
class Document:
    """One page in both forms in which it is sent."""

    html: bytes
    zipped: bytes
    tag: str
    """The first hex digits of the SHA-256 of the page: its ETag."""

    @classmethod
    def of(cls, html: str) -> Document:
        """Return the page; the same text always makes the same bytes."""
        body = html.encode()
        tag = hashlib.sha256(body).hexdigest()[:_TAG_DIGITS]
        return cls(body, gzip.compress(body, mtime=0), tag)

    def answer(self, request: web.Request) -> web.Response:
        """Return the page compressed where the client takes that; 304 where it has the page."""
        zipped = takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        tag = f"{self.tag}-gzip" if zipped else self.tag
        headers = {hdrs.CACHE_CONTROL: "no-cache", hdrs.VARY: hdrs.ACCEPT_ENCODING}
        if any(known.value in {tag, "*"} for known in request.if_none_match or ()):
            response = web.Response(status=304, headers=headers)
        else:
            if zipped:
                headers[hdrs.CONTENT_ENCODING] = "gzip"
            body = self.zipped if zipped else self.html
            response = web.Response(
                body=body, headers=headers, content_type="text/html", charset="utf-8"
            )
        response.etag = ETag(tag)
        return response


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip; `q=0` forbids it."""
    return bool(_TAKES_GZIP.search(accepted.lower()))


class Shelf:
    """Keeps the pages of the current content; new content empties it."""

    def __init__(self) -> None:
        self._version = ""
        self._documents: dict[str, Document] = {}

    def get(self, snapshot: Snapshot, name: str, write: Callable[[], str]) -> Document:
        """Return the page of that name, written by `write` when it is not there yet."""
        if snapshot.version != self._version:
            self._version, self._documents = snapshot.version, {}
        if name not in self._documents:
            self._documents[name] = Document.of(write())
        return self._documents[name]


def fill_template(path: Path, **parts: str) -> str:
    """Return a template with its `$names` filled in; every part must already be HTML."""
    return Template(path.read_text(encoding="utf-8")).substitute(parts)

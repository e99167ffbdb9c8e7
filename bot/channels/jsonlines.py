"""Replies as JSON for programs: the same object as the wire's reply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from bot.channels.wire import body_to_wire

if TYPE_CHECKING:
    from bot.models import Reply


def reply_record(reply: Reply, version: str | None) -> dict[str, Any]:
    """Return a reply's fields by name, with the version of the content it came from."""
    return {**msgspec.to_builtins(body_to_wire(reply)), "content_version": version}


def json_line(record: object, *, unicode: bool) -> str:
    """Print a record on one line; without `unicode`, other letters than ASCII are escaped."""
    return json.dumps(record, ensure_ascii=not unicode)

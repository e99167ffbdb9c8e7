"""What makes a message's second copy recognisable, and its writer not."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Final

_DOMAIN: Final = b"askwell journal 1"
"""Makes our secret differ from what the same key is used for elsewhere."""
_BYTES: Final = 16
_UUID_LENGTHS: Final = (32, 36)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-?)(?:[0-9A-Fa-f]{4}\1){3}[0-9A-Fa-f]{12}").fullmatch


def scope(conversation: str, id: str) -> str:  # noqa: A002  the protocol's own word
    """Return within what an id is its message's alone: the conversation, or for a UUID nothing.

    So the second copy of a message is known on a new connection too, where a client that lost the
    first reply has no state yet that names its conversation.
    """
    return "" if len(id) in _UUID_LENGTHS and _UUID(id) else conversation


class Keys:
    """Makes the keys of rows: short hashes that nobody can undo without the server's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hmac.digest(secret, _DOMAIN, "sha256")

    def question(self, conversation: str, id: str | None, text: str) -> bytes:  # noqa: A002
        """Return the key of a question; one without an id is always new."""
        if id is None:
            return secrets.token_bytes(_BYTES)
        return self._key("question", scope(conversation, id), id, text)

    def feedback(self, conversation: str, reply_to: str) -> bytes:
        """Return the key of all feedback on one reply."""
        return self._key("feedback", scope(conversation, reply_to), reply_to)

    def _key(self, *parts: str) -> bytes:
        encoded = (part.encode("utf-8", "replace") for part in parts)
        message = b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
        return hmac.digest(self._secret, message, "sha256")[:_BYTES]

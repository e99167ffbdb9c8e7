"""The signed token in which a conversation's state travels to the client and back.

The server keeps no conversation: any process with the same key can read the token and answer
the next turn. A token is signed, not secret: it holds only what its own patient saw and wrote.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.errors import SettingsError, StateError
from bot.models import State

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TOKEN = 6_000
"""Characters of a token; leaves room for a whole message beside it in one frame."""

_VERSION = b"1"
_DOMAIN = b"askwell conversation state "
_SIGNATURE_BYTES = 16
_KEY_BYTES = 32
_KEY_FILE = "state.key"
_VAR = "var (ASKWELL_VAR)"


class StateSigner:
    """Writes and reads state tokens with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(key).digest()
        self._decoder = msgspec.msgpack.Decoder(State)

    def dump(self, state: State) -> str:
        """Return the token of `state`; what would be too long is made lighter, oldest first."""
        return next(
            token
            for lighter in _lighter(state)
            if len(token := self._seal(msgspec.msgpack.encode(lighter))) <= LONGEST_TOKEN
        )

    def load(self, token: str) -> State:
        """Return the state in `token`; raises StateError on anything that we did not sign."""
        if len(token) > LONGEST_TOKEN:
            raise StateError("it is too long")
        version, sealed = token[:1], _unpack(token[1:])
        signature, payload = sealed[:_SIGNATURE_BYTES], sealed[_SIGNATURE_BYTES:]
        if version != _VERSION.decode() or not hmac.compare_digest(signature, self._sign(payload)):
            raise StateError("it was not signed with this server's key")
        try:
            return self._decoder.decode(payload)
        except (msgspec.MsgspecError, ValueError):
            raise StateError("it is from another version") from None

    def _seal(self, payload: bytes) -> str:
        sealed = base64.urlsafe_b64encode(self._sign(payload) + payload)
        return (_VERSION + sealed.rstrip(b"=")).decode()

    def _sign(self, payload: bytes) -> bytes:
        signed = hmac.digest(self._key, _DOMAIN + _VERSION + payload, "sha256")
        return signed[:_SIGNATURE_BYTES]


def _unpack(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise StateError("it is damaged") from None


def _lighter(state: State) -> Iterator[State]:
    """Yield `state`, then versions of it that need less room; the last one always fits."""
    yield state
    yield replace(state, tail="")
    yield replace(state, tail="", shown=state.shown[:1])
    yield replace(state, tail="", shown=state.shown[:1], offered=())
    yield State(conversation=state.conversation[:64], misses=state.misses, alert=state.alert)


def load_key(folder: Path) -> bytes:
    """Return the key kept in `folder`; make it on the first call, readable by its owner alone."""
    path = folder / _KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(_VAR, f"can't keep a key in {path}: {error.strerror}") from None
    if len(key) < _KEY_BYTES:
        raise SettingsError(_VAR, f"{path} is damaged; delete it, and a new key is made")
    return key


def _make_key(path: Path) -> None:
    """Write a new key under another name first, so that no other process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{_KEY_FILE}.")  # mode 600
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    with contextlib.suppress(FileExistsError):  # another process was first; its key is the one
        os.link(draft, path)
    Path(draft).unlink()

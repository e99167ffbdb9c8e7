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
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.errors import SettingsError, StateError
from bot.models import State

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TOKEN = 6_000
"""Characters of a token; leaves room for a whole message beside it in one frame."""

_VERSION = "2"
_DOMAIN = b"askwell state 2"
_SIGNATURE_BYTES = 16
_KEY_BYTES = 32
_KEY_FILE = "state.key"
_VAR = "var (ASKWELL_VAR)"
_encode = msgspec.msgpack.Encoder().encode
_to_base64 = msgspec.json.Encoder().encode
"""Bytes → base64 in quotes, in half of the time that `binascii` takes."""


class StateSigner:
    """Writes and reads state tokens with one key.

    A token is the version, then in base64 a keyed BLAKE2b (RFC 7693) of the payload, and the
    payload: the state's fields as a MessagePack array.
    """

    def __init__(self, key: bytes) -> None:
        key = hashlib.sha256(key).digest()
        self._keyed = hashlib.blake2b(key=key, person=_DOMAIN, digest_size=_SIGNATURE_BYTES)
        self._decoder = msgspec.msgpack.Decoder(State)

    def dump(self, state: State) -> str:
        """Return the token of `state`; what would be too long is made lighter, oldest first."""
        token = self._seal(_encode(state))
        if len(token) <= LONGEST_TOKEN:
            return token
        lighter = (self._seal(_encode(each)) for each in _lighter(state))
        return next(token for token in lighter if len(token) <= LONGEST_TOKEN)

    def load(self, token: str) -> State:
        """Return the state in `token`; raises StateError on anything that we did not sign."""
        if len(token) > LONGEST_TOKEN:
            raise StateError("it is too long")
        version, sealed = token[:1], _unpack(token[1:])
        signature, payload = sealed[:_SIGNATURE_BYTES], sealed[_SIGNATURE_BYTES:]
        if version != _VERSION or not hmac.compare_digest(signature, self._sign(payload)):
            raise StateError("it was not signed with this server's key")
        try:
            return self._decoder.decode(payload)
        except (msgspec.MsgspecError, ValueError):
            raise StateError("it is from another version") from None

    def _seal(self, payload: bytes) -> str:
        sealed = _to_base64(self._sign(payload) + payload)
        return _VERSION + sealed.replace(b"+", b"-").replace(b"/", b"_").strip(b'="').decode()

    def _sign(self, payload: bytes) -> bytes:
        hashed = self._keyed.copy()
        hashed.update(payload)
        return hashed.digest()


def _unpack(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise StateError("it is damaged") from None


def _lighter(state: State) -> Iterator[State]:
    """Yield versions of `state` that need less and less room; the last one always fits."""
    yield state._replace(tail="")
    yield state._replace(tail="", shown=state.shown[:1])
    yield state._replace(tail="", shown=state.shown[:1], offered=())
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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{_KEY_FILE}.")  # mode 600
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    with contextlib.suppress(FileExistsError):  # another process was first; its key is the one
        os.link(draft, path)
    Path(draft).unlink()

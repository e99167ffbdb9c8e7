"""The screen of some red flags: made from what was kept of the last time, or compiled now."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.compiled import write_whole
from bot.safety import Screen, compile_red_flags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Phrasing, RedFlags

_DIGEST: Final = 32
"""Bytes at the beginning of a file that stand for all others: a screen is either right or made
anew."""


def kept_screen(red_flags: RedFlags, into: Path | None) -> Screen:
    """Return the screen of red flags; raises ContentError for patterns that can't be read.

    It is taken from `into` where it was compiled before, and kept there where that is possible.
    """
    if into is None:
        return Screen(red_flags)
    path = into / f"screen-{_key(red_flags)}-{_code()}.bin"
    known = _read(path)
    if known is not None:
        with suppress(Exception):  # of another version, whatever its name says
            return Screen(red_flags, known)
    plain = compile_red_flags(red_flags)
    screen = Screen(red_flags, plain)
    with suppress(OSError):
        data = msgspec.msgpack.encode(plain)
        write_whole(sha256(data).digest() + data, path)
    return screen


def _read(path: Path) -> Any:
    """Return what a file holds, or None if there is none or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, data = data[:_DIGEST], data[_DIGEST:]
    return msgspec.msgpack.decode(data) if sha256(data).digest() == digest else None


def _key(red_flags: RedFlags) -> str:
    """Return twelve hex digits over all that is compiled: patterns and lists, as written."""
    flags = [(each.id, each.tier, _texts(each.patterns)) for each in red_flags.flags]
    lists = [(name, _texts(rows)) for name, rows in red_flags.lists.items()]
    return sha256(msgspec.json.encode((flags, lists))).hexdigest()[:12]


def _texts(phrasings: Iterable[Phrasing]) -> list[str]:
    return [each.text for each in phrasings]


@lru_cache(maxsize=1)
def _code() -> str:
    """Return eight hex digits that change with the code and the words that compile patterns."""
    bot = Path(__file__).parents[1]
    words = bot / "wordlists" / "english.txt"
    sources = [*(bot / "safety").glob("*.py"), bot / "text.py", words]
    return sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:8]

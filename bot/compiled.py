"""Parsed content on disk: what reading and checking a FAQ folder gave, as MessagePack.

Reading it takes a tenth of the time of parsing, and needs none of the parser. It is keyed by a
stamp of the folder, the day (by which reviews are due) and the code; a file that is damaged or of
another version is ignored. Only content without errors is kept.
"""

from __future__ import annotations

import os
import stat as modes
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

import msgspec

from bot.models import Faq, Listing, Paragraph, Problem

Content: TypeAlias = tuple[Faq, tuple[Problem, ...]]
"""A FAQ that can be served, and what staff should look at."""
KEPT: Final = 3
"""How many versions of each kind of file stay beside the content, the newest."""
_LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a file that are looked at; content files are refused long before."""
_BLOCKS: Final = (Paragraph, Listing)
_NAMES: Final = {"Mapping": Mapping, "date": date}
"""What `bot.models` imports for type checkers only."""


def compiled_path(into: Path, folder: Path, *, today: date) -> Path:
    """Return where the parsed content of a folder, as it stands now, lies or would lie."""
    return into / f"content-{_stamp(folder)}-{_code()}-{today}.bin"


def known_path(into: Path, folder: Path) -> Path | None:
    """Return where the parsed content of a folder, as it stands now, lies; None if nowhere.

    It may have been checked on any day.
    """
    return max(into.glob(f"content-{_stamp(folder)}-{_code()}-*.bin"), default=None)


def write_content(content: Content, path: Path) -> None:
    """Write parsed content, whole or not at all, and remove old ones."""
    write_whole(msgspec.msgpack.encode(_plain(content)), path)


def write_whole(data: bytes, path: Path) -> None:
    """Write a file, whole or not at all, and remove old ones of its kind and folder."""
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)  # whoever runs the server may not be who built it
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # still there only where the disk was full
    same = f"{path.name.partition('-')[0]}-*{path.suffix}"
    kept = sorted(path.parent.glob(same), key=lambda old: -old.stat().st_mtime)
    for old in kept[KEPT:]:
        old.unlink(missing_ok=True)


def read_content(path: Path) -> Content | None:
    """Return the parsed content in a file, or None if there is none or it can't be used."""
    try:
        faq, problems = msgspec.msgpack.decode(path.read_bytes())
        return _decoder(Faq)(faq), tuple(map(_decoder(Problem), problems))
    except Exception:  # noqa: BLE001  there are many ways of being damaged; it is parsed anew
        return None


# --- the key -------------------------------------------------------------------------------


def _stamp(folder: Path) -> str:
    """Return twelve hex digits over the names and bytes of all that checking may look at."""
    digest = sha256(folder.absolute().name.encode())
    for path in sorted(folder.glob("*")) + sorted(folder.glob("*/*")):
        if not path.name.startswith(".") and not path.parent.name.startswith("."):
            digest.update(f"{str(path.relative_to(folder))!a} {_target(path)!a} ".encode())
            digest.update(_bytes(path))
    return digest.hexdigest()[:12]


def _target(path: Path) -> str:
    """Return where a link leads to, which decides on whether it is read."""
    with suppress(OSError, RuntimeError):
        return str(path.resolve()) if path.is_symlink() else ""
    return "?"


def _bytes(path: Path) -> bytes:
    try:
        if not modes.S_ISREG(path.stat().st_mode):
            return b"no file "
        with path.open("rb") as file:
            return sha256(file.read(_LARGEST)).digest()
    except OSError as error:
        return f"{error.errno} ".encode()


@lru_cache(maxsize=1)
def _code() -> str:
    """Return eight hex digits that change with the code that parses and checks."""
    here = Path(__file__).parent
    own = [here / f"{name}.py" for name in ("compiled", "models", "text")]
    sources = sorted([*(here / "content").glob("*.py"), *own])
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


# --- records as lists ----------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Return a value as lists, mappings and texts; of a block the first item says which it is."""
    if is_dataclass(value):
        plain = [_plain(getattr(value, each.name)) for each in fields(value)]
        return [_BLOCKS.index(type(value)), *plain] if isinstance(value, _BLOCKS) else plain
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


@lru_cache(maxsize=64)
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return a function that makes what `hint` says from what `_plain` made of it."""
    inner = get_args(hint)
    if get_origin(hint) in {tuple, Mapping}:
        return _tuple(inner) if get_origin(hint) is tuple else _mapping(inner[1])
    if set(inner) == set(_BLOCKS):
        return _block
    if NoneType in inner:
        return _optional(next(each for each in inner if each is not NoneType))
    if is_dataclass(hint):
        return _record(hint)
    is_enum = isinstance(hint, type) and issubclass(hint, StrEnum)
    return hint if is_enum else date.fromisoformat if hint is date else _same


def _optional(inner: Any) -> Callable[[Any], Any]:
    decode = _decoder(inner)
    return _same if decode is _same else lambda item: None if item is None else decode(item)


def _mapping(inner: Any) -> Callable[[Any], Any]:
    decode = _decoder(inner)
    return lambda items: {key: decode(each) for key, each in items.items()}


def _tuple(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if inner[-1] is not Ellipsis:
        return tuple  # of numbers and texts
    decode = _decoder(inner[0])
    return tuple if decode is _same else lambda items: tuple(map(decode, items))


def _record(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind, localns=_NAMES)
    decoders = [_decoder(hints[each.name]) for each in fields(kind)]
    changed = [(at, decode) for at, decode in enumerate(decoders) if decode is not _same]

    def make(items: list[Any]) -> Any:
        for at, decode in changed:
            items[at] = decode(items[at])
        return kind(*items)

    return make


def _block(items: list[Any]) -> Any:
    return _decoder(_BLOCKS[items[0]])(items[1:])


def _same(value: Any) -> Any:
    return value

"""Lines that come through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """Yield the lines as they come; what is not UTF-8 is read as Windows-1252."""
    for at, line in enumerate(stream):
        content = line.rstrip(b"\r\n")
        try:
            yield content.decode("utf-8-sig" if at == 0 else "utf-8")
        except UnicodeDecodeError:
            yield content.decode("cp1252", errors="replace")

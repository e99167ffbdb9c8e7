"""A table, and how it is written to the file that `bot.retrieval.vectors` reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from bot.retrieval.vectors import Floats

MOST_BYTES = 8_000_000
"""No larger table ships."""


@dataclass(frozen=True, slots=True)
class Table:
    """Pieces and their vectors."""

    pieces: list[str]
    vectors: Floats
    """(pieces, dimensions)"""


def pack(table: Table, path: Path) -> None:
    """Store each row as 256 small whole numbers and one scale; uncompressed, so loading is fast."""
    largest = np.abs(table.vectors).max(axis=1)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    np.savez(
        path,
        table=np.rint(table.vectors / scale[:, None]).astype(np.int8),
        scale=scale,
        pieces=np.frombuffer("\n".join(table.pieces).encode(), np.uint8),
    )
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes; at most {MOST_BYTES} may ship")

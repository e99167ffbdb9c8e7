"""The static vectors: a word's meaning as 256 numbers, looked up in a table. Only numpy is needed.

The table has one row for each word piece. A word is split into the longest pieces that the table
knows, from left to right; a text's vector is the sum of its words' rows, scaled to length one.
`docs/vectors.md` says what the table was made from and what it can't do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.mapped import map_in_place
from bot.text import fold, words
from bot.wordlists import WordTable
from bot.wordlists.table import packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Floats: TypeAlias = NDArray[np.float32]

TABLE = Path(__file__).with_name("vectors.npz")
PIECES = Path(__file__).with_name("pieces.bin")
"""The table's pieces, packed by `python -m bot.retrieval.vectors` after the table was made anew."""
INSIDE = "##"
"""Marks a piece that continues a word."""
LONGEST_WORD = 100
"""Words with more letters than this are unknown: they are not words."""
WORDS_KEPT = 1024
"""How many words' vectors are remembered, 1 KiB each."""


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """The loaded table; safe to share between threads."""

    table: NDArray[np.int8]
    """(pieces, dimensions), each row scaled by its own `scale`."""
    scale: Floats
    """(pieces,) what one step of a row's numbers is worth."""
    pieces: Mapping[str, int]
    """Piece → row. Pieces inside a word begin with INSIDE."""
    known: dict[str, Floats] = field(default_factory=dict, repr=False)
    """Words met so far and what they add; at most WORDS_KEPT."""

    @classmethod
    def load(cls, path: Path = TABLE) -> Vectors:
        """Return the table in the file at `path`; the shipped one is read once and then shared."""
        return _load(path)

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return int(self.table.shape[1])

    def encode(self, text: str) -> Floats:
        """(dimensions,) the vector of a text, of length one; zeros if no word is known."""
        return self.encode_words(words(fold(text)))

    def encode_words(self, folded: Iterable[str]) -> Floats:
        """(dimensions,) the same for words that `bot.text` has already folded and split."""
        parts = [self.word(word) for word in folded]
        if not parts:
            return np.zeros(self.dimensions, np.float32)
        total = np.asarray(np.add.reduce(parts), np.float32)
        length = float(total @ total) ** 0.5
        return total / np.float32(length) if length else total

    def word(self, word: str) -> Floats:
        """(dimensions,) what one folded word adds to a text's sum, before scaling; read-only."""
        vector = self.known.get(word)
        if vector is None:
            rows = split(word, self.pieces)
            vector = self.scale[rows] @ self.table[rows].astype(np.float32)
            vector.setflags(write=False)
            if len(self.known) >= WORDS_KEPT:
                self.known.clear()
            self.known[word] = vector
        return vector


def split(word: str, pieces: Mapping[str, int]) -> list[int]:
    """Return the rows of a word's pieces, longest first match; none if a part is unknown."""
    if len(word) > LONGEST_WORD:
        return []
    rows: list[int] = []
    start, mark = 0, ""
    while start < len(word):
        for stop in range(len(word), start, -1):
            row = pieces.get(mark + word[start:stop])
            if row is not None:
                rows.append(row)
                start, mark = stop, INSIDE
                break
        else:
            return []
    return rows


@lru_cache(maxsize=2)
def _load(path: Path) -> Vectors:
    """Open a table once; a version of it stays open for the life of the process.

    Only what is looked at takes memory, which processes share.
    """
    stored = map_in_place(path)
    scale = np.array(stored["scale"], np.float32)
    if path.resolve() == TABLE:
        return Vectors(stored["table"], scale, WordTable.open(PIECES))
    names = stored["pieces"].tobytes().decode("utf-8").split("\n")
    return Vectors(stored["table"], scale, {name: row for row, name in enumerate(names)})


def pack_pieces() -> bytes:
    """Return what the file with the table's pieces holds."""
    names = map_in_place(TABLE)["pieces"].tobytes().decode("utf-8").split("\n")
    return packed(names)


if __name__ == "__main__":
    PIECES.write_bytes(pack_pieces())

"""The compiled way to rank: `native/`, where the set-up could compile it.

One call ranks a query. Where there is no compiler `Index.rank_all` does the same with NumPy, in
thirty times the time; it is also what the compiled way is held to.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from struct import Struct
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import finalize

import numpy as np

from bot.retrieval.analysis import stem
from bot.retrieval.compile_kernel import library_path
from bot.retrieval.mapped import let_go
from bot.wordlists import WordTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bot.retrieval.index import Index
    from bot.retrieval.vectors import Vectors

MOST: Final = 16
"""How many entries can be asked for."""
ROOM: Final = 16 * 1024 * 1024
"""Bytes at most for what is kept of the words that were asked for last."""
_FOUND, _UNKNOWN, _STEMS = 0, 1, 3
_HEAD: Final = Struct("=iif")
_ENTRY: Final = Struct("=ifff4x")


class Found(NamedTuple):
    """What a ranking is made from."""

    entries: list[tuple[int, float, float, float]]
    """Label, score, confidence and nearest cosine of the best entries, the most likely first."""
    refusal: int = -1
    """The label with the best score among those that can't be shown; -1 where no term is known."""
    refusal_score: float = 0.0


class _Parts(ctypes.Structure):
    """The record of the same name in native/kernel.h."""

    _fields_ = (
        *((name, ctypes.c_char_p) for name in ("phrasings", "terms")),
        *((name, ctypes.c_int64) for name in ("phrasings_length", "terms_length")),
        *((name, ctypes.c_void_p) for name in ("label", "start", "row", "weights_start")),
        *((name, ctypes.c_void_p) for name in ("weight", "idf", "value", "weights", "vectors")),
        *((name, ctypes.c_void_p) for name in ("intercept", "calibration", "weights_label")),
        *((name, ctypes.c_int64) for name in ("postings", "weights_many", "room")),
        *((name, ctypes.c_int32) for name in ("rows", "word_terms", "labels", "answerable")),
        ("label_bytes", ctypes.c_int32),
        ("bias", ctypes.c_float),
    )


class Kernel:
    """An index, opened in C; safe to share between threads."""

    def __init__(self, library: ctypes.PyDLL, index: Index, *, room: int = ROOM) -> None:
        """Raise ValueError where the parts of the index do not fit each other."""
        self._arrays, self._pieces = _arrays(index), Pieces.of(index.vectors)
        parts = _parts(index, self._arrays, room)
        handle = library.kernel_open(parts, self._pieces.handle)
        if not handle:
            raise ValueError("The parts of the index do not fit each other.")
        finalize(self, library.kernel_close, handle)
        let_go([index.vectors.table, *self._arrays.values()])  # opening looked at all of them
        self._handle, self._lock = ctypes.c_void_p(handle), Lock()
        self._rank, self._learn = library.kernel_rank, library.kernel_learn
        self._out = ctypes.create_string_buffer(_HEAD.size + MOST * _ENTRY.size)

    def rank(self, words: Sequence[str], top: int) -> Found | None:
        """Return the `top` best entries; None where there is too much to ask, or of too much."""
        query = f" {' '.join(words)}".encode(errors="replace")
        with self._lock:
            outcome = self._rank(self._handle, query, len(query), top, self._out)
            if outcome == _STEMS:
                query = _with_stems(words)
                outcome = self._rank(self._handle, query, len(query), top, self._out)
            if outcome != _FOUND:
                return Found([]) if outcome == _UNKNOWN else None
            out = self._out.raw
        entries, refusal, score = _HEAD.unpack_from(out)
        stop = _HEAD.size + entries * _ENTRY.size
        return Found([*_ENTRY.iter_unpack(out[_HEAD.size : stop])], refusal, score)

    def learn(self, word: str) -> bool:
        """Keep what a word adds to rankings before it is asked; return False where that is full."""
        query = _with_stems([word])
        with self._lock:
            return bool(self._learn(self._handle, query, len(query)) == _FOUND)


class Pieces:
    """The table of static vectors, opened in C; `handle` is what other functions in C take."""

    def __init__(self, library: ctypes.PyDLL, vectors: Vectors) -> None:
        self._vectors, names = vectors, _lines(vectors.pieces)
        arrays = vectors.table.ctypes.data, vectors.scale.ctypes.data
        handle = library.pieces_open(names, len(names), *arrays, *vectors.table.shape)
        if not handle:
            raise ValueError("The parts of the table of static vectors do not fit each other.")
        finalize(self, library.pieces_close, handle)
        self.handle = ctypes.c_void_p(handle)

    @staticmethod
    @lru_cache(maxsize=1)
    def of(vectors: Vectors) -> Pieces:
        """Return an opened table; all indexes share one."""
        library = load()
        assert library is not None  # noqa: S101  who asks has it
        return Pieces(library, vectors)


def open_kernel(index: Index) -> Kernel | None:
    """Return the compiled way to rank with an index; None where it was not compiled."""
    library = load()
    return None if library is None else Kernel(library, index)


@lru_cache(maxsize=1)
def load() -> ctypes.PyDLL | None:
    """Return the compiled library; ranking lets no other thread run, for it is short."""
    try:
        library, slow = ctypes.PyDLL(str(library_path())), ctypes.CDLL(str(library_path()))
    except OSError:
        return None
    pointer, size, number = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
    for name in ("kernel_open", "kernel_close", "pieces_open", "pieces_close"):
        setattr(library, name, getattr(slow, name))  # these let others run, for they take long
    library.kernel_open.restype = library.pieces_open.restype = pointer
    library.kernel_open.argtypes = [ctypes.POINTER(_Parts), pointer]
    library.pieces_open.argtypes = [ctypes.c_char_p, size, pointer, pointer, number, number]
    library.kernel_close.restype = library.pieces_close.restype = None
    library.kernel_close.argtypes = library.pieces_close.argtypes = [pointer]
    library.kernel_learn.argtypes = [pointer, ctypes.c_char_p, size]
    library.kernel_rank.argtypes = [pointer, ctypes.c_char_p, size, number, ctypes.c_char_p]
    return library


def _with_stems(words: Sequence[str]) -> bytes:
    """Return what is passed where the kernel does not keep all words, and so not their stems."""
    return f" {' '.join(words)}\n {' '.join(map(stem, words))} ".encode(errors="replace")


def _arrays(index: Index) -> dict[str, NDArray[Any]]:
    """Return the arrays by their names in native/kernel.h; those of the right type as they are."""
    rows, classifier = index.rows, index.classifier
    start = rows.start[: rows.word_terms + 1]
    numbers = {
        "label": rows.label,
        "start": start,
        "row": rows.row[: start[-1]],
        "weights_start": classifier.terms.start,
    }
    reals = {
        "weight": rows.weight,
        "idf": rows.idf,
        "value": rows.value[: start[-1]],
        "weights": classifier.terms.weight,
        "vectors": classifier.vectors,
        "intercept": classifier.intercept,
        "calibration": index.calibration.weights,
    }
    return {
        "weights_label": np.ascontiguousarray(classifier.terms.label),
        **{name: np.ascontiguousarray(each, np.int32) for name, each in numbers.items()},
        **{name: np.ascontiguousarray(each, np.float32) for name, each in reals.items()},
    }


def _parts(index: Index, arrays: dict[str, NDArray[Any]], room: int) -> _Parts:
    phrasings, terms = _lines(index.phrasings), _lines(index.rows.terms)
    return _Parts(
        phrasings=phrasings,
        phrasings_length=len(phrasings),
        terms=terms,
        terms_length=len(terms),
        **{name: array.ctypes.data for name, array in arrays.items()},
        postings=len(arrays["row"]),
        weights_many=len(arrays["weights"]),
        room=room,
        rows=len(arrays["label"]),
        word_terms=index.rows.word_terms,
        labels=len(arrays["intercept"]),
        answerable=index.answerable,
        label_bytes=arrays["weights_label"].itemsize,
        bias=index.calibration.bias,
    )


def _lines(names: Iterable[str]) -> bytes:
    if isinstance(names, WordTable):
        return names.lines()
    return "\n".join(names).encode(errors="replace")

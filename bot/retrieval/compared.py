"""The compiled way to rank in a large FAQ: `native/sift.c`.

One call ranks a query. It gives what `Sifter.find` gives with NumPy, in a hundredth of the time.
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
from bot.retrieval.calibration import FEATURES
from bot.retrieval.kernel import Pieces, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.retrieval.sifting import Sifter

MOST: Final = 16
"""How many entries can be asked for."""
_FOUND, _UNKNOWN = 0, 1
_HEAD: Final = Struct("=iif")
_ENTRY: Final = Struct(f"=if{len(FEATURES)}f")
_ARRAYS: Final = {
    np.uint64: ("words", "stems", "grams"),
    np.int64: ("pairs",),
    np.int32: (
        *("first", "start", "word", "own_start", "own", "stem", "gram_start", "gram"),
        *("said_start", "word_number", "stem_number", "gram_number"),
    ),
    np.float32: (
        *("weight", "by_words", "by_chars", "scale", "word_idf", "gram_idf", "meaning_scale"),
        *("table_scale", "said", "said_vectors", "intercept", "calibration"),
    ),
    np.int8: ("vectors", "meaning", "table"),
}
"""The arrays by their names in native/sift.h, in that order."""
_SIZES: Final = (
    *("labels", "answerable", "rows", "tokens", "owns", "words_many", "stems_many", "grams_many"),
    *("pairs_many", "parts", "dimensions", "pieces", "said_terms", "said_many", "label_bytes"),
)


class Entry(NamedTuple):
    """One of the best entries."""

    label: int
    confidence: float
    features: tuple[float, ...]
    """In the order of `calibration.FEATURES`: the first is the score, the fourth the cosine."""


class Ranked(NamedTuple):
    """What a ranking is made from."""

    entries: tuple[Entry, ...] = ()
    """The best entries, the most likely first."""
    refusal: int = -1
    """The label with the best score among those that can't be shown; -1 where no part of the query
    is known."""
    refusal_score: float = 0.0


class _Texts(ctypes.Structure):
    """The record of the same name in native/sift.h."""

    _fields_ = (
        *((name, ctypes.c_void_p) for names in _ARRAYS.values() for name in names),
        ("said_label", ctypes.c_void_p),
        *((name, ctypes.c_int64) for name in _SIZES),
        ("bias", ctypes.c_double),
    )


class Comparer:
    """A large FAQ, opened in C; safe to share between threads."""

    def __init__(self, library: ctypes.PyDLL, sifter: Sifter) -> None:
        """Raise ValueError where the parts of the index do not fit each other."""
        self._arrays, self._pieces = _arrays(sifter), Pieces.of(sifter.vectors)
        texts = _texts(sifter, self._arrays)
        handle = library.sift_open(texts, self._pieces.handle) if _fits(self._arrays) else None
        if not handle:
            raise ValueError("The parts of the large index do not fit each other.")
        finalize(self, library.sift_close, handle)
        self._handle, self._rank, self._lock = ctypes.c_void_p(handle), library.sift_rank, Lock()
        self._out = ctypes.create_string_buffer(_HEAD.size + MOST * _ENTRY.size)

    def rank(
        self,
        words: Sequence[str],
        top: int,
        *,
        every: bool = False,
        label: int = -1,
        row: int = -1,
    ) -> Ranked | None:
        """Return the `top` best entries; None where there is too much to ask, or of too much.

        With `every` all labels are compared with. `label` and `row` are taken as not there.
        """
        query = f" {' '.join(words)}\n {' '.join(map(stem, words))}".encode(errors="surrogatepass")
        with self._lock:
            outcome = self._rank(self._handle, query, len(query), top, every, label, row, self._out)
            if outcome != _FOUND:
                return Ranked() if outcome == _UNKNOWN else None
            out = self._out.raw
        entries, refusal, score = _HEAD.unpack_from(out)
        stop = _HEAD.size + entries * _ENTRY.size
        found = _ENTRY.iter_unpack(out[_HEAD.size : stop])
        return Ranked(tuple([Entry(each[0], each[1], each[2:]) for each in found]), refusal, score)


def open_comparer(sifter: Sifter) -> Comparer | None:
    """Return the compiled way to rank; None where it was not compiled, or nothing can be shown."""
    library = _declared()
    return Comparer(library, sifter) if library and sifter.answerable else None


@lru_cache(maxsize=1)
def _declared() -> ctypes.PyDLL | None:
    library = load()
    if library is not None:
        pointer, size, number = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
        library.sift_open.restype, library.sift_close.restype = pointer, None
        library.sift_open.argtypes = [ctypes.POINTER(_Texts), pointer]
        library.sift_close.argtypes = [pointer]
        library.sift_rank.argtypes = [
            *(pointer, ctypes.c_char_p, size, number, number, size, size, ctypes.c_char_p),
        ]
    return library


def _arrays(sifter: Sifter) -> dict[str, NDArray[Any]]:
    """Return the arrays by their names in native/sift.h; none is copied that has the right type."""
    classifier, vectors, terms = sifter.classifier, sifter.vectors, sifter.classifier.terms
    others = {
        "said_start": terms.start,
        "said": terms.weight,
        "said_vectors": classifier.vectors.T,
        "intercept": classifier.intercept,
        "calibration": sifter.calibration.weights,
        "table": vectors.table,
        "table_scale": vectors.scale,
    }
    arrays = {
        name: np.ascontiguousarray(
            others[name] if name in others else getattr(sifter.large, name), kind
        )
        for kind, names in _ARRAYS.items()
        for name in names
    }
    return {**arrays, "said_label": np.ascontiguousarray(terms.label)}


def _texts(sifter: Sifter, arrays: dict[str, NDArray[Any]]) -> _Texts:
    many = {name: len(array) for name, array in arrays.items()}
    return _Texts(
        **{name: array.ctypes.data for name, array in arrays.items()},
        labels=sifter.large.labels,
        answerable=sifter.answerable,
        rows=many["weight"],
        tokens=many["word"],
        owns=many["own"],
        **{f"{name}_many": many[name] for name in ("words", "stems", "grams", "pairs")},
        parts=many["gram"],
        dimensions=sifter.vectors.dimensions,
        pieces=many["table"],
        said_terms=many["said_start"] - 1,
        said_many=many["said"],
        label_bytes=arrays["said_label"].itemsize,
        bias=sifter.calibration.bias,
    )


def _fits(arrays: dict[str, NDArray[Any]]) -> bool:
    """Whether all arrays are as long as others say."""
    many = {name: len(array) for name, array in arrays.items()}
    alike = (
        ("weight", "by_words", "by_chars", "scale", "vectors"),
        ("words", "word_number", "stem", "meaning", "meaning_scale"),
        ("stems", "stem_number"),
        ("first", "own_start"),
        ("intercept", "said_vectors"),
        ("said", "said_label"),
        ("grams", "gram_number", "gram_idf"),
        ("table", "table_scale"),
    )
    wide = {arrays[name].shape[1:] for name in ("vectors", "meaning", "table", "said_vectors")}
    return (
        all(len({many[name] for name in names}) == 1 for names in alike)
        and len(wide) == 1
        and many["start"] == many["weight"] + 1
        and many["gram_start"] == many["words"] + 1
        and many["first"] == many["intercept"] + 1
        and many["word_idf"] == many["stems"] + many["pairs"]
        and many["calibration"] == len(FEATURES)
    )

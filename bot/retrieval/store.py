"""The compiled index on disk: plain arrays, never a pickle, keyed by content and code.

Starting with a compiled index needs neither scikit-learn nor any fitting. A file that is damaged
or of another version is ignored and written anew; a folder that can't be written to costs only
the time of building the index again.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bot.retrieval.analysis import Analyzer
from bot.retrieval.calibration import Calibration
from bot.retrieval.general import general_nearness
from bot.retrieval.index import Index
from bot.retrieval.large import Large
from bot.retrieval.mapped import read_arrays
from bot.retrieval.nearness import Nearness
from bot.retrieval.pairs import Pairs
from bot.retrieval.scoring import Classifier, Lexicon, Rows
from bot.retrieval.spelling import Speller
from bot.retrieval.vectors import Vectors
from bot.retrieval.weights import TermWeights
from bot.retrieval.word_pairs import WordPairs, read_words, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Faq

Record: TypeAlias = (
    Rows | Lexicon | Classifier | TermWeights | Calibration | Nearness | Large | Pairs
)
KEPT = 3
"""How many compiled indexes stay beside the content, the newest."""
ASKING = frozenset(["compared", "compile_kernel", "index", "kernel"])
"""Modules that only ask an index; what they do does not show in one."""


def load_index(faq: Faq, folder: Path | None, previous: Index | None = None) -> Index:
    """Return the index of a FAQ: the compiled one in `folder` if there is one, else a new one.

    With an index of the FAQ before an edit, the new one is built quickly, and not kept.
    """
    path = index_path(folder, faq.version) if folder else None
    if path is not None and (index := read(path, faq)) is not None:
        return index
    from bot.retrieval.build import build_index  # noqa: PLC0415  takes two seconds to import

    index = build_index(faq, previous)
    if path is not None and index.whole:
        with suppress(OSError):
            write(index, path)
    return index


def index_path(folder: Path, version: str, *, whole: bool = True) -> Path:
    """Return where the compiled index of a content's version lies, or its quickly built one."""
    return folder / f"{'index' if whole else 'quick'}-{version}-{fingerprint()}.npz"


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return eight hex digits that change with the code and the data that make an index."""
    here = Path(__file__).parent
    makers = (path for path in here.glob("*.py") if path.stem not in ASKING)
    words = (here.parent / "wordlists").glob("*.txt")
    sources = sorted([*makers, *here.glob("*.txt"), *words, here.parent / "text.py"])
    digest = sha256(b"".join(path.read_bytes() for path in sources))
    digest.update(str((here / "vectors.npz").stat().st_size).encode())
    return digest.hexdigest()[:8]


def write(index: Index, path: Path) -> None:
    """Write an index, whole or not at all, and remove old ones."""
    path.parent.mkdir(exist_ok=True)
    pairs = index.speller.pairs
    texts = {
        "whole": index.whole,
        "labels": index.labels,
        "answerable": index.answerable,
        "phrasings": index.phrasings,
        "words": index.lexicon.words,
        "word_terms": index.rows.word_terms,
        "bias": index.calibration.bias,
        "counts": index.speller.counts,
        "sounds": index.speller.sounds,
    }
    arrays = {
        **_arrays("rows", index.rows),
        **_arrays("lexicon", index.lexicon),
        **_arrays("classifier", index.classifier),
        **_arrays("terms", index.classifier.terms),
        **_arrays("calibration", index.calibration),
        **_arrays("near", index.speller.near),
        **(_arrays("pairs", pairs) if isinstance(pairs, Pairs) else {}),
        **(_arrays("large", index.large) if index.large else {}),
        "names.terms": stored(index.rows.terms),
        **({} if isinstance(pairs, Pairs) else {"names.pairs": stored(_packed(pairs).table)}),
        "texts": np.frombuffer(json.dumps(texts).encode(), np.uint8),
    }
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)
        Path(name).chmod(0o644)  # whoever runs the server may not be who built it
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # still there only where the disk was full
    compiled = sorted(
        path.parent.glob(f"{path.name.partition('-')[0]}-*.npz"),
        key=lambda old: -old.stat().st_mtime,
    )
    for old in compiled[KEPT:]:
        old.unlink(missing_ok=True)


def read(path: Path, faq: Faq) -> Index | None:
    """Return the compiled index in a file, or None if there is none or it can't be used."""
    try:
        arrays = read_arrays(path)
        index = _index(arrays, json.loads(arrays.pop("texts").tobytes()), faq)
        # opened now, so that the parts are known to fit each other
        _ = index.sifter.comparer if index.sifter else index.kernel
        return index
    except Exception:  # noqa: BLE001  there are many ways of being damaged; the index is built anew
        return None


def _index(arrays: Mapping[str, Any], texts: Mapping[str, Any], faq: Faq) -> Index:
    large = _group("large", arrays)
    rows = Rows(
        terms=read_words(arrays["names.terms"]),
        word_terms=texts["word_terms"],
        **_group("rows", arrays),
    )
    return Index(
        version=faq.version,
        whole=texts["whole"],
        labels=tuple(texts["labels"]),
        answerable=texts["answerable"],
        phrasings=tuple(texts["phrasings"]),
        rows=rows,
        lexicon=Lexicon.from_arrays(tuple(texts["words"]), **_group("lexicon", arrays)),
        classifier=Classifier(
            terms=TermWeights(**_group("terms", arrays)), **_group("classifier", arrays)
        ),
        calibration=Calibration(bias=texts["bias"], **_group("calibration", arrays)),
        speller=_speller(arrays, texts),
        analyzer=Analyzer(faq.synonyms),
        vectors=Vectors.load(),
        large=Large(**large) if large else None,
    )


def _speller(arrays: Mapping[str, Any], texts: Mapping[str, Any]) -> Speller:
    hashed = _group("pairs", arrays)
    return Speller(
        texts["counts"],
        Pairs(**hashed) if hashed else WordPairs(read_words(arrays["names.pairs"])),
        Nearness(tuple(texts["counts"]).__getitem__, **_group("near", arrays)),
        general_nearness(),
        texts["sounds"],
    )


def _packed(pairs: Any) -> WordPairs:
    return pairs if isinstance(pairs, WordPairs) else WordPairs.of(pairs)


def _arrays(group: str, record: Record) -> dict[str, Any]:
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {
        f"{group}.{name}": value for name, value in values.items() if isinstance(value, np.ndarray)
    }


def _group(group: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }

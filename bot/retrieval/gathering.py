"""Build the index of a large FAQ: a few texts at a time, by steps whose cost grows with the texts.

The calibration asks phrasings that the classifier has not learnt from, as in a small FAQ; but
nothing is fitted twice: they are few enough to be left out for good, and their own rows are left
out when they are asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.retrieval.calibration import FEATURES, Calibration
from bot.retrieval.changes import digest
from bot.retrieval.closed import fit_closed
from bot.retrieval.counting import Counted
from bot.retrieval.fitting import fit_samples
from bot.retrieval.large import Large, sorted_hashes, sums
from bot.retrieval.sifting import Sifter, Without
from bot.retrieval.vectors import Vectors

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from bot.retrieval.corpus import Corpus, Mask
    from bot.retrieval.scoring import Classifier, Floats

SHARES = (3.0, 1.0, 0.5)
"""What held-back phrasings of entries, of refusals, and phrasings of hidden labels weigh in all."""
FEWEST = 10
"""With fewer phrasings a label can't spare one."""
HELD = 400
"""About how many phrasings of entries are held back, and phrasings of hidden labels asked; of
what is not covered as many, but no more than one in LEFT."""
LEFT = 4


def gather(corpus: Corpus) -> tuple[Large, Classifier, Calibration]:
    """Return the texts, a classifier and a calibration of a large FAQ."""
    counted, large = gather_texts(corpus)
    kept = ~_held(corpus)
    classifier = fit_closed(corpus, counted, large, kept)
    unsure = Calibration(np.zeros(len(FEATURES), np.float32), 0.0)
    sifter = Sifter(large, classifier, unsure, Vectors.load(), corpus.answerable)
    return large, classifier, _calibrate(sifter, corpus, kept)


def gather_texts(corpus: Corpus) -> tuple[Counted, Large]:
    """Return the texts of a FAQ as numbers of their words, and what these are made of."""
    counted = Counted.of(corpus.words)
    return counted, _texts(corpus, counted, counted.idf(), Vectors.load())


def _texts(corpus: Corpus, counted: Counted, idf: tuple[Floats, Floats], vectors: Vectors) -> Large:
    """Return the texts as numbers."""
    words = np.stack([vectors.word(word) for word in counted.words])
    meaning, meaning_scale = quantised(words)
    steps = np.empty((len(counted), words.shape[1]), np.int8)
    scale, by_words, by_chars = np.empty((3, len(counted)), np.float32)
    for first, stop in counted.spans():
        span = slice(first, stop)
        steps[span], scale[span] = quantised(counted.table(first, stop) @ words)
        by_words[span] = _scales(counted.by_words(first, stop), idf[0])
        by_chars[span] = _scales(counted.by_chars(first, stop), idf[1])
    return Large(
        first=np.searchsorted(corpus.label, np.arange(len(corpus.labels) + 1)).astype(np.int32),
        start=counted.start,
        word=counted.word,
        weight=corpus.weight,
        by_words=by_words,
        by_chars=by_chars,
        vectors=steps,
        scale=scale,
        **_own(corpus, counted),
        **_names(counted),
        pairs=counted.pairs,
        stem=counted.stem,
        gram_start=counted.gram_start,
        gram=counted.gram,
        word_idf=idf[0],
        gram_idf=idf[1],
        meaning=meaning,
        meaning_scale=meaning_scale,
        digest=digest(corpus),
    )


def _names(counted: Counted) -> dict[str, Any]:
    """Return the hashes of words, stems and n-grams, and their numbers."""
    found: dict[str, Any] = {}
    for kind, names in (("word", counted.words), ("stem", counted.stems), ("gram", counted.grams)):
        found[f"{kind}s"], found[f"{kind}_number"] = sorted_hashes(names)
    return found


def quantised(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return vectors in steps of 1/127 of their largest number, and what makes each 1 long."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    steps = np.rint(vectors * (127 / np.where(largest > 0, largest, 1))).astype(np.int8)
    lengths = np.sqrt(np.einsum("vd,vd->v", steps, steps, dtype=np.float32))
    return steps, np.where(lengths > 0, 1 / np.where(lengths > 0, lengths, 1), 0).astype(np.float32)


def _scales(counts: sp.csr_matrix, idf: Floats) -> Floats:
    """(texts,) what makes each text's TF-IDF weights √½ long."""
    values = np.asarray(counts.data * idf[counts.indices], np.float64)
    squares = sums(values * values, np.diff(counts.indptr))
    return np.asarray(1 / np.sqrt(2 * np.where(squares > 0, squares, 1)), np.float32)


def _own(corpus: Corpus, counted: Counted) -> dict[str, Any]:
    """Return the distinct words of each label."""
    label = np.repeat(corpus.label.astype(np.int64), np.diff(counted.start))
    label, word = np.divmod(
        np.unique(label * len(counted.words) + counted.word), len(counted.words)
    )
    start = np.searchsorted(label, np.arange(len(corpus.labels) + 1))
    return {"own_start": start.astype(np.int32), "own": word.astype(np.int32)}


def _held(corpus: Corpus) -> Mask:
    """Choose phrasings that are not learnt from: none of a label that has few."""
    counts = np.bincount(corpus.label, corpus.phrasing, minlength=len(corpus.labels))
    spare = corpus.phrasing & (counts >= FEWEST)[corpus.label]
    held = np.zeros(len(corpus.label), bool)
    for part in (corpus.label < corpus.answerable, corpus.label >= corpus.answerable):
        some = np.flatnonzero(spare & part)
        held[some[:: max(len(some) // HELD, LEFT)]] = True
    return held


def _calibrate(sifter: Sifter, corpus: Corpus, kept: Mask) -> Calibration:
    """Learn how features of the best hit tell right from wrong; see `fitting.fit_calibration`."""
    samples: list[tuple[Floats, bool, int]] = []
    held = np.flatnonzero(~kept)
    asked = np.flatnonzero(kept & corpus.phrasing)
    asked = asked[:: 1 + len(asked) // HELD]
    for row, hide in [*((row, False) for row in held), *((row, True) for row in asked)]:
        label = int(corpus.label[row])
        if hide and label == len(corpus.labels) - 1:
            continue  # without the general questions nothing would stand for what is not covered
        hidden = label if hide else -1
        found = sifter.find(corpus.words[row], Without(hidden, int(row)))
        if found is not None:
            best, features = found
            group = 2 if hide else int(label >= corpus.answerable)
            samples.append((features, not hide and best == label, group))
    return fit_samples(samples, SHARES)

"""A classifier for a large FAQ, in closed form: its cost grows with the number of texts only.

Support vectors against each other cost texts times labels. With ten thousand labels that is out of
reach, so here each label's words are weighed by how much likelier they are in its texts than in
all (log-odds, smoothed by the whole), beside the discriminants over static vectors.
docs/decisions/0012 says what that costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from bot.retrieval.counting import AT_ONCE
from bot.retrieval.fitting import LDA_SHRINKAGE, LDA_WEIGHT
from bot.retrieval.scoring import Classifier
from bot.retrieval.weights import TermWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.retrieval.corpus import Corpus, Mask
    from bot.retrieval.counting import Counted
    from bot.retrieval.large import Large
    from bot.retrieval.scoring import Floats, Ints

SMOOTHING = 20.0
"""How many texts the whole is worth beside a label's own; 10 and 20 are level."""
ODDS_WEIGHT = 0.1
"""What a word counts that is 2.7 times as likely as elsewhere; 0.05 to 0.15 are level."""
SAMPLE = 1_000
"""On how many texts the discriminants' spread is measured."""
MOST = 512
"""How many words and pairs of each label are weighed; 256 and all are level."""


def fit_closed(corpus: Corpus, counted: Counted, large: Large, kept: Mask) -> Classifier:
    """Weigh the stems, the pairs and the static vectors of labels by their kept texts."""
    terms, intercept = _odds(corpus, counted, kept, large.word_idf)
    coefficients, bias = _discriminants(corpus, large, kept & corpus.phrasing)
    return Classifier(terms, coefficients, intercept + bias)


def _odds(corpus: Corpus, counted: Counted, kept: Mask, idf: Floats) -> tuple[TermWeights, Floats]:
    """Return the weights of terms, and (labels,) what having none of them says."""
    texts = np.bincount(corpus.label, corpus.weight * kept, minlength=len(corpus.labels))
    label, term, found = _texts_with(corpus, counted, kept)
    share = np.bincount(term, found, minlength=len(idf)) / texts.sum()
    nothing = np.log(SMOOTHING / (texts + SMOOTHING))
    likelier = (found + SMOOTHING * share[term]) / (texts[label] + SMOOTHING) / share[term]
    odds = ODDS_WEIGHT * (np.log(likelier) - nothing[label])
    most = _most(label, odds * idf[term] * found)
    shape = (len(idf), len(corpus.labels))
    weights = TermWeights.gathered(
        term[most], label[most], odds[most].astype(np.float32), shape=shape
    )
    return weights, np.asarray(ODDS_WEIGHT * _usual(counted, idf) * nothing, np.float32)


def _texts_with(corpus: Corpus, counted: Counted, kept: Mask) -> tuple[Ints, Ints, Floats]:
    """Return labels, terms, and how many kept texts of the label have the term."""
    parts: list[sp.coo_matrix] = []
    weight = corpus.weight * kept
    for first, stop in counted.spans():
        texts = counted.by_words(first, stop)
        texts.data[:] = 1
        rows = np.arange(stop - first)
        own = (weight[first:stop], (corpus.label[first:stop], rows))
        parts.append((sp.csr_matrix(own, (len(corpus.labels), stop - first)) @ texts).tocoo())
    shape = parts[0].shape
    columns = (np.concatenate([getattr(p, name) for p in parts]) for name in ("data", "row", "col"))
    data, row, column = columns
    whole = sp.coo_matrix((data, (row, column)), shape).tocsr().tocoo()
    some = whole.data > 0
    return whole.row[some], whole.col[some], whole.data[some]


def _most(label: Ints, worth: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return where the MOST weighty terms of each label stand."""
    order = np.lexsort((-worth, label))
    counts = np.bincount(label)
    rank = np.arange(len(label)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < MOST])


def _usual(counted: Counted, idf: Floats) -> float:
    """Return what the TF-IDF weights of a text's terms come to, on average."""
    counts = counted.by_words(*next(counted.spans()))
    squares = counts.copy()
    counts.data *= idf[counts.indices]
    squares.data = counts.data**2
    lengths = np.sqrt(2 * np.asarray(squares.sum(axis=1)).ravel())
    sums = np.asarray(counts.sum(axis=1)).ravel()
    return float((sums / np.where(lengths > 0, lengths, 1)).mean())


def _discriminants(corpus: Corpus, large: Large, kept: Mask) -> tuple[Floats, Floats]:
    """(dimensions, labels), (labels,) discriminants with one covariance for all labels."""
    labels, many = len(corpus.labels), large.vectors.shape[1]
    total, square = np.zeros((labels, many)), np.zeros((many, many))
    rows = np.flatnonzero(kept)
    for at in range(0, len(rows), AT_ONCE):
        some = rows[at : at + AT_ONCE]
        part = large.vector(some)
        own = (np.ones(len(some), np.float32), (corpus.label[some], np.arange(len(some))))
        total += sp.csr_matrix(own, (labels, len(some))) @ part
        square += part.T @ part
    texts = np.bincount(corpus.label[rows], minlength=labels)
    means = total / np.maximum(texts, 1)[:, None]
    spread = (square - means.T @ (means * texts[:, None])) / max(len(rows), 1)
    middle = np.trace(spread) / many or 1.0
    spread = (1 - LDA_SHRINKAGE) * spread + LDA_SHRINKAGE * middle * np.eye(many)
    weights = np.linalg.solve(spread, means.T)
    bias = -0.5 * np.einsum("dl,ld->l", weights, means)
    some = rows[:: 1 + len(rows) // SAMPLE]
    scale = LDA_WEIGHT / (float((large.vector(some) @ weights + bias).std()) or 1.0)
    # each label's stand together, as they are asked for
    return np.asfortranarray(scale * weights, np.float32), np.asarray(scale * bias, np.float32)

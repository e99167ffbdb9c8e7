"""Build an index from the FAQ: the only module that needs scikit-learn.

Rows are texts with a label: each phrasing of an entry (and its heading), the example questions of
each subject that is not covered, and the shipped general questions (label `BACKGROUND`). A linear
one-vs-rest classifier learns to tell the labels apart; the rows themselves stay for the nearest
neighbours.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.models import Kind
from bot.retrieval.analysis import Analyzer, char_terms, word_terms
from bot.retrieval.calibration import SIGNS, Calibration, Evidence
from bot.retrieval.index import BACKGROUND, Index
from bot.retrieval.scoring import Classifier, Lexicon, Rows, encode, score
from bot.retrieval.spelling import Speller
from bot.retrieval.vectors import Vectors
from bot.text import fold, plain
from bot.text import words as words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.models import Entry, Faq
    from bot.retrieval.scoring import Floats, Ints

ANSWER_WEIGHT = 0.5
"""How much a row made of an answer's text counts, where a phrasing counts 1."""
SVC_C = 1.0
"""Inverse regularisation of the classifier; 1 was best or level on every validation split."""
SVC_TOLERANCE = 0.1
"""Stops the classifier's fit early: a third less time, at no cost on the validation splits."""


NEVER = -2.0
"""Distance that a label without rows gets from the classifier."""
FOLDS = 4
"""How often the calibration fits a classifier on a part of the corpus."""
LARGE = 5_000
"""From that many rows on, one fold gives enough samples."""
ASKED = 400
"""About how many held-back texts each fold asks."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labelled texts that an index is built from."""

    labels: tuple[str, ...]
    """Entry ids, then ids of subjects that are not covered, then BACKGROUND."""
    answerable: int
    """How many of the labels, from the first, are entries that can be shown."""
    words: tuple[tuple[str, ...], ...]
    """The words of each row, synonyms replaced."""
    label: Ints
    """Label number of each row, ascending."""
    weight: Floats
    """1 for a phrasing, ANSWER_WEIGHT for an answer."""

    spelled: tuple[tuple[str, ...], ...]
    """The words of the rows that staff wrote, as they wrote them."""


@lru_cache(maxsize=1)
def background() -> tuple[str, ...]:
    """Return the shipped general questions, one a line, comments left out."""
    text = Path(__file__).with_name("background.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def build_index(faq: Faq) -> Index:
    """Fit vectorizers, classifier and calibration over the FAQ's phrasings."""
    analyzer, vectors = Analyzer(faq.synonyms), Vectors.load()
    corpus = read_corpus(faq.entries, analyzer)
    rows, matrix = vectorize(corpus, vectors)
    return Index(
        version=faq.version,
        labels=corpus.labels,
        answerable=corpus.answerable,
        rows=rows,
        lexicon=read_lexicon(corpus, np.ones(len(corpus.label), bool)),
        classifier=fit_classifier(corpus, matrix, np.ones(len(corpus.label), bool)),
        calibration=fit_calibration(corpus, rows, matrix),
        speller=Speller.from_rows(corpus.spelled, analyzer.synonyms),
        phrasings=tuple(" ".join(words) for words in corpus.words),
        analyzer=analyzer,
        vectors=vectors,
    )


def read_corpus(entries: Sequence[Entry], analyzer: Analyzer) -> Corpus:
    """Turn entries and background into labelled rows, in the order of the labels."""
    shown = [entry for entry in entries if entry.kind is not Kind.NOT_COVERED]
    refused = [entry for entry in entries if entry.kind is Kind.NOT_COVERED]
    texts: list[tuple[int, str, float]] = []
    for number, entry in enumerate(shown + refused):
        asked = [entry.question, *(phrasing.text for phrasing in entry.phrasings)]
        texts.extend((number, text, 1.0) for text in asked)
        if entry.answer and entry.kind in (Kind.CLINICAL, Kind.PRACTICAL):
            texts.append((number, plain(entry.answer), ANSWER_WEIGHT))
    spelled = tuple(tuple(words_of(fold(text))) for _, text, _ in texts)
    last = len(shown) + len(refused)
    texts.extend((last, text, 1.0) for text in background())
    return Corpus(
        labels=(*(entry.id for entry in shown + refused), BACKGROUND),
        answerable=len(shown),
        words=tuple(analyzer.read(text) for _, text, _ in texts),
        label=np.array([number for number, _, _ in texts], np.int32),
        weight=np.array([weight for _, _, weight in texts], np.float32),
        spelled=spelled,
    )


def vectorize(corpus: Corpus, vectors: Vectors) -> tuple[Rows, sp.csr_matrix]:
    """Return the corpus as rows, and the same as a (rows, terms + dimensions) matrix."""
    by_word = TfidfVectorizer(analyzer=word_terms, dtype=np.float32)
    by_char = TfidfVectorizer(analyzer=char_terms, dtype=np.float32)
    lexical = sp.hstack([by_word.fit_transform(corpus.words), by_char.fit_transform(corpus.words)])
    lexical = (lexical * np.float32(np.sqrt(0.5))).tocsc()
    dense = np.stack([vectors.encode(" ".join(words)) for words in corpus.words])
    names = [*by_word.get_feature_names_out(), *("#" + g for g in by_char.get_feature_names_out())]
    rows = Rows(
        label=corpus.label,
        weight=corpus.weight,
        terms={name: number for number, name in enumerate(names)},
        word_terms=len(by_word.vocabulary_),
        idf=np.concatenate([by_word.idf_, by_char.idf_]).astype(np.float32),
        start=lexical.indptr.astype(np.int32),
        row=lexical.indices.astype(np.int32),
        value=lexical.data.astype(np.float32),
        vectors=dense,
    )
    return rows, sp.hstack([lexical, sp.csr_matrix(dense)]).tocsr()


def fit_classifier(corpus: Corpus, matrix: sp.csr_matrix, kept: NDArray[np.bool_]) -> Classifier:
    """Fit one-vs-rest linear support vectors on the kept rows of (rows, terms + dimensions).

    Labels without a kept row are never chosen.
    """
    label, terms = corpus.label[kept], matrix.shape[1] - Vectors.load().dimensions
    weights = np.zeros((matrix.shape[1], len(corpus.labels)), np.float32)
    intercept = np.full(len(corpus.labels), NEVER, np.float32)
    known = np.unique(label)
    if len(known) > 2:
        fitted = LinearSVC(C=SVC_C, tol=SVC_TOLERANCE, random_state=0)
        fitted.fit(matrix[kept], label, corpus.weight[kept])
        weights[:, known], intercept[known] = fitted.coef_.T, fitted.intercept_
    return Classifier(weights[:terms], weights[terms:], intercept)


def read_lexicon(corpus: Corpus, kept: NDArray[np.bool_]) -> Lexicon:
    """Collect the words of each label's kept rows, but for the background's."""
    last = len(corpus.labels) - 1
    rows = [
        (label, words)
        for label, words, keep in zip(corpus.label.tolist(), corpus.words, kept, strict=True)
        if keep and label < last
    ]
    return Lexicon.of(rows, last + 1, Vectors.load())


def subset(rows: Rows, matrix: sp.csr_matrix, kept: NDArray[np.bool_]) -> Rows:
    """Return the rows that are kept, with the vocabulary and idf of all."""
    terms = len(rows.terms)
    columns = matrix[kept][:, :terms].tocsc()
    return replace(
        rows,
        label=rows.label[kept],
        weight=rows.weight[kept],
        start=columns.indptr.astype(np.int32),
        row=columns.indices.astype(np.int32),
        value=columns.data.astype(np.float32),
        vectors=rows.vectors[kept],
    )


def fit_calibration(corpus: Corpus, rows: Rows, matrix: sp.csr_matrix) -> Calibration:
    """Learn how features of the best hit tell right from wrong, on texts the index has not seen.

    In each fold every FOLDS-th label is taken out with all its rows (what it was asked must be
    refused), and of the other labels every FOLDS-th phrasing is held back.
    """
    folds = FOLDS if len(corpus.label) <= LARGE else 1
    with ThreadPoolExecutor(2) as pool:  # scikit-learn fits without Python's lock
        found = pool.map(lambda fold: _held_back(corpus, rows, matrix, fold), range(folds))
    samples = [sample for fold in found for sample in fold]
    table, right, group = (np.array(column) for column in zip(*samples, strict=True))
    share = np.array([2.0, 1.5, 0.5]) / np.maximum(np.bincount(group, minlength=3), 1)
    return fit_logistic(table, right, share[group] / share[group].mean())


def _held_back(
    corpus: Corpus, rows: Rows, matrix: sp.csr_matrix, fold: int
) -> list[tuple[Floats, bool, int]]:
    """Ask what an index without this fold has not seen: features, rightness and group of each.

    Group 0: phrasings of entries; 1: of subjects that are not covered, and general questions;
    2: phrasings of entries and subjects that are hidden.
    """
    phrasing = corpus.weight == 1.0
    hidden = (corpus.label % FOLDS == fold) & (corpus.label < len(corpus.labels) - 1)
    held = (np.arange(len(corpus.label)) % FOLDS == fold) & phrasing
    kept = ~(hidden | held)
    part = subset(rows, matrix, kept)
    classifier = fit_classifier(corpus, matrix, kept)
    evidence = Evidence(part, read_lexicon(corpus, kept), Vectors.load(), corpus.answerable)
    asked = np.flatnonzero((hidden | held) & phrasing)
    samples = []
    for row in asked[:: 1 + len(asked) // ASKED]:
        words, label = corpus.words[row], corpus.label[row]
        parts = score(part, classifier, encode(part, words, rows.vectors[row]))
        order, table = evidence.features(parts, words, 1)
        group = 2 if hidden[row] else int(label >= corpus.answerable)
        samples.append((table[0], bool(order[0] == label) and not hidden[row], group))
    return samples


def fit_logistic(table: Floats, right: NDArray[np.bool_], weight: Floats) -> Calibration:
    """Fit a logistic regression whose weights have the signs that the features' meaning demands.

    Without the signs, features that go together get weights against each other, and a query that
    equals a phrasing to the letter, which the folds never see, could lose by it.
    """
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    scaled = np.column_stack([(table - middle) / spread, np.ones(len(table))])
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (scaled @ weights)
        slope = -weight * sign / (1 + np.exp(margin))
        penalty = np.append(weights[:-1], 0.0)
        value = weight @ np.logaddexp(0, -margin) + 0.5 * penalty @ penalty
        return float(value), scaled.T @ slope + penalty

    bounds = [*SIGNS, (None, None)]
    fitted = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = fitted[:-1] / spread
    return Calibration(weights.astype(np.float32), float(fitted[-1] - middle @ weights))

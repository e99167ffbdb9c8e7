"""Build an index from the FAQ. This and `fitting` are the only modules that need scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analysis import Analyzer, char_terms, word_terms
from bot.retrieval.changes import carried_over, changed_labels, joined, same_phrasings
from bot.retrieval.compacting import compacted, is_fitted, term_numbers, terms_of
from bot.retrieval.corpus import read_corpus
from bot.retrieval.fitting import fit_calibration, fit_changed, fit_classifier
from bot.retrieval.gathering import gather
from bot.retrieval.index import Index
from bot.retrieval.pairs import Pairs
from bot.retrieval.scoring import Classifier, Lexicon, Rows
from bot.retrieval.spelling import Speller
from bot.retrieval.vectors import Vectors
from bot.retrieval.weights import TermWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.models import Faq
    from bot.retrieval.corpus import Corpus, Mask


MOST = 5_000_000
"""With more texts times labels a FAQ is large: support vectors would take half a minute."""
WORDS = 8_000
"""With more different words than that a FAQ is kept and ranked as a large one, fitted or not: what
a word that is new adds to all of them takes longer than comparing with the best labels only."""
FEW = 10
"""Up to how many labels are fitted one by one after an edit."""


@dataclass(frozen=True, slots=True)
class Material:
    """What classifier and calibration are fitted on."""

    corpus: Corpus
    rows: Rows
    matrix: sp.csr_matrix
    """(rows, terms) the same weights as in `rows`, by rows."""

    def part(self, kept: Mask) -> Rows:
        """Return the rows that are kept, with the vocabulary and idf of all."""
        columns = self.matrix[kept].tocsc()
        return replace(
            self.rows,
            label=self.rows.label[kept],
            weight=self.rows.weight[kept],
            start=columns.indptr.astype(np.int32),
            row=columns.indices.astype(np.int32),
            value=columns.data.astype(np.float32),
            vectors=self.rows.vectors[kept],
        )

    def lexicon(self, kept: Mask) -> Lexicon:
        """Collect the words of each label's kept rows, but for the background's."""
        last = len(self.corpus.labels) - 1
        numbered = zip(self.corpus.label.tolist(), self.corpus.words, kept, strict=True)
        rows = [(label, words) for label, words, keep in numbered if keep and label < last]
        return Lexicon.of(rows, last + 1, Vectors.load())


def build_index(faq: Faq, previous: Index | None = None) -> Index:
    """Fit an index over the FAQ's phrasings.

    With an index of the FAQ before an edit only the labels that changed are fitted, which takes
    a fraction of the time and gives nearly the same; it shows an edit until the whole is built.
    """
    analyzer = Analyzer(faq.synonyms)
    corpus = read_corpus(faq.entries, analyzer)
    if previous and same_phrasings(corpus, previous):
        return carried_over(previous, faq)
    if len(corpus.label) * len(corpus.labels) > MOST:
        return _build_large(faq, corpus)
    index = fit_index(faq, corpus, previous)
    return index if len(index.lexicon.words) <= WORDS else compacted(index, corpus)


def fit_index(faq: Faq, corpus: Corpus, previous: Index | None = None) -> Index:
    """Fit support vectors, all labels against each other, or only those that changed."""
    changed = changed_labels(corpus, previous) if previous else []
    quick = previous if previous and is_fitted(previous) and len(changed) <= FEW else None
    analyzer, material = Analyzer(faq.synonyms), vectorize(corpus, Vectors.load())
    if quick:
        classifier, calibration = _carry_over(material, quick, changed), quick.calibration
    else:
        classifier = fit_classifier(material, corpus.everything)
        calibration = fit_calibration(material)
    return Index(
        version=faq.version,
        whole=quick is None,
        labels=corpus.labels,
        answerable=corpus.answerable,
        rows=material.rows,
        lexicon=material.lexicon(corpus.everything),
        classifier=classifier,
        calibration=calibration,
        speller=Speller.from_rows(corpus.spelled, analyzer.synonyms),
        phrasings=joined(corpus),
        analyzer=analyzer,
        vectors=Vectors.load(),
    )


def _build_large(faq: Faq, corpus: Corpus) -> Index:
    """Build the index of a large FAQ."""
    analyzer, vectors = Analyzer(faq.synonyms), Vectors.load()
    large, classifier, calibration = gather(corpus)
    return Index(
        version=faq.version,
        whole=True,
        labels=corpus.labels,
        answerable=corpus.answerable,
        rows=Rows.none(vectors.dimensions),
        lexicon=Lexicon.of([], len(corpus.labels), vectors),
        classifier=classifier,
        calibration=calibration,
        speller=Speller.from_rows(
            corpus.spelled, analyzer.synonyms, pairs=Pairs.of(corpus.spelled)
        ),
        phrasings=(),
        analyzer=analyzer,
        vectors=vectors,
        large=large,
    )


def vectorize(corpus: Corpus, vectors: Vectors) -> Material:
    """Weigh the terms of each row by scikit-learn's TF-IDF, and look up its static vector."""
    by_word = TfidfVectorizer(analyzer=word_terms, dtype=np.float32)
    by_char = TfidfVectorizer(analyzer=char_terms, dtype=np.float32)
    blocks = [by_word.fit_transform(corpus.words), by_char.fit_transform(corpus.words)]
    matrix = (sp.hstack(blocks) * np.float32(np.sqrt(0.5))).tocsr()
    columns = matrix.tocsc()
    names = [*by_word.get_feature_names_out(), *("#" + g for g in by_char.get_feature_names_out())]
    rows = Rows(
        label=corpus.label,
        weight=corpus.weight,
        terms={name: number for number, name in enumerate(names)},
        word_terms=len(by_word.vocabulary_),
        idf=np.concatenate([by_word.idf_, by_char.idf_]).astype(np.float32),
        start=columns.indptr.astype(np.int32),
        row=columns.indices.astype(np.int32),
        value=columns.data.astype(np.float32),
        vectors=np.stack([vectors.encode_words(words) for words in corpus.words]),
    )
    return Material(corpus, rows, matrix)


def _carry_over(material: Material, previous: Index, changed: list[str]) -> Classifier:
    """Take the unchanged labels' weights from the previous index, and fit the changed ones."""
    labels, old = material.corpus.labels, previous.classifier
    same = {label: at for at, label in enumerate(labels) if label not in changed}
    after = np.array([same.get(label, -1) for label in previous.labels])
    vectors = np.zeros((len(old.vectors), len(labels)), np.float32)
    intercept = np.zeros(len(labels), np.float32)
    kept = after >= 0
    vectors[:, after[kept]], intercept[after[kept]] = old.vectors[:, kept], old.intercept[kept]
    carried = Classifier(_moved(material, previous, after), vectors, intercept)
    return fit_changed(material, carried, [labels.index(label) for label in changed])


def _moved(material: Material, previous: Index, after: NDArray[Any]) -> TermWeights:
    """Return a previous index's weights with the terms' and labels' new numbers.

    `after` is each label's new number, -1 for one that is not taken.
    """
    old = previous.classifier.terms
    term = _numbers_now(material.rows, previous)[old.term()]
    label = after[old.label]
    kept = (term >= 0) & (label >= 0)
    shape = (len(material.rows.terms), len(material.corpus.labels))
    return TermWeights.gathered(term[kept], label[kept], old.weight[kept], shape=shape)


def _numbers_now(rows: Rows, previous: Index) -> NDArray[Any]:
    """(terms of the previous index,) their numbers now, -1 for one that is gone."""
    if previous.large is None:
        return np.array([rows.terms.get(term, -1) for term in previous.rows.terms])
    before = term_numbers(previous.large, [*rows.terms], rows.word_terms)
    now = np.full(terms_of(previous.large) + 1, -1)
    now[before] = np.arange(len(before))  # those that are new go to the place that is left out
    return now[:-1]

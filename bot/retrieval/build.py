"""Build an index from the FAQ. This and `fitting` are the only modules that need scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analysis import Analyzer, char_terms, word_terms
from bot.retrieval.corpus import read_corpus
from bot.retrieval.fitting import FEW, fit_calibration, fit_classifier
from bot.retrieval.index import Index
from bot.retrieval.scoring import Lexicon, Rows
from bot.retrieval.spelling import Speller
from bot.retrieval.vectors import Vectors

if TYPE_CHECKING:
    from bot.models import Faq
    from bot.retrieval.corpus import Corpus, Mask
    from bot.retrieval.scoring import Classifier, Floats, Ints


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
    changed = _changed(corpus, previous) if previous else []
    if previous and not changed and corpus.labels == previous.labels:
        return replace(previous, version=faq.version, whole=False, analyzer=analyzer)
    quick = previous if len(changed) <= FEW else None
    material = vectorize(corpus, Vectors.load())
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
        phrasings=_joined(corpus),
        analyzer=analyzer,
        vectors=Vectors.load(),
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


def _joined(corpus: Corpus) -> tuple[str, ...]:
    return tuple(" ".join(words) for words in corpus.words)


def _changed(corpus: Corpus, previous: Index) -> list[str]:
    """Return the labels whose phrasings are not those that the previous index was built from.

    An answer's text counts so little that it can wait for the whole build.
    """
    now = _by_label(corpus.labels, _joined(corpus), corpus.label, corpus.weight)
    rows = previous.rows
    before = _by_label(previous.labels, previous.phrasings, rows.label, rows.weight)
    return [label for label, texts in now.items() if before.get(label) != texts]


def _by_label(
    names: tuple[str, ...], texts: tuple[str, ...], labels: Ints, weights: Floats
) -> dict[str, list[str]]:
    phrasings: dict[str, list[str]] = {name: [] for name in names}
    for label, text, weight in zip(labels.tolist(), texts, weights, strict=True):
        if weight == 1.0:
            phrasings[names[label]].append(text)
    return phrasings


def _carry_over(material: Material, previous: Index, changed: list[str]) -> Classifier:
    """Fit the changed labels' support vectors, and take the others' from the previous index."""
    fitted = fit_classifier(material, material.corpus.everything, only=changed)
    before = np.array([previous.rows.terms.get(term, -1) for term in material.rows.terms])
    known = before >= 0
    for at, label in enumerate(material.corpus.labels):
        if label not in changed:
            old = previous.labels.index(label)
            fitted.terms[known, at] = previous.classifier.terms[before[known], old]
            fitted.terms_intercept[at] = previous.classifier.terms_intercept[old]
    return fitted

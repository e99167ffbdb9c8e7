"""Fit the classifier and the calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.svm import LinearSVC

from bot.retrieval.calibration import SIGNS, Calibration, Evidence
from bot.retrieval.scoring import Classifier, encode, score
from bot.retrieval.vectors import Vectors
from bot.retrieval.weights import LEAST, TermWeights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.build import Material
    from bot.retrieval.corpus import Mask
    from bot.retrieval.scoring import Floats

SVC_C = 1.0
"""Inverse regularisation of the support vectors; 1 to 3 are level on the validation splits."""
SVC_TOLERANCE = 0.1
"""Stops the fit early: a third less time, at no cost on the validation splits."""
COARSE_FROM, COARSE_TOLERANCE = 12_000, 1.0
"""With so many rows the fit is stopped earlier still: half the time, at no cost on CLINC150. With
fewer of them, and fewer phrasings that are level, it would cost 0.3 points of accuracy."""
SVC_WEIGHT = 1.5
"""What the support vectors' margins count in the sum."""
LDA_SHRINKAGE = 0.6
"""Share of the covariance that is replaced by its mean variance; 0.5 to 0.75 are level."""
LDA_WEIGHT = 0.2
"""What the discriminants' spread of 1 counts beside the support vectors' margins."""
NEVER = -2.0
"""Distance that a label without rows gets."""
FOLDS = 4
"""How often the calibration fits a classifier on a part of the corpus."""
LARGE = 8_000
"""From that many rows on, one fold gives enough samples."""
GROUP_SHARES = (2.0, 1.75, 0.25)
"""What held-back phrasings of entries, refusals, and phrasings of hidden labels weigh in all.
Hidden labels are nearer to what is left than most of what patients ask out of scope."""
ASKED = 400
"""About how many held-back texts each fold asks."""


def fit_classifier(material: Material, kept: Mask) -> Classifier:
    """Fit support vectors over terms and static vectors, and discriminants over static vectors.

    All labels are fitted at once, against each other (Crammer and Singer 2001), which ranks better
    than one against the rest. Labels without a kept row are never chosen.
    """
    corpus, rows = material.corpus, material.rows
    labels, terms = len(corpus.labels), len(rows.terms)
    known = np.unique(corpus.label[kept])
    weights = np.zeros((terms + rows.vectors.shape[1], labels), np.float32)
    intercept = np.full(labels, NEVER, np.float32)
    if len(known) > 2:  # else there is nothing to tell apart but the background
        tolerance = SVC_TOLERANCE if len(kept) < COARSE_FROM else COARSE_TOLERANCE
        svc = LinearSVC(C=SVC_C, tol=tolerance, multi_class="crammer_singer", random_state=0)
        svc.fit(_both(material)[kept], corpus.label[kept], corpus.weight[kept])
        weights[:, known], intercept[known] = SVC_WEIGHT * svc.coef_.T, SVC_WEIGHT * svc.intercept_
        _add_discriminants(material, kept, weights[terms:], intercept)
    return Classifier(TermWeights.of(weights[:terms]), weights[terms:], intercept)


def fit_changed(material: Material, carried: Classifier, changed: Sequence[int]) -> Classifier:
    """Return a classifier with a few more labels, each fitted against the rest.

    Their margins are moved and stretched to where those of the carried labels lie: what a label
    says of its own rows, and of all others.
    """
    if not changed:
        return carried
    both, label, weight = _both(material), material.corpus.label, material.corpus.weight
    margins = _by_terms(material, carried) + material.rows.vectors @ carried.vectors
    margins += carried.intercept
    own = label[:, None] == np.arange(margins.shape[1])
    own, others = (np.delete(which, changed, axis=1) for which in (own, ~own))
    margins = np.delete(margins, changed, axis=1)
    high, low = margins[own].mean(), margins[others].mean()
    fitted, vectors, intercept = [], carried.vectors.copy(), carried.intercept.copy()
    for at in changed:
        svc = LinearSVC(C=SVC_C, tol=SVC_TOLERANCE, random_state=0)
        said = svc.fit(both, label == at, weight).decision_function(both)
        top, bottom = said[label == at].mean(), said[label != at].mean()
        stretch = (high - low) / (top - bottom)
        coefficients = stretch * svc.coef_[0]
        fitted.append(coefficients[: material.matrix.shape[1]])
        vectors[:, at] = coefficients[material.matrix.shape[1] :]
        intercept[at] = stretch * (svc.intercept_[0] - bottom) + low
    terms = _with_columns(carried.terms, changed, np.array(fitted), labels=len(intercept))
    return Classifier(terms, vectors, intercept)


def _by_terms(material: Material, classifier: Classifier) -> Floats:
    """(rows, labels) what the terms say of each row."""
    known, shape = classifier.terms, (material.matrix.shape[1], len(classifier.intercept))
    table = sp.csr_matrix((known.weight, known.label, known.start), shape)
    return np.asarray((material.matrix @ table).toarray(), np.float32)


def _with_columns(
    known: TermWeights, columns: Sequence[int], fitted: Floats, *, labels: int
) -> TermWeights:
    """Return weights with some more columns, whose (columns, terms) weights are given."""
    at, term = np.nonzero(np.abs(fitted) >= LEAST)
    return TermWeights.gathered(
        np.concatenate([known.term(), term]),
        np.concatenate([known.label, np.asarray(columns)[at]]),
        np.concatenate([known.weight, fitted[at, term].astype(np.float32)]),
        shape=(len(known.start) - 1, labels),
    )


def _both(material: Material) -> sp.csr_matrix:
    """(rows, terms + dimensions) what the support vectors see."""
    return sp.hstack([material.matrix, sp.csr_matrix(material.rows.vectors)]).tocsr()


def _add_discriminants(material: Material, kept: Mask, weights: Floats, intercept: Floats) -> None:
    """Add to the (dimensions, labels) weights; discriminants have a closed form."""
    corpus, vectors = material.corpus, material.rows.vectors
    asked = np.flatnonzero(kept & corpus.phrasing)
    taught, rows_of = np.unique(corpus.label[asked], return_counts=True)
    alone = asked[np.isin(corpus.label[asked], taught[rows_of == 1])]
    asked = np.concatenate([asked, alone])  # a covariance of one row is warned of, of two not
    lda = LinearDiscriminantAnalysis("lsqr", shrinkage=LDA_SHRINKAGE)
    lda.priors = np.full(len(taught), 1 / len(taught))
    lda.fit(vectors[asked], corpus.label[asked])
    scale = LDA_WEIGHT / (lda.decision_function(vectors[asked]).std() or 1.0)
    weights[:, taught] += scale * lda.coef_.T
    intercept[taught] += scale * lda.intercept_


def fit_calibration(material: Material) -> Calibration:
    """Learn how features of the best hit tell right from wrong, on texts the index has not seen.

    In each fold every FOLDS-th label is taken out with all its rows (what it was asked must be
    refused), and of the other labels every FOLDS-th phrasing is held back.
    """
    if not material.corpus.answerable:
        return Calibration(np.zeros(len(SIGNS), np.float32), 0.0)
    folds = FOLDS if len(material.corpus.label) <= LARGE else 1
    return fit_samples([each for fold in range(folds) for each in _held_back(material, fold)])


def fit_samples(
    samples: Sequence[tuple[Floats, bool, int]], shares: tuple[float, ...] = GROUP_SHARES
) -> Calibration:
    """Fit a calibration on features, rightness and group of what was asked."""
    table, right, group = (np.array(column) for column in zip(*samples, strict=True))
    share = np.array(shares) / np.maximum(np.bincount(group, minlength=3), 1)
    return fit_logistic(table, right, share[group] / share[group].mean())


def _held_back(material: Material, fold: int) -> list[tuple[Floats, bool, int]]:
    """Ask what an index without this fold has not seen: features, rightness and group of each.

    Group 0: phrasings of entries; 1: of subjects that are not covered, and general questions;
    2: phrasings of entries and subjects that are hidden.
    """
    corpus = material.corpus
    hidden = (corpus.label % FOLDS == fold) & (corpus.label < len(corpus.labels) - 1)
    held = (np.arange(len(corpus.label)) % FOLDS == fold) & corpus.phrasing
    kept = ~(hidden | held)
    rows = material.part(kept)
    classifier = fit_classifier(material, kept)
    evidence = Evidence(rows, material.lexicon(kept), Vectors.load(), corpus.answerable)
    asked = np.flatnonzero((hidden | held) & corpus.phrasing)
    samples = []
    for row in asked[:: 1 + len(asked) // ASKED]:
        words, label = corpus.words[row], corpus.label[row]
        parts = score(rows, classifier, encode(rows, words, material.rows.vectors[row]))
        order, table = evidence.features(parts, words, 1)
        group = 2 if hidden[row] else int(label >= corpus.answerable)
        samples.append((table[0], bool(order[0] == label) and not hidden[row], group))
    return samples


def fit_logistic(table: Floats, right: Mask, weight: Floats) -> Calibration:
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

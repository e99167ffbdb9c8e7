"""Fit the classifier and the calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.svm import LinearSVC

from bot.retrieval.calibration import SIGNS, Calibration, Evidence
from bot.retrieval.scoring import Classifier, encode, score
from bot.retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.retrieval.build import Material
    from bot.retrieval.corpus import Mask
    from bot.retrieval.scoring import Floats

SVC_C = 1.0
"""Inverse regularisation of the support vectors; 1 to 3 are level on the validation splits."""
SVC_TOLERANCE = 0.1
"""Stops the fit early: a third less time, at no cost on the validation splits."""
LDA_SHRINKAGE = 0.6
"""Share of the covariance that is replaced by its mean variance; 0.5 to 0.75 are level."""
LDA_WEIGHT = 0.4
"""What the discriminants' spread of 1 counts beside the support vectors' distances."""
NEVER = -2.0
"""Distance that a label without rows gets."""
FOLDS = 4
"""How often the calibration fits a classifier on a part of the corpus."""
LARGE = 8_000
"""From that many rows on, one fold gives enough samples."""
FEW = 10
"""Up to how many labels the support vectors are fitted one by one."""
GROUP_SHARES = (2.0, 1.75, 0.25)
"""What held-back phrasings of entries, refusals, and phrasings of hidden labels weigh in all.
Hidden labels are nearer to what is left than most of what patients ask out of scope."""
ASKED = 400
"""About how many held-back texts each fold asks."""


def fit_classifier(
    material: Material, kept: Mask, *, only: Collection[str] | None = None
) -> Classifier:
    """Fit one-vs-rest support vectors over terms, and discriminants over static vectors.

    Labels without a kept row are never chosen. Discriminants have a closed form; the vectors in
    the support vectors cost four times the time and were no better. With `only`, the support
    vectors of the other labels are left at zero.
    """
    corpus, rows = material.corpus, material.rows
    labels, known = len(corpus.labels), np.unique(corpus.label[kept])
    terms = np.zeros((len(rows.terms), labels), np.float32)
    vectors = np.zeros((rows.vectors.shape[1], labels), np.float32)
    of_terms, of_vectors = np.full((2, labels), [[NEVER], [0.0]], np.float32)
    if len(known) > 2:  # else there is nothing to tell apart but the background
        wanted = [at for at in known.tolist() if only is None or corpus.labels[at] in only]
        _support_vectors(material, kept, wanted, terms, of_terms)
        asked = np.flatnonzero(kept & corpus.phrasing)
        taught, rows_of = np.unique(corpus.label[asked], return_counts=True)
        alone = asked[np.isin(corpus.label[asked], taught[rows_of == 1])]
        asked = np.concatenate([asked, alone])  # a covariance of one row is warned of, of two not
        lda = LinearDiscriminantAnalysis("lsqr", shrinkage=LDA_SHRINKAGE)
        lda.priors = np.full(len(taught), 1 / len(taught))
        lda.fit(rows.vectors[asked], corpus.label[asked])
        scale = LDA_WEIGHT / (lda.decision_function(rows.vectors[asked]).std() or 1.0)
        vectors[:, taught], of_vectors[taught] = scale * lda.coef_.T, scale * lda.intercept_
    return Classifier(terms, of_terms, vectors, of_vectors)


def _support_vectors(
    material: Material, kept: Mask, wanted: list[int], terms: Floats, intercept: Floats
) -> None:
    """Fill in the columns of the wanted labels; all at once, or one by one for a few."""
    matrix, label = material.matrix[kept], material.corpus.label[kept]
    weight = material.corpus.weight[kept]
    targets = [label == at for at in wanted] if len(wanted) <= FEW else [label]
    columns = [[at] for at in wanted] if len(wanted) <= FEW else [wanted]
    for target, at in zip(targets, columns, strict=True):
        svc = LinearSVC(C=SVC_C, tol=SVC_TOLERANCE, random_state=0).fit(matrix, target, weight)
        terms[:, at], intercept[at] = svc.coef_.T, svc.intercept_


def fit_calibration(material: Material) -> Calibration:
    """Learn how features of the best hit tell right from wrong, on texts the index has not seen.

    In each fold every FOLDS-th label is taken out with all its rows (what it was asked must be
    refused), and of the other labels every FOLDS-th phrasing is held back.
    """
    if not material.corpus.answerable:
        return Calibration(np.zeros(len(SIGNS), np.float32), 0.0)
    folds = FOLDS if len(material.corpus.label) <= LARGE else 1
    samples = [sample for fold in range(folds) for sample in _held_back(material, fold)]
    table, right, group = (np.array(column) for column in zip(*samples, strict=True))
    share = np.array(GROUP_SHARES) / np.maximum(np.bincount(group, minlength=3), 1)
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

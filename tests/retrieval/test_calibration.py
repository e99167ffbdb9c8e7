"""A confidence is a probability, and what speaks for an entry never lowers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bot.retrieval.calibration import FEATURES, SIGNS, Calibration, Evidence
from bot.retrieval.fitting import fit_logistic
from bot.retrieval.scoring import encode, score

if TYPE_CHECKING:
    from bot.retrieval.scoring import Floats
    from bot.snapshot import Snapshot

MANY = len(FEATURES)
numbers = st.floats(-50, 50, width=32)
tables = st.integers(4, 30).flatmap(
    lambda rows: hnp.arrays(np.float32, (rows, MANY), elements=numbers)
)


def evidence(snapshot: Snapshot) -> Evidence:
    """Put together what the features of a snapshot's index are made from."""
    index = snapshot.index
    return Evidence(index.rows, index.lexicon, index.vectors, index.answerable)


def features(snapshot: Snapshot, text: str, top: int) -> tuple[list[int], Floats]:
    """Return the features of the best entries for a text."""
    index, words = snapshot.index, snapshot.index.analyzer.read(text)
    query = encode(index.rows, words, index.vectors.encode_words(words))
    return evidence(snapshot).features(score(index.rows, index.classifier, query), words, top)


@given(
    table=hnp.arrays(np.float32, (5, MANY), elements=numbers),
    weights=hnp.arrays(np.float32, MANY, elements=st.floats(-5, 5, width=32)),
    bias=st.floats(-10, 10),
)
def test_confidence_is_a_probability(table: Floats, weights: Floats, bias: float) -> None:
    """No features give a confidence below 0 or above 1, or none at all."""
    confidence = Calibration(weights, bias).confidence(table)
    assert ((confidence >= 0) & (confidence <= 1)).all()


@settings(max_examples=25)
@given(table=tables, data=st.data())
def test_no_feature_works_against_its_meaning(table: Floats, data: st.DataObject) -> None:
    """Whatever the samples, each weight has the sign that its feature's meaning demands."""
    right = data.draw(hnp.arrays(bool, len(table)))
    fitted = fit_logistic(table, right, np.ones(len(table), np.float32))
    bounds = [
        (-np.inf if low is None else low, np.inf if high is None else high) for low, high in SIGNS
    ]
    assert all(
        low <= weight <= high for weight, (low, high) in zip(fitted.weights, bounds, strict=True)
    )
    assert np.isfinite(fitted.confidence(table)).all()


def test_fit_tells_right_from_wrong() -> None:
    """Hits that are right where one feature is high get a high confidence there, and only there."""
    table = np.zeros((40, MANY), np.float32)
    table[20:, 0] = 1.0
    fitted = fit_logistic(table, table[:, 0] == 1.0, np.ones(40, np.float32))
    confidence = fitted.confidence(table)
    assert confidence[0] < 0.2
    assert confidence[-1] > 0.8


@pytest.mark.parametrize("top", [1, 2, 5, 100])
def test_features(shipped: Snapshot, top: int) -> None:
    """Each of the best entries has its features, the one with the best score first."""
    order, table = features(shipped, "how long does botox last", top)
    assert table.shape == (len(order), MANY)
    assert len(order) == min(top, shipped.index.answerable)
    assert (np.diff(table[:, 0]) <= 0).all()


@pytest.mark.parametrize(
    ("feature", "part"),
    [("score", "score"), ("nearest phrasing", "nearest"), ("nearest meaning", "nearest_meaning")],
)
def test_features_from_the_score(shipped: Snapshot, feature: str, part: str) -> None:
    """What a part of the score says of an entry is a feature of it as it is."""
    index, words = shipped.index, ("how", "long", "does", "botox", "last")
    query = encode(index.rows, words, index.vectors.encode_words(words))
    parts = score(index.rows, index.classifier, query)
    order, table = evidence(shipped).features(parts, words, 3)
    column = table[:, list(FEATURES).index(feature)]
    assert column.tolist() == pytest.approx(getattr(parts, part)[order].tolist())


def test_lead(shipped: Snapshot) -> None:
    """Only the best entry leads the others, and by as much as the second one is behind."""
    _, table = features(shipped, "how long does botox last", 3)
    lead = table[:, list(FEATURES).index("over other entries")]
    assert lead[0] >= 0 >= lead[1] >= lead[2]
    assert lead[0] == pytest.approx(-lead[1], abs=1e-5)


def test_own_words_are_explained(windmill: Snapshot) -> None:
    """An entry explains every word of its own phrasings; nothing is left over."""
    index = windmill.index
    for at in np.flatnonzero(index.rows.label < index.answerable).tolist():
        label = int(index.rows.label[at])
        explained, left_over = evidence(windmill).coverage(index.phrasings[at].split(), [label])
        assert explained[0] == pytest.approx(1, abs=1e-5)
        assert left_over[0] == pytest.approx(0, abs=1e-4)


def test_another_subject_is_left_over(windmill: Snapshot) -> None:
    """A word that has nothing to do with the entry is what is left over."""
    label = windmill.index.labels.index("parking/where-can-i-park")
    mine, _ = evidence(windmill).coverage(["where", "can", "i", "park"], [label])
    other, left_over = evidence(windmill).coverage(["where", "can", "i", "breastfeed"], [label])
    assert mine[0] > other[0]
    assert left_over[0] > 1


def test_nothing_to_explain(windmill: Snapshot) -> None:
    """Without words nothing is explained and nothing is left over."""
    explained, left_over = evidence(windmill).coverage([], [0, 1])
    assert (explained.tolist(), left_over.tolist()) == ([0, 0], [0, 0])

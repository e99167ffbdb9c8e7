"""The sparse table of the classifier says what a full one would."""

from __future__ import annotations

import numpy as np
import pytest

from bot.retrieval.weights import LEAST, TermWeights, label_type

TABLE = np.array([[0.0, 2, 0], [0, 0, 0], [-1, 0.5, LEAST / 2], [0, 0, 3]], np.float32)
TERMS, LABELS = TABLE.shape


def test_only_what_counts_is_kept() -> None:
    """Zeros are left out, and what is left of rounding."""
    weights = TermWeights.of(TABLE)
    assert weights.start.tolist() == [0, 1, 1, 3, 4]
    assert weights.label.tolist() == [1, 0, 1, 2]
    assert weights.weight.tolist() == [2, -1, 0.5, 3]


@pytest.mark.parametrize("terms", [[], [1], [0, 2, 3], [3, 0], [2, 2], [0, 1, 2, 3]])
def test_product_equals_that_of_the_full_table(terms: list[int]) -> None:
    """A product with some terms is that of the full table, in any order and with repeats."""
    values = np.arange(1, 1 + len(terms), dtype=np.float32)
    full = values @ np.where(np.abs(TABLE) < LEAST, 0, TABLE)[terms]
    assert TermWeights.of(TABLE).product(terms, values, LABELS) == pytest.approx(full)


def test_gathered_in_any_order() -> None:
    """Weights given one by one in any order make the same table."""
    weights = TermWeights.of(TABLE)
    order = np.array([2, 0, 3, 1])
    again = TermWeights.gathered(
        weights.term()[order], weights.label[order], weights.weight[order], shape=TABLE.shape
    )
    for name in ("start", "label", "weight"):
        assert getattr(again, name).tolist() == getattr(weights, name).tolist()
        assert getattr(again, name).dtype == getattr(weights, name).dtype


def test_labels_are_numbered_by_the_smallest_type() -> None:
    """Two bytes for a label, four where there are more labels than that."""
    assert label_type(32_767) is np.int16
    assert label_type(32_768) is np.int32

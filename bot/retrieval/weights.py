"""What terms say of labels: a sparse table, by term. Only numpy is needed.

Most terms say something of a few labels only, so a full (terms, labels) table would be mostly
nothing: four fifths of it for the shipped FAQ, and all but a thousandth of it for a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Labels: TypeAlias = NDArray[np.signedinteger[Any]]

LEAST = 1e-5
"""Weights below this are what is left of rounding, a quarter of all; a score adds up some hundred
of them, each times less than 1."""


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The weights of terms for labels; what is not there is 0."""

    start: Ints
    """(terms + 1,) where each term's weights start."""
    label: Labels
    """(weights,) label numbers, ascending within a term; int16 where all labels fit."""
    weight: Floats
    """(weights,)"""

    @classmethod
    def of(cls, table: Floats) -> TermWeights:
        """Keep what counts of a full (terms, labels) table."""
        kept = np.abs(table) >= LEAST
        label = np.nonzero(kept)[1].astype(label_type(table.shape[1]))
        return cls(starts(kept.sum(axis=1)), label, np.asarray(table[kept], np.float32))

    @classmethod
    def gathered(
        cls, term: NDArray[Any], label: NDArray[Any], weight: Floats, *, shape: tuple[int, int]
    ) -> TermWeights:
        """Put (weights,) terms, labels and weights, in any order, into a (terms, labels) table."""
        order = np.lexsort((label, term))
        counts = np.bincount(term, minlength=shape[0])
        return cls(starts(counts), label[order].astype(label_type(shape[1])), weight[order])

    def term(self) -> Ints:
        """(weights,) term numbers, ascending."""
        counts = np.diff(self.start)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def product(self, terms: Sequence[int] | NDArray[Any], values: Floats, labels: int) -> Floats:
        """(labels,) what some terms say of each label, times their values."""
        first = self.start[terms].astype(np.intp)
        many = self.start[np.asarray(terms, np.intp) + 1] - first
        places = np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())
        said = self.weight[places] * np.repeat(values, many)
        return np.bincount(self.label[places], said, minlength=labels).astype(np.float32)


def starts(counts: NDArray[Any]) -> Ints:
    """(terms + 1,) where each term's weights start, from how many it has."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def label_type(labels: int) -> type[np.signedinteger[Any]]:
    """Return the smallest type that numbers so many labels."""
    return np.int16 if labels <= np.iinfo(np.int16).max else np.int32

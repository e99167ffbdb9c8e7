"""Put texts that ask the same into groups, by their static vectors.

Average link: the two groups whose texts are the most alike on average become one, as long as they
are near enough. How near that is was chosen on public questions whose labels were hidden, where
this way found the labelled groups best: `benchmarks/groups.py`, docs/journal.md.

Only numpy is needed. Memory grows with the square of the number of texts: 4 bytes for each pair,
256 MB for 8,000 texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.vectors import Vectors
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Floats: TypeAlias = NDArray[np.float32]

NEAR = 0.3
"""Mean cosine between the texts of two groups from which on they are one."""
FEW = 30
"""With fewer texts than about this their own mean says little, and less of it is taken out."""
_SAME = np.float32(1e-6)
"""Differences of products below this are rounding."""


def group(
    texts: Sequence[str], *, near: float = NEAR, step: Callable[[], None] = lambda: None
) -> tuple[tuple[int, ...], ...]:
    """Return groups of the texts' places, the largest first; in each, the most typical text first.

    `step` is called once for each text, to show progress. The same texts give the same groups.
    """
    if not texts:
        return ()
    table = centred(texts)
    groups = sorted(linked(table, near=near, step=step), key=lambda each: (-len(each), each))
    return tuple(_typical_first(table, places) for places in groups)


def _typical_first(table: Floats, places: list[int]) -> tuple[int, ...]:
    """Order a group by nearness to its mean."""
    nearness = table[places] @ table[places].mean(axis=0)
    return tuple(places[at] for at in np.argsort(-nearness, kind="stable").tolist())


def centred(texts: Sequence[str]) -> Floats:
    """(texts, dimensions) static vectors without what all texts share, of length one or zero."""
    vectors = Vectors.load()
    table = np.stack([vectors.encode_words(words(fold(text))) for text in texts])
    table -= table.mean(axis=0) * np.float32(len(texts) / (len(texts) + FEW))
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(table / np.where(lengths > 0, lengths, 1), np.float32)


def linked(
    table: Floats, *, near: float, step: Callable[[], None] = lambda: None
) -> list[list[int]]:
    """Return the groups of average link on (texts, dimensions) vectors of length one or zero.

    A chain of nearest neighbours (Benzécri 1982, Murtagh 1983): from any group to the one that is
    nearest to it, until two are each other's nearest; these become one. A group without a near one
    is finished, because what others become is never nearer to it than they were.
    """
    open_groups = _Open(table)
    finished: list[list[int]] = []
    chain: list[int] = []
    while len(open_groups):
        tip = chain.pop() if chain else open_groups.any()
        nearest, nearness = open_groups.nearest(tip, chain[-1] if chain else None)
        if nearness < near:
            finished.append(sorted(open_groups.take_out(tip)))
        elif chain and nearest == chain[-1]:
            open_groups.join(chain.pop(), tip)
        else:
            chain += [tip, nearest]
            continue
        step()
    return finished


class _Open:
    """The groups that may still grow, each named by one of its texts."""

    def __init__(self, table: Floats) -> None:
        self._sums = table @ table.T
        """(texts, texts) sum of the cosines between two groups' texts."""
        self._sizes = np.ones(len(table), np.float32)
        self._closed = np.zeros(len(table), np.float32)
        """(texts,) 0 for an open group, minus infinity for one that is no longer there."""
        self._members = {at: [at] for at in range(len(table))}

    def __len__(self) -> int:
        return len(self._members)

    def any(self) -> int:
        """Return one of the groups, always the same."""
        return next(iter(self._members))

    def nearest(self, name: int, before: int | None) -> tuple[int, float]:
        """Return the nearest other group and how near it is; of equals the one `before`.

        Where there is no other, how near it is is minus infinity.
        """
        nearness = self._sums[name] / (self._sizes * self._sizes[name]) + self._closed
        nearness[name] = -np.inf
        best = int(nearness.argmax())
        if before is not None and nearness[before] >= nearness[best] - _SAME:
            best = before
        return best, float(nearness[best])

    def join(self, name: int, other: int) -> None:
        """Let one group take in another."""
        self._sums[name] += self._sums[other]
        self._sums[:, name] += self._sums[:, other]
        self._sizes[name] += self._sizes[other]
        self._members[name] += self.take_out(other)

    def take_out(self, name: int) -> list[int]:
        """Remove a group and return its texts."""
        self._closed[name] = -np.inf
        return self._members.pop(name)

"""Put texts that ask the same into groups, by their static vectors.

Each text joins the group whose mean it is nearest to, or founds one; then every text may move,
twice, to a group that has become nearer. How near is near enough was chosen on public questions
whose labels were hidden: `benchmarks/groups.py`, docs/journal.md. Only numpy is needed, and memory
grows with the number of texts, not with its square.
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
Ints: TypeAlias = NDArray[np.int64]

NEAR = 0.24
"""Mean cosine with a group's texts from which on a text belongs to it."""
ROUNDS = 2
"""How often all texts may move to a nearer group."""
FEW = 30
"""With fewer texts than about this their own mean says little, and less of it is taken out."""
_ROWS = 1_024
"""Texts that are compared with all groups at once; bounds the memory."""


def group(
    texts: Sequence[str], *, near: float = NEAR, step: Callable[[], None] = lambda: None
) -> tuple[tuple[int, ...], ...]:
    """Return groups of the texts' places, the largest first; in each, the most typical text first.

    `step` is called once for each text, to show progress. The same texts give the same groups.
    """
    if not texts:
        return ()
    table = centred(texts)
    members: dict[int, list[int]] = {}
    for at, label in enumerate(assign(table, near=near, step=step).tolist()):
        members.setdefault(label, []).append(at)
    groups = sorted(members.values(), key=lambda each: (-len(each), each))
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


def assign(
    table: Floats, *, near: float, rounds: int = ROUNDS, step: Callable[[], None] = lambda: None
) -> Ints:
    """(texts,) the number of each text's group."""
    labels = _founded(table, near, step)
    for _ in range(rounds):
        labels = _moved(table, labels, near)
    return labels


def _founded(table: Floats, near: float, step: Callable[[], None]) -> Ints:
    """Take the texts one after the other: each joins the nearest group, or founds one."""
    means = np.empty_like(table)
    sizes: list[int] = []
    labels = np.empty(len(table), np.int64)
    for at, vector in enumerate(table):
        best = -1
        if sizes:
            nearness = means[: len(sizes)] @ vector
            best = int(nearness.argmax())
            best = best if nearness[best] >= near else -1
        if best < 0:
            means[len(sizes)] = vector
            best = len(sizes)
            sizes.append(1)
        else:
            sizes[best] += 1
            means[best] += (vector - means[best]) / np.float32(sizes[best])
        labels[at] = best
        step()
    return labels


def _moved(table: Floats, labels: Ints, near: float) -> Ints:
    """Let each text move to the group it is nearest to; itself does not count as its company."""
    names, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels).astype(np.float32)
    means = np.zeros((len(names), table.shape[1]), np.float32)
    np.add.at(means, labels, table)
    means /= sizes[:, None]
    moved = np.empty_like(labels)
    for start in range(0, len(table), _ROWS):
        part = slice(start, start + _ROWS)
        own, rows = labels[part], np.arange(len(table[part]))
        nearness = table[part] @ means.T
        many = sizes[own]
        others = (nearness[rows, own] * many - 1) / np.maximum(many - 1, 1)
        nearness[rows, own] = np.where(many > 1, others, near)
        moved[part] = nearness.argmax(axis=1)
    return moved

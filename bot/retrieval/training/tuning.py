"""From the encoder's vectors of pieces and sentences to a tuned table."""

from __future__ import annotations

import random
import re
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import EmbeddingBag
from torch.nn.functional import cross_entropy, normalize

from bot.retrieval.training.packing import Table
from bot.retrieval.training.typing_errors import mistype
from bot.retrieval.vectors import split

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from bot.retrieval.vectors import Floats

DIMENSIONS = 256
ADDED_WORDS, ADDED_FROM = 2000, 3
"""How many whole words get a row of their own, and how often a word must occur for that."""
SIF = 1e-4
"""Smooth inverse frequency: a frequent piece starts with less weight (Arora et al. 2017)."""
BATCH = 512
LEARNING_RATE, DECAY = 3e-3, 0.7
CONTRAST, TEMPERATURE = 0.15, 0.07
"""Weight and sharpness of the part of the loss that tells the sentences of a batch apart."""
MISTYPED_TEXTS, MISTYPED_WORDS = 0.4, 0.2
DROPPED = 0.1
"""Share of pieces left out of a text, so that no piece relies on its neighbours."""

_KEPT = re.compile(r"(##)?[a-z0-9]+")
_LONG_NUMBER = re.compile(r"(##)?[0-9]{3,}")


def main_directions(vectors: Floats, many: int = DIMENSIONS) -> Floats:
    """(dimensions, many) the directions in which the vectors reach farthest, not centred."""
    _, axes = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(axes[:, ::-1][:, :many], np.float32)


def starting_table(pieces: Sequence[str], vectors: Floats, counts: Counter[str]) -> Table:
    """Weigh the pieces' own vectors, leave out what English text lacks, add frequent words."""
    kept = [row for row, piece in enumerate(pieces) if _is_kept(piece, counts)]
    chance = 1 / np.arange(2, len(kept) + 2)
    chance /= chance.sum()  # Zipf's law: the pieces come by frequency
    weighted = vectors[kept] * (SIF / (SIF + chance))[:, None]
    rows = {pieces[row]: number for number, row in enumerate(kept)}
    added = _words_to_add(rows, counts)
    sums = [weighted[split(word, rows)].sum(0) for word in added]
    table = np.concatenate([weighted, np.stack(sums)]) if sums else weighted
    length = np.median(np.linalg.norm(table, axis=1))
    return Table([*rows, *added], np.asarray(table / length, np.float32))


def _is_kept(piece: str, counts: Counter[str]) -> bool:
    rare_number = _LONG_NUMBER.fullmatch(piece) and counts[piece] < ADDED_FROM
    return _KEPT.fullmatch(piece) is not None and not rare_number


def _words_to_add(rows: dict[str, int], counts: Counter[str]) -> list[str]:
    frequent = (word for word, count in counts.most_common() if count >= ADDED_FROM)
    apart = [w for w in frequent if w.isascii() and w.isalpha() and len(split(w, rows)) > 1]
    return apart[:ADDED_WORDS]


def tune(
    table: Table, texts: Sequence[Sequence[str]], targets: Floats, *, epochs: int = 6, seed: int = 0
) -> Table:
    """Train the table so that a text's sum of rows points where the encoder's vector does.

    `texts` are split into folded words; `targets` are (texts, dimensions).
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311  no secret is made of it
    rows = {piece: row for row, piece in enumerate(table.pieces)}
    bag = EmbeddingBag.from_pretrained(
        torch.from_numpy(table.vectors), freeze=False, mode="sum", sparse=True
    )
    goal = normalize(torch.from_numpy(targets))
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=LEARNING_RATE)
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * DECAY**epoch
        losses = [
            _step(bag, optimizer, [_pieces(texts[at], rows, rng) for at in batch], goal[batch])
            for batch in _batches(len(texts), rng)
        ]
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)  # noqa: T201  a command
    return Table(table.pieces, bag.weight.detach().numpy())


def _batches(many: int, rng: random.Random) -> Iterator[list[int]]:
    order = list(range(many))
    rng.shuffle(order)
    return (order[at : at + BATCH] for at in range(0, many - BATCH + 1, BATCH))


def _pieces(text: Sequence[str], rows: dict[str, int], rng: random.Random) -> list[int]:
    """Return the rows of a text, now and then mistyped and with gaps."""
    if rng.random() < MISTYPED_TEXTS:
        text = [mistype(word, rng) if rng.random() < MISTYPED_WORDS else word for word in text]
    every = [row for word in text for row in split(word, rows)]
    some = [row for row in every if rng.random() > DROPPED]
    return some if some and len(every) > 2 else every


def _step(
    bag: EmbeddingBag, optimizer: torch.optim.Optimizer, texts: list[list[int]], goal: torch.Tensor
) -> float:
    """Learn from one batch; return its loss."""
    starts = [0, *accumulate(len(text) for text in texts)][:-1]
    flat = [row for text in texts for row in text]
    found = normalize(bag(torch.tensor(flat), torch.tensor(starts)))
    apart = cross_entropy(found @ goal.T / TEMPERATURE, torch.arange(len(texts)))
    loss = (1 - (found * goal).sum(1)).mean() + CONTRAST * apart
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)

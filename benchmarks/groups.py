"""Compare ways to put similar questions together, on public questions with their labels hidden.

    python -m benchmarks.groups path/to/public                # choose thresholds, then report
    python -m benchmarks.groups path/to/public --write docs   # renew the table of docs/journal.md

Each draw is a week of questions: some intents with 3 to 30 questions each, questions that stand
alone, and questions about something else entirely. Half of the intents choose each way's threshold,
the other half is reported; test splits are not touched.
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import click
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from benchmarks.marked import renew
from bot.retrieval.groups import NEAR, centred, linked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Labels: TypeAlias = NDArray[np.int64]
    Way: TypeAlias = Callable[[NDArray[np.float32], float], Labels]

SEED = 13
INTENTS, ALONE, ELSEWHERE = 20, 10, 20
"""Of one draw: intents with several questions, questions that stand alone, questions off topic."""
FEWEST, MOST = 3, 30
"""Questions of one intent, drawn evenly on a logarithmic scale."""
SETS = {"CLINC150": "clinc_full.json", "BANKING77": "banking77.json"}


class Draw(NamedTuple):
    """Questions in the order they came in, and what each asks."""

    texts: list[str]
    labels: list[str]


def _ours(table: NDArray[np.float32], near: float) -> Labels:
    labels = np.empty(len(table), np.int64)
    for number, members in enumerate(linked(table, near=near)):
        labels[members] = number
    return labels


def _founded(table: NDArray[np.float32], near: float) -> Labels:
    """Let each text join the nearest group so far, or found one."""
    sums: list[NDArray[np.float32]] = []
    labels: list[int] = []
    sizes: list[int] = []
    for vector in table:
        nearness = np.array(sums) @ vector / np.array(sizes) if sums else np.array([-1.0])
        best = int(nearness.argmax())
        if nearness[best] < near:
            best = len(sums)
            sums.append(np.zeros_like(vector))
            sizes.append(0)
        sums[best] = sums[best] + vector
        sizes[best] += 1
        labels.append(best)
    return np.array(labels)


def _moved(table: NDArray[np.float32], near: float) -> Labels:
    """Do the same, then let every text move twice to a nearer group."""
    labels = _founded(table, near)
    for _ in range(2):
        labels = np.unique(labels, return_inverse=True)[1]
        sizes = np.bincount(labels).astype(np.float32)
        means = np.zeros((len(sizes), table.shape[1]), np.float32)
        np.add.at(means, labels, table)
        means /= sizes[:, None]
        nearness, rows = table @ means.T, np.arange(len(table))
        own = sizes[labels]
        others = (nearness[rows, labels] * own - 1) / np.maximum(own - 1, 1)
        nearness[rows, labels] = np.where(own > 1, others, near)
        labels = nearness.argmax(axis=1)
    return labels


def _complete(table: NDArray[np.float32], near: float) -> Labels:
    distance = np.clip(1.0 - (table @ table.T).astype(np.float64), 0, None)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "complete")
    return np.asarray(fcluster(tree, 1 - near, "distance"), np.int64)


def _dense(table: NDArray[np.float32], least: float) -> Labels:
    found = HDBSCAN(min_cluster_size=int(least), min_samples=1, copy=True).fit_predict(table)
    return np.where(found < 0, np.arange(len(found)) + len(found), found)


def _from(least: float) -> tuple[float, ...]:
    """Return nine thresholds; earlier runs over wider spans said where to look."""
    return tuple(round(least + 0.02 * at, 2) for at in range(9))


WAYS: Mapping[str, tuple[Way, Sequence[float]]] = {
    "first come, first served": (_founded, _from(0.2)),
    "the same, then moved twice": (_moved, _from(0.18)),
    "average link": (_ours, _from(0.22)),
    "complete link": (_complete, _from(0.0)),
    "HDBSCAN": (_dense, (2, 3, 4, 5, 6, 8)),
}
"""Name → the way, and what to choose its threshold from."""
OURS = "average link"


def draws(data: Path, half: int, many: int) -> dict[str, list[Draw]]:
    """Return `many` draws of each set, from one half of its intents."""
    elsewhere = [text for text, _ in _read(data, "clinc_full.json")["oos_train"]][half::2]
    return {
        name: [_draw(_read(data, file)["train"], elsewhere, half, at) for at in range(many)]
        for name, file in SETS.items()
    }


def _read(data: Path, file: str) -> dict[str, list[tuple[str, str]]]:
    sets: dict[str, list[tuple[str, str]]] = json.loads((data / file).read_text("utf-8"))
    return sets


def _draw(rows: list[tuple[str, str]], elsewhere: list[str], half: int, number: int) -> Draw:
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for text, label in rows:
        asked[label].append(text)
    intents = sorted(asked)
    random.Random(SEED).shuffle(intents)  # noqa: S311  a sample, not a secret
    dice = random.Random(f"{SEED} {half} {number}")  # noqa: S311
    mine = dice.sample(intents[half::2], INTENTS + ALONE)
    drawn = [(text, f"elsewhere {at}") for at, text in enumerate(dice.sample(elsewhere, ELSEWHERE))]
    for at, intent in enumerate(mine):
        spread = dice.uniform(math.log(FEWEST), math.log(MOST))
        size = round(math.exp(spread)) if at < INTENTS else 1
        drawn += [(text, intent) for text in dice.sample(asked[intent], size)]
    dice.shuffle(drawn)
    return Draw([text for text, _ in drawn], [label for _, label in drawn])


def agreement(way: Way, near: float, tables: list[tuple[NDArray[np.float32], list[str]]]) -> float:
    """Return the mean adjusted Rand index: 1 for the very groups, 0 for chance."""
    return float(np.mean([adjusted_rand_score(labels, way(t, near)) for t, labels in tables]))


def measure(data: Path, many: int) -> str:
    """Return the table."""
    tables = [
        {
            name: [(centred(draw.texts), draw.labels) for draw in found]
            for name, found in draws(data, half, many).items()
        }
        for half in (0, 1)
    ]
    lines = [
        f"| way | threshold | {' | '.join(SETS)} | both |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (way, thresholds) in WAYS.items():
        chosen = max(
            thresholds, key=lambda near: agreement(way, near, [*chain(*tables[0].values())])
        )
        found = [agreement(way, chosen, tables[1][each]) for each in SETS]
        mark = "**" if name == OURS else ""
        cells = " | ".join(f"{each:.3f}" for each in (*found, sum(found) / len(found)))
        lines.append(f"| {mark}{name}{mark} | {chosen:g} | {cells} |")
    return "\n".join(lines)


@click.command()
@click.argument("data", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--draws", "many", default=25, help="Draws of each set and half.")
@click.option("--write", type=click.Path(path_type=Path, file_okay=False, exists=True))
def main(data: Path, many: int, write: Path | None) -> None:
    """Measure on the public sets in the folder DATA."""
    table = measure(data, many)
    click.echo(f"Shipped threshold: {NEAR}. {many} draws of each set.", err=True)
    if write:
        renew(write / "journal.md", "groups", table)
    else:
        click.echo(table)


if __name__ == "__main__":
    main()

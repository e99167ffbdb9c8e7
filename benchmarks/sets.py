"""The public sets as training texts, texts to ask, and texts that nothing answers.

The files hold `split → [[text, label], …]`; docs/quality.md names their sources and licences. Test
splits are read only with `split="test"`. Where a set has no validation split, a tenth of the
training texts is held out, or texts that a few-shot split leaves over are asked.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Split: TypeAlias = Literal["validation", "test"]
Labelled: TypeAlias = tuple[tuple[str, str], ...]
"""(text, label) pairs."""

SEED = 13
"""Of everything that is drawn; published with the figures."""
ASKED = 2_500
"""How many left-over training texts a few-shot validation asks."""
HELD_OUT = 0.1
HINT3_OUTSIDE = "NO_NODES_DETECTED"
HIDDEN = 6
"""In HINT3's validation every sixth label is hidden, to stand for what is out of scope."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """One set, ready to be measured."""

    name: str
    train: Labelled
    asked: Labelled
    outside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of out-of-scope texts → the texts."""
    tuning: tuple[Labelled, tuple[str, ...]] | None = None
    """What a threshold may be chosen on: labelled texts and out-of-scope ones. None: there is
    nothing beside what is asked."""


def load(name: str, data: Path, split: Split) -> PublicSet:
    """Return a set by its name, a key of SETS."""
    return SETS[name](data, split)


def clinc(data: Path, split: Split) -> PublicSet:
    """CLINC150, 100 training texts a label."""
    return _clinc("CLINC150", _read(data, "clinc_full.json")["train"], data, split)


def clinc_few(data: Path, split: Split, many: int) -> PublicSet:
    """CLINC150 with 5 or 10 training texts a label, from the split that is usual."""
    train = _read(data, "clinc_fewshot_official.json")[f"train_{many}"]
    return _clinc(f"CLINC150, {many} phrasings", train, data, split)


def _clinc(name: str, train: Labelled, data: Path, split: Split) -> PublicSet:
    full = _read(data, "clinc_full.json")
    tuning = (full["val"], _texts(full["oos_val"]))
    if split == "test":
        return PublicSet(name, train, full["test"], {"any": _texts(full["oos_test"])}, tuning)
    outside = _texts(_read(data, "clinc_oos_plus.json")["oos_train"])  # never trained on here
    return PublicSet(name, train, full["val"], {"any": outside}, tuning)


def banking(data: Path, split: Split) -> PublicSet:
    """BANKING77 with all its training texts."""
    rows = _read(data, "banking77.json")
    if split == "test":
        return PublicSet("BANKING77", rows["train"], rows["test"])
    return PublicSet("BANKING77", *_held_out(rows["train"]))


def banking_few(data: Path, split: Split, many: int) -> PublicSet:
    """BANKING77 with 5 or 10 training texts a label, from the split that is usual."""
    few = _read(data, "banking77_fewshot_official.json")
    train = few[f"train_{many}"]
    rows = _read(data, "banking77.json")
    asked = rows["test"]
    if split == "validation":
        asked = _left_over(rows["train"], (*few["train_5"], *few["train_10"]))
    return PublicSet(f"BANKING77, {many} phrasings", train, asked)


def banking_oos(data: Path, split: Split) -> PublicSet:
    """BANKING77-OOS: 27 labels are taken out, and asked all the same."""
    rows = _read(data, "banking77_oos.json")
    ending = "test" if split == "test" else "valid"
    outside = {
        "in the domain": _texts(rows[f"id-oos_{ending}"]),
        "far": _texts(rows[f"ood-oos_{ending}"]),
    }
    tuning = (rows["valid"], _texts(rows["id-oos_valid"])) if split == "test" else None
    return PublicSet("BANKING77-OOS", rows["train"], rows[ending], outside, tuning)


def hwu(data: Path, split: Split) -> PublicSet:
    """HWU64, the usual split."""
    rows = _read(data, "hwu64.json")
    return PublicSet("HWU64", rows["train"], rows["test" if split == "test" else "valid"])


def hwu_few(data: Path, split: Split, many: int) -> PublicSet:
    """HWU64 with 5 or 10 training texts a label, from the split that is usual."""
    rows = _read(data, "hwu64.json")
    asked = rows["test"]
    if split == "validation":
        asked = _left_over(rows["train"], (*rows["train_5"], *rows["train_10"]))
    return PublicSet(f"HWU64, {many} phrasings", rows[f"train_{many}"], asked)


def hint3(data: Path, split: Split, bot: str) -> PublicSet:
    """Real traffic of one of HINT3's three chatbots, in the version of the paper (v1)."""
    rows = _read(data, f"hint3_{bot.lower()}.json")
    name = f"HINT3 {bot}"
    if split == "validation":
        return _hidden_labels(name, rows["v1_train"])
    inside = tuple(row for row in rows["v1_test"] if row[1] != HINT3_OUTSIDE)
    outside = tuple(text for text, label in rows["v1_test"] if label == HINT3_OUTSIDE)
    return PublicSet(name, rows["v1_train"], inside, {"any": outside})


def _hidden_labels(name: str, rows: Labelled) -> PublicSet:
    """Hold out a tenth of the texts, and hide some labels to ask what nothing answers."""
    labels = sorted({label for _, label in rows})
    hidden = set(labels[::HIDDEN])
    train, asked = _held_out([row for row in rows if row[1] not in hidden])
    outside = tuple(text for text, label in rows if label in hidden)
    return PublicSet(name, train, asked, {"any": outside})


HINT3_BOTS = ("SOFMattress", "Curekart", "Powerplay11")
SETS: dict[str, Callable[[Path, Split], PublicSet]] = {
    "clinc": clinc,
    "clinc10": lambda data, split: clinc_few(data, split, 10),
    "clinc5": lambda data, split: clinc_few(data, split, 5),
    "banking": banking,
    "banking10": lambda data, split: banking_few(data, split, 10),
    "banking5": lambda data, split: banking_few(data, split, 5),
    "banking-oos": banking_oos,
    "hwu": hwu,
    "hwu10": lambda data, split: hwu_few(data, split, 10),
    "hwu5": lambda data, split: hwu_few(data, split, 5),
    "sofmattress": lambda data, split: hint3(data, split, "SOFMattress"),
    "curekart": lambda data, split: hint3(data, split, "Curekart"),
    "powerplay11": lambda data, split: hint3(data, split, "Powerplay11"),
}
"""Name on the command line → how the set is made."""


@lru_cache(maxsize=4)
def _read(data: Path, name: str) -> dict[str, Labelled]:
    splits = json.loads((data / name).read_text(encoding="utf-8"))
    return {split: tuple((text, label.lower() if label != HINT3_OUTSIDE else label)
                         for text, label in rows) for split, rows in splits.items()}  # fmt: skip


def _texts(rows: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(text for text, _ in rows)


def _held_out(rows: Iterable[tuple[str, str]]) -> tuple[Labelled, Labelled]:
    """Split off a tenth of each label's texts; labels with fewer than five keep all.

    A text that stands in the rest too, as some do, is not asked.
    """
    by_label: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        by_label[row[1]].append(row)
    rng = random.Random(SEED)  # noqa: S311  drawn to be repeated, not to be secret
    kept: list[tuple[str, str]] = []
    held: list[tuple[str, str]] = []
    for label in sorted(by_label):
        mixed = rng.sample(by_label[label], len(by_label[label]))
        many = max(1, round(len(mixed) * HELD_OUT)) if len(mixed) >= 5 else 0
        held.extend(mixed[:many])
        kept.extend(mixed[many:])
    known = {text.lower() for text, _ in kept}
    return tuple(kept), tuple(row for row in held if row[0].lower() not in known)


def _left_over(rows: Labelled, used: Labelled) -> Labelled:
    """Draw texts that no few-shot split uses."""
    taken = {text.lower() for text, _ in used}
    left = [row for row in rows if row[0].lower() not in taken]
    rng = random.Random(SEED)  # noqa: S311  drawn to be repeated, not to be secret
    return tuple(rng.sample(left, ASKED))

"""What is measured on each set: a flat table of numbers, and its form as Markdown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.measures import NINE, halves
from benchmarks.published import CLINC, FEW, FULL, HINT3
from benchmarks.ranker import STEPS, Ranker, textbook
from benchmarks.sets import HINT3_BOTS
from benchmarks.typos import misspell
from bot.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.ranker import Measured
    from benchmarks.sets import PublicSet

Figures: TypeAlias = dict[str, float]
"""Name of a figure → value, shares from 0 to 1."""
Results: TypeAlias = dict[str, Figures]
"""Name of a set → its figures."""

ABLATED = ("clinc", "clinc10", "banking", "banking10", "banking5", "hwu")
"""Sets on which the parts are added one by one."""
MISSPELT = ("clinc", "banking", "hwu")
OURS = "**Askwell**"


def measure(name: str, public: PublicSet) -> Figures:
    """Build the index of one set and measure everything on it."""
    start = time.perf_counter()
    ranker = Ranker(public.train)
    figures = {"build seconds": 0.0, "labels": float(len(ranker.index.labels) - 1)}
    figures["build seconds"] = time.perf_counter() - start
    outside = [text for some in public.outside.values() for text in some]
    whole = ranker.measure(public.asked, outside)
    figures["accuracy"] = whole.by_score.accuracy
    figures["calibration error"] = whole.by_confidence.calibration_error()
    for kind, texts in public.outside.items():
        figures.update(_outside(kind, _only(whole, public, kind), len(texts)))
    if public.outside:
        figures.update(_tuned(ranker, public, _only(whole, public, next(iter(public.outside)))))
    if name in {bot.lower() for bot in HINT3_BOTS}:
        figures.update(_mcc(whole))
    if name in MISSPELT:
        figures.update(_misspelt(ranker, public))
    if name in ABLATED:
        figures.update(_ablation(ranker, public, outside))
    return figures


def _only(whole: Measured, public: PublicSet, kind: str) -> Measured:
    """Keep the answerable texts and one kind of the others."""
    first = len(public.asked)
    for other, texts in public.outside.items():
        if other == kind:
            break
        first += len(texts)
    inside, stop = len(public.asked), first + len(public.outside[kind])
    return whole.part([*range(inside), *range(first, stop)])


def _outside(kind: str, part: Measured, many: int) -> Figures:
    own_accuracy, own_recall = part.by_confidence.at(THRESHOLDS.answer_at)
    return {
        f"{kind}: texts": float(many),
        f"{kind}: AUROC of score": part.by_score.auroc or 0.0,
        f"{kind}: AUROC of confidence": part.by_confidence.auroc or 0.0,
        f"{kind}: accuracy at the product's threshold": own_accuracy,
        f"{kind}: recall at the product's threshold": own_recall,
    }


def _tuned(ranker: Ranker, public: PublicSet, part: Measured) -> Figures:
    """Choose a threshold where the protocol allows it, and apply it to what is asked."""
    found = {}
    tuning = ranker.measure(*public.tuning) if public.tuning else None
    for by in ("score", "confidence"):
        judged = part.by_score if by == "score" else part.by_confidence
        if tuning:
            chosen = (tuning.by_score if by == "score" else tuning.by_confidence).best_threshold()
            accuracy, recall = judged.at(chosen)
        else:
            accuracy, recall = halves(judged)
        found[f"accuracy at the tuned {by}"] = accuracy
        found[f"recall at the tuned {by}"] = recall
    return found


def _mcc(whole: Measured) -> Figures:
    best, threshold = whole.by_confidence.best_mcc(NINE)
    return {
        "best MCC over 101 thresholds of score": whole.by_score.best_mcc()[0],
        "best MCC over nine thresholds of confidence": best,
        "best of nine thresholds": threshold,
        "MCC at the product's threshold": whole.by_confidence.mcc(THRESHOLDS.answer_at),
    }


def _misspelt(ranker: Ranker, public: PublicSet) -> Figures:
    texts = misspell(text for text, _ in public.asked)
    rows = tuple(zip(texts, (label for _, label in public.asked), strict=True))
    return {
        "accuracy without repair": ranker.measure(public.asked, repair=False).by_score.accuracy,
        "misspelt": ranker.measure(rows).by_score.accuracy,
        "misspelt without repair": ranker.measure(rows, repair=False).by_score.accuracy,
    }


def _ablation(ranker: Ranker, public: PublicSet, outside: Sequence[str]) -> Figures:
    steps = {"textbook": textbook(public), **ranker.ablation(public.asked, outside)}
    found = {f"step {name}": judged.accuracy for name, judged in steps.items()}
    areas = {f"step {name}: AUROC": judged.auroc for name, judged in steps.items()}
    return {**found, **{name: area for name, area in areas.items() if area is not None}}


# --- as Markdown ---------------------------------------------------------------------------


def tables(results: Mapping[str, Figures]) -> str:
    """Return all tables; a figure that was not measured is a dash."""
    parts = (_clinc, _accuracies, _few, _oos, _hint3, _typos, _steps, _calibrations)
    return "\n".join(line for part in parts for line in part(results))


def _clinc(results: Mapping[str, Figures]) -> Iterator[str]:
    found = results.get("clinc", {})
    rows = [
        (f"{OURS}, ranking score", _percent(found, "accuracy at the tuned score"),
         _percent(found, "recall at the tuned score"), _share(found, "any: AUROC of score")),
        (f"{OURS}, calibrated confidence", _percent(found, "accuracy at the tuned confidence"),
         _percent(found, "recall at the tuned confidence"),
         _share(found, "any: AUROC of confidence")),
        (f"{OURS}, at the threshold that it ships with",
         _percent(found, "any: accuracy at the product's threshold"),
         _percent(found, "any: recall at the product's threshold"), ""),
        *((name, *map(_plain, figures)) for name, figures in CLINC.items()),
    ]  # fmt: skip
    names = ("CLINC150", "in-scope accuracy", "out-of-scope recall", "AUROC")
    yield from _table("Out of scope: CLINC150", names, rows)


def _accuracies(results: Mapping[str, Figures]) -> Iterator[str]:
    keys = ("clinc", "banking", "hwu")
    ours = (OURS, *(_percent(results.get(key, {}), "accuracy") for key in keys))
    others = [(name, *(_plain(of.get(key)) for key in keys)) for name, of in FULL.items()]
    names = ("All training texts", "CLINC150", "BANKING77", "HWU64")
    yield from _table("Accuracy with many phrasings", names, [ours, *others])


def _few(results: Mapping[str, Figures]) -> Iterator[str]:
    keys = ("banking10", "hwu10", "clinc10", "banking5", "hwu5", "clinc5")
    ours = (OURS, *(_percent(results.get(key, {}), "accuracy") for key in keys))
    others = [(name, *(_plain(of.get(key)) for key in keys)) for name, of in FEW.items()]
    names = ("Phrasings for each answer", "BANKING77, 10", "HWU64, 10", "CLINC150, 10",
             "BANKING77, 5", "HWU64, 5", "CLINC150, 5")  # fmt: skip
    yield from _table("Accuracy with few phrasings", names, [ours, *others])


def _oos(results: Mapping[str, Figures]) -> Iterator[str]:
    found = results.get("banking-oos", {})
    rows = [
        (f"{OURS}, {by}", _percent(found, "accuracy"), *(
            _share(found, f"{kind}: AUROC of {by}") for kind in ("in the domain", "far")),
         _percent(found, f"accuracy at the tuned {by}"),
         _percent(found, f"recall at the tuned {by}"))
        for by in ("score", "confidence")
    ]  # fmt: skip
    names = ("BANKING77-OOS", "accuracy", "AUROC in the domain", "AUROC far away",
             "accuracy at a tuned threshold", "in-domain recall there")  # fmt: skip
    yield from _table("Out of scope in the neighbourhood", names, rows)


def _hint3(results: Mapping[str, Figures]) -> Iterator[str]:
    bots = [bot.lower() for bot in HINT3_BOTS]
    rows: list[tuple[str, ...]] = []
    for title, figure in (
        ("best of 101 thresholds of the score", "best MCC over 101 thresholds of score"),
        ("best of nine thresholds of confidence", "best MCC over nine thresholds of confidence"),
        ("fixed threshold, the shipped one", "MCC at the product's threshold"),
    ):
        cells = [
            (_percent(of, "accuracy"), _share(of, figure))
            for of in (results.get(bot, {}) for bot in bots)
        ]
        rows.append((f"{OURS}, {title}", *(text for cell in cells for text in cell)))
    for name, of in HINT3.items():
        rows.append((name, *(_plain(value) for bot in bots for value in of[bot])))
    names = ("HINT3 v1", *(f"{bot} {what}" for bot in HINT3_BOTS for what in ("accuracy", "MCC")))
    yield from _table("Real traffic of three chatbots", names, rows)


def _typos(results: Mapping[str, Figures]) -> Iterator[str]:
    rows = [
        (title, *(_percent(results.get(key, {}), figure) for key in MISSPELT))
        for title, figure in (
            ("as written, spelling repair on", "accuracy"),
            ("as written, off", "accuracy without repair"),
            ("misspelt, on", "misspelt"),
            ("misspelt, off", "misspelt without repair"),
        )
    ]
    names = ("Accuracy", "CLINC150", "BANKING77", "HWU64")
    yield from _table("Typing errors", names, rows)


def _steps(results: Mapping[str, Figures]) -> Iterator[str]:
    rows = []
    of = [results.get(key, {}) for key in ABLATED]
    clinc = results.get("clinc", {})
    for step in ("textbook", *STEPS):
        title = "textbook: default TF-IDF, nearest phrasing" if step == "textbook" else step
        area = _share(clinc, f"step {step}: AUROC")
        rows.append((title, *(_percent(each, f"step {step}") for each in of), area))
    area = _share(clinc, "any: AUROC of confidence")
    rows.append(("+ ordered by confidence", *(_percent(each, "accuracy") for each in of), area))
    names = ("Parts of the score", "CLINC150", "10 phrasings", "BANKING77", "10 phrasings",
             "5 phrasings", "HWU64", "CLINC150 AUROC")  # fmt: skip
    yield from _table("What each part adds", names, rows)


def _calibrations(results: Mapping[str, Figures]) -> Iterator[str]:
    rows = [(name, f"{found['labels']:.0f}", _share(found, "calibration error"),
             f"{found['build seconds']:.0f}") for name, found in results.items()]  # fmt: skip
    names = ("Set", "answers", "expected calibration error", "seconds to build the index")
    yield from _table("Confidence and cost", names, rows)


def _table(title: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"### {title}", "", f"| {' | '.join(names)} |")
    yield f"| --- |{' ---: |' * (len(names) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _percent(found: Figures, name: str) -> str:
    return f"{100 * found[name]:.1f}" if name in found else "–"


def _share(found: Figures, name: str) -> str:
    return f"{found[name]:.3f}" if name in found else "–"


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value < 1 else f"{value:.1f}"

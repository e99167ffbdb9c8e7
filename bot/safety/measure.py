"""How well a screen does on rows whose label is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import ContentError
from bot.models import Problem, Screening, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.safety.screen import Screen


_NO_CARD: Final = frozenset({Tier.URGENT, Tier.ADVICE, None})
EXPECTED: Final[dict[str, frozenset[Tier | None]]] = {
    "EMERGENCY": frozenset({Tier.EMERGENCY}),
    "CRISIS": frozenset({Tier.CRISIS}),
    "URGENT": frozenset({Tier.URGENT, Tier.EMERGENCY}),
    "ADVICE": frozenset({Tier.ADVICE, Tier.URGENT, Tier.EMERGENCY}),
    "INFO": _NO_CARD,
    "PAST": _NO_CARD,
    "NEGATED": _NO_CARD,
    "PHI": _NO_CARD,
    "FAQ": frozenset({None}),
}
"""Label → the tiers that are right for it. More urgent than needed is right for URGENT and
ADVICE; a full card is a false alarm on INFO, PAST, NEGATED and PHI; on FAQ any tier is."""


@dataclass(frozen=True, slots=True)
class Row:
    """An utterance with the label that people gave it."""

    label: str
    """A key of `EXPECTED`."""
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Miss:
    """A row that the screen judged otherwise."""

    row: Row
    screening: Screening


@dataclass(frozen=True, slots=True)
class Figures:
    """The outcome for the rows of one label."""

    label: str
    rows: int
    misses: tuple[Miss, ...]

    @property
    def right(self) -> int:
        """Number of rows that were judged as their label says."""
        return self.rows - len(self.misses)

    @property
    def share(self) -> float:
        """Share of right rows, 0 to 1; for INFO, PAST and NEGATED, 1 less the false alarms."""
        return self.right / self.rows if self.rows else 1.0

    @property
    def seeks_danger(self) -> bool:
        """Whether the share is a recall; otherwise it is a rate of quiet rows."""
        return None not in EXPECTED[self.label]


def read_rows(text: str, path: str) -> tuple[Row, ...]:
    """Read `label<TAB>text` lines; raises ContentError naming each line with another label."""
    rows, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        label, _, utterance = line.partition("\t")
        if label not in EXPECTED or not utterance.strip():
            fix = f"Write a label, a tab and the text. The labels are {', '.join(EXPECTED)}."
            problems.append(Problem(path, number, "This line has no known label.", fix))
        rows.append(Row(label, utterance.strip(), number))
    if problems:
        raise ContentError(problems)
    return tuple(rows)


def measure(screen: Screen, rows: Iterable[Row]) -> tuple[Figures, ...]:
    """Screen every row; return the figures of each label that occurs, ordered as `EXPECTED`."""
    seen: dict[str, int] = defaultdict(int)
    misses: dict[str, list[Miss]] = defaultdict(list)
    for row in rows:
        seen[row.label] += 1
        screening = screen.screen(row.text)
        failed = screening.text == "unavailable"
        if failed or screening.tier not in EXPECTED[row.label]:
            misses[row.label].append(Miss(row, screening))
    return tuple(
        Figures(label, seen[label], tuple(misses[label])) for label in EXPECTED if seen[label]
    )

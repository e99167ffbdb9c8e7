"""Cross-validation: ask each phrasing against a FAQ that does not have it.

Tells, without a single question from outside, which entries lack phrasings and which two are too
alike to be told apart. Headings stay in: only what stands under "Also asked" is held back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.evaluate.questions import Question
from bot.retrieval.build import build_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluate.asking import Outcome
    from bot.models import Entry, Faq, Phrasing
    from bot.snapshot import Snapshot

FOLDS = 5
"""How often an index is built; each time a fifth of the phrasings is held back."""
WEAK = 0.8
"""An entry that finds fewer of its held-back phrasings is weak."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A FAQ that lacks some phrasings, and these as questions."""

    faq: Faq
    held: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Strength:
    """How many of its held-back phrasings an entry, or a subject that is not covered, finds."""

    entry: str
    asked: int
    fine: int
    lost_to: tuple[str, ...]
    """The entries that took the others, most often first."""

    @property
    def share(self) -> float:
        """Share of phrasings that went as they should, 0 to 1."""
        return self.fine / self.asked


def split(faq: Faq, folds: int = FOLDS) -> tuple[Fold, ...]:
    """Hold back every n-th phrasing in each of n folds, so that each is asked once."""
    found = (_fold(faq, number, folds) for number in range(folds))
    return tuple(fold for fold in found if fold.held)


def without(snapshot: Snapshot, fold: Fold) -> Snapshot:
    """Return the snapshot with an index that lacks the fold's phrasings. Takes seconds."""
    return replace(snapshot, faq=fold.faq, index=build_index(fold.faq))


def strengths(outcomes: Sequence[Outcome]) -> tuple[Strength, ...]:
    """Return how well each entry was found, the weakest first."""
    asked: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for entry in outcome.question.expected[:1]:
            asked[entry].append(outcome)
    found = [_strength(entry, of_entry) for entry, of_entry in asked.items()]
    return tuple(sorted(found, key=lambda each: (each.share, -each.asked, each.entry)))


def _fold(faq: Faq, number: int, folds: int) -> Fold:
    """Hold back the phrasings number, number + folds, … of the whole FAQ."""
    held: list[Question] = []
    topics, at = [], 0
    for topic in faq.topics:
        entries = []
        for entry in topic.entries:
            numbered = list(enumerate(entry.phrasings, start=at))
            at += len(numbered)
            out = [phrasing for place, phrasing in numbered if place % folds == number]
            kept = tuple(phrasing for place, phrasing in numbered if place % folds != number)
            held.extend(_question(entry, phrasing) for phrasing in out)
            entries.append(replace(entry, phrasings=kept))
        topics.append(replace(topic, entries=tuple(entries)))
    return Fold(replace(faq, topics=tuple(topics)), tuple(held))


def _question(entry: Entry, phrasing: Phrasing) -> Question:
    return Question(phrasing.text, (entry.id,), entry.path, phrasing.line)


def _strength(entry: str, outcomes: Sequence[Outcome]) -> Strength:
    lost = [outcome for outcome in outcomes if not outcome.fine]
    takers = Counter(o.entries[0] for o in lost if o.entries and o.entries[0] != entry)
    others = tuple(name for name, _ in takers.most_common())
    return Strength(entry, len(outcomes), len(outcomes) - len(lost), others)

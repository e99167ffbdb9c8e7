"""All checks that need more than one line of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.content.phrasings import check_phrasings
from bot.content.placeholders import check_unset
from bot.content.questions import check_scripts
from bot.content.references import Ids, check_ids, check_related, check_starters
from bot.content.reviews import check_reviews
from bot.content.style import check_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bot.content.source import Source
    from bot.content.topics import Draft
    from bot.models import Clinic, Entry, Phrasing, Problem


@dataclass(frozen=True, slots=True)
class Material:
    """What the checks look at."""

    drafts: Sequence[Draft]
    clinic: Clinic
    starters: Sequence[Phrasing]
    sources: Mapping[str, Source]
    """All content files by the slug of their stem."""
    scripts: Mapping[str, Source]
    """The scripted conversations by the slug of their stem."""
    folder: str
    """The folder as messages name it."""

    @property
    def entries(self) -> dict[str, Entry]:
        """All entries by id."""
        return {entry.id: entry for draft in self.drafts for entry in draft.topic.entries}


def check(material: Material, *, today: date) -> Iterator[Problem]:
    """Yield what is wrong beyond the grammar: errors, warnings and hints in no order."""
    ids = Ids(material.entries)
    for draft in material.drafts:
        yield from check_ids(draft)
        yield from check_related(draft, ids)
        yield from check_reviews(draft, today)
        yield from check_style(draft)
    yield from check_phrasings(material.drafts)
    if "wording" in material.sources:
        yield from check_starters(material.starters, material.sources["wording"], ids)
    yield from check_unset(material.sources, material.clinic)
    yield from check_scripts(material.scripts, material.drafts, material.folder)

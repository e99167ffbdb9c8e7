"""The names that a content file may use, and what was probably meant by a wrong one.

All files share one grammar; they differ in the fields (`Name: value`) and lists (`Name:` and
lines with dashes) that they know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one kind of file knows."""

    head: tuple[str, ...] = ()
    """Fields that may stand under the title."""
    fields: tuple[str, ...] = ()
    """Fields that may stand under a `##` heading."""
    lists: tuple[str, ...] = ()
    """Lists that may stand under a `##` heading."""
    strict: bool = False
    """Every line under the title must be a field; there is no free text to mistake it for."""
    answers: bool = False
    """A section's text is an answer, so an empty line ends its list."""


ALSO_ASKED = "Also asked"
SAYS = "Says"
WORDS = "Words"

TOPIC = Grammar(
    head=("Kind", "Source", "Reviewed", "Review by", "Owner"),
    fields=("Kind", "Source", "Reviewed", "Review by", "Owner", "Related"),
    lists=(ALSO_ASKED,),
    answers=True,
)
RED_FLAGS = Grammar(
    head=("Language", "Reviewed by", "Source", "Owner"),
    fields=("Tier", "Language", "Reviewed by", "Source"),
    lists=(SAYS, WORDS),
)
CLINIC = Grammar(
    head=("Name", "Phone", "Website", "Hours", "Country", "Languages"),
    strict=True,
)
WORDING = Grammar(head=("Owner",))
SYNONYMS = Grammar(head=("Owner",))


def near_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known field or list name that `name` is a misspelling of, or None.

    One slip is allowed in up to five letters, two in up to eight, three beyond. In words of
    four letters the first one must be right: "Mind: the step" is not a misspelt "Kind:".
    """
    typed = name.casefold()
    best, _, _ = min(
        ((each, OSA.distance(typed, each.casefold()), each) for each in known),
        key=lambda found: found[1],
        default=("", 99, ""),
    )
    slips = OSA.distance(typed, best.casefold())
    if slips > _slips_allowed(best):
        return None
    return best if len(best) > 4 or typed[:1] == best[:1].casefold() else None


def _slips_allowed(name: str) -> int:
    if len(name) <= 5:
        return 1
    return 2 if len(name) <= 8 else 3


def suggestion(text: str, known: Iterable[str], *, at_least: float = 60) -> str | None:
    """Return the known text that is most like `text`, if any is at least 60 % alike."""
    found = process.extractOne(
        text.casefold(), list(known), scorer=fuzz.WRatio, processor=str.casefold,
        score_cutoff=at_least,
    )  # fmt: skip
    return found[0] if found else None

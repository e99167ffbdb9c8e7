"""Telling which entries differ between two content versions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Entry, Faq

Prints: TypeAlias = dict[str, str]
"""Id of an entry, or `=` and the name of another part → a hash of all that patients can notice."""

_BYTES: Final = 8
_PART: Final = "="
"""Stands before the names of parts that are not entries; no id begins so."""


def prints(faq: Faq) -> Prints:
    """Return the hashes of a content version; where in a file something stands does not count."""
    parts = {
        "clinic": faq.clinic,
        "wording": (sorted(faq.wording.texts.items()), faq.wording.starters),
        "red flags": _red_flags(faq),
        "synonyms": faq.synonyms,
    }
    entries = {entry.id: _print(_entry(entry)) for entry in faq.entries}
    return entries | {f"{_PART}{name}": _print(part) for name, part in parts.items()}


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the ids that were `added`, `changed` and `removed`, and the changed other `parts`."""
    changed = [name for name in now if name in before and now[name] != before[name]]
    return {
        "added": [name for name in now if name not in before and not _is_part(name)],
        "changed": [name for name in changed if not _is_part(name)],
        "removed": [name for name in before if name not in now and not _is_part(name)],
        "parts": [name.removeprefix(_PART) for name in changed if _is_part(name)],
    }


def _is_part(name: str) -> bool:
    return name.startswith(_PART)


def _entry(entry: Entry) -> tuple[Any, ...]:
    phrasings = tuple(phrasing.text for phrasing in entry.phrasings)
    reviews = (entry.source, entry.reviewed, entry.review_by)
    return (entry.question, phrasings, entry.answer, entry.kind, *reviews, entry.related)


def _red_flags(faq: Faq) -> tuple[Any, ...]:
    flags = faq.red_flags
    return (
        [
            (flag.id, flag.tier, [pattern.text for pattern in flag.patterns], flag.reviewed_by)
            for flag in flags.flags
        ],
        sorted(flags.texts.items()),
        sorted((name, [each.text for each in listed]) for name, listed in flags.lists.items()),
    )


def _print(value: object) -> str:
    return hashlib.blake2b(repr(value).encode(), digest_size=_BYTES).hexdigest()

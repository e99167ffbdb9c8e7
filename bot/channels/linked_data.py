"""The FAQ as schema.org JSON-LD, for search engines and other readers that are machines.

It stands in the page as a data block, which no browser runs; so the page's policy against inline
scripts does not concern it. Addresses are relative to the page, as the server need not know its
own name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.channels.markup import blocks_html
from bot.dialogue import choose
from bot.models import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Entry
    from bot.snapshot import Snapshot

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""What could end the script element early or begin markup, as JSON may also write it."""


def faq_page(snapshot: Snapshot, entries: Iterable[Entry]) -> str:
    """Return the script element for the page with all entries (schema.org FAQPage)."""
    entries = list(entries)
    data = _page(snapshot, "FAQPage", "/faq", entries)
    return script({**data, "mainEntity": [question(snapshot, entry) for entry in entries]})


def entry_page(snapshot: Snapshot, entry: Entry) -> str:
    """Return the script element for the page of one entry: a WebPage about one Question.

    It is no FAQPage, because an answer that stands on two pages may be marked as one only once.
    """
    data = _page(snapshot, "WebPage", entry_address(entry.id), [entry])
    return script({**data, "name": entry.question, "mainEntity": question(snapshot, entry)})


def question(snapshot: Snapshot, entry: Entry) -> dict[str, Any]:
    """Return one entry as a Question; its answer carries the disclaimer, whoever shows it."""
    reply = choose(snapshot, State(), entry.id).reply
    text = blocks_html(reply.blocks)
    if reply.disclaimer:
        text += blocks_html(snapshot.replies.text("disclaimer"))
    return {
        "@type": "Question",
        "name": entry.question,
        "url": entry_address(entry.id),
        "acceptedAnswer": {"@type": "Answer", "text": text},
    }


def script(data: dict[str, Any]) -> str:
    """Return data as a script element that nothing in the data can end."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return f'<script type="application/ld+json">{text}</script>'


def entry_address(entry: str) -> str:
    """Return the path of an entry's own page."""
    return f"/faq/{quote(entry)}"


def _page(snapshot: Snapshot, kind: str, address: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """Return what is said of the page itself; what the clinic has not filled in is left out."""
    clinic = snapshot.faq.clinic
    data: dict[str, Any] = {"@type": kind, "url": address, "inLanguage": clinic.languages[0]}
    if days := [entry.reviewed for entry in entries if entry.reviewed]:
        data["lastReviewed"] = min(days).isoformat()  # the page is as fresh as its oldest answer
    if clinic.name:
        data["publisher"] = {"@type": "Organization", "name": clinic.name}
        if clinic.website:
            data["publisher"]["url"] = clinic.website
    return data

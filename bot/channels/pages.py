"""The home page: a plain clinic page with the chat."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.channels.documents import Document, fill_template
from bot.channels.faq_html import contact, readable
from bot.channels.keys import TURNS
from bot.channels.markup import runs_html
from bot.dialogue import starters

if TYPE_CHECKING:
    from aiohttp import web

    from bot.models import Choice
    from bot.snapshot import Snapshot

_WEB: Final = Path(__file__).parent.parent / "web"
ASSETS: Final = _WEB / "assets"
"""Folder of the scripts and styles."""


async def home(request: web.Request) -> web.Response:
    """`GET /`: the clinic's page with the chat; without script it links to the FAQ."""
    snapshot = request.app[TURNS].snapshot
    topics = "".join(
        f'<li><a href="/faq#{escape(topic.id)}">{escape(topic.title)}</a></li>'
        for topic in readable(snapshot)
    )
    html = _page(
        "home.html",
        snapshot,
        topics=topics,
        starters="".join(map(_starter, starters(snapshot))),
        contact=contact(snapshot),
    )
    return Document.of(html).answer(request)


def _page(name: str, snapshot: Snapshot, **parts: str) -> str:
    """Fill a template; every part must already be HTML."""
    clinic = snapshot.faq.clinic.name or "Our clinic"
    emergency = runs_html(snapshot.replies.values["emergency"])
    return fill_template(_WEB / name, clinic=escape(clinic), emergency=emergency, **parts)


def _starter(choice: Choice) -> str:
    return f'<li><a href="/faq#{escape(choice.entry or "")}">{escape(choice.label)}</a></li>'

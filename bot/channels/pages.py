"""The pages: a plain clinic page with the chat, and the whole FAQ as a page without script."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from bot.channels.keys import SETTINGS, TURNS
from bot.channels.markup import blocks_html, footer_html, runs_html
from bot.dialogue import choose, greet, starters
from bot.models import Kind, State

if TYPE_CHECKING:
    from bot.models import Choice, Entry, Topic
    from bot.snapshot import Snapshot

_WEB: Final = Path(__file__).parent.parent / "web"
ASSETS: Final = _WEB / "assets"
"""Folder of the scripts and styles."""

_READABLE = frozenset({Kind.CLINICAL, Kind.PRACTICAL})
"""Kinds of entries that stand on the FAQ page."""


async def home(request: web.Request) -> web.Response:
    """`GET /`: the clinic's page with the chat; without script it links to the FAQ."""
    snapshot = request.app[TURNS].snapshot
    topics = "".join(
        f'<li><a href="/faq#{escape(topic.id)}">{escape(topic.title)}</a></li>'
        for topic in _readable(snapshot)
    )
    return _page(
        "home.html",
        snapshot,
        topics=topics,
        greeting=blocks_html(greet(snapshot).blocks),
        starters="".join(map(_starter, starters(snapshot))),
        contact=_contact(snapshot),
        limit=str(request.app[SETTINGS].utterance_length),
    )


async def faq(request: web.Request) -> web.Response:
    """`GET /faq`: every answer as a page that needs no script; anchors are the entries' ids."""
    snapshot = request.app[TURNS].snapshot
    topics = _readable(snapshot)
    return _page(
        "faq.html",
        snapshot,
        contents="".join(map(_contents, topics)),
        topics="".join(_topic(snapshot, topic) for topic in topics),
        contact=_contact(snapshot),
    )


def _page(name: str, snapshot: Snapshot, **parts: str) -> web.Response:
    """Fill a template; every part must already be HTML."""
    template = Template((_WEB / name).read_text(encoding="utf-8"))
    clinic = snapshot.faq.clinic.name or "Our clinic"
    emergency = runs_html(snapshot.replies.values["emergency"])
    html = template.substitute(clinic=escape(clinic), emergency=emergency, **parts)
    return web.Response(
        text=html, content_type="text/html", headers={hdrs.CACHE_CONTROL: "no-cache"}
    )


def _readable(snapshot: Snapshot) -> list[Topic]:
    return [topic for topic in snapshot.faq.topics if _entries(topic)]


def _entries(topic: Topic) -> list[Entry]:
    return [entry for entry in topic.entries if entry.kind in _READABLE]


def _starter(choice: Choice) -> str:
    entry = escape(choice.entry or "")
    link = f'<a class="choice" href="/faq#{entry}" data-entry="{entry}">'
    return f"<li>{link}{escape(choice.label)}</a></li>"


def _contact(snapshot: Snapshot) -> str:
    """Return what the clinic has filled in about itself; nothing is made up."""
    clinic, lines = snapshot.faq.clinic, []
    if clinic.phone:
        lines.append(f"<li>Phone: {runs_html(snapshot.replies.values['phone'])}</li>")
    if clinic.website and clinic.website.startswith("https:"):
        lines.append(f'<li><a href="{escape(clinic.website)}">Our web site</a></li>')
    if clinic.hours and clinic.hours.startswith("https:"):
        lines.append(f'<li><a href="{escape(clinic.hours)}">Opening hours</a></li>')
    return f'<ul class="contact">{"".join(lines)}</ul>' if lines else ""


# --- the FAQ page --------------------------------------------------------------------------


def _contents(topic: Topic) -> str:
    lines = "".join(
        f'<li><a href="#{escape(entry.id)}">{escape(entry.question)}</a></li>'
        for entry in _entries(topic)
    )
    title = f'<a href="#{escape(topic.id)}">{escape(topic.title)}</a>'
    return f"<li>{title}<ul>{lines}</ul></li>"


def _topic(snapshot: Snapshot, topic: Topic) -> str:
    articles = "\n".join(_article(snapshot, entry) for entry in _entries(topic))
    return (
        f'<section aria-labelledby="{escape(topic.id)}">\n'
        f'<h2 id="{escape(topic.id)}">{escape(topic.title)}</h2>\n{articles}\n</section>\n'
    )


def _article(snapshot: Snapshot, entry: Entry) -> str:
    """Return one entry as the dialogue answers it, with its disclaimer."""
    reply = choose(snapshot, State(), entry.id).reply
    return (
        f'<article id="{escape(entry.id)}">\n'
        f'<h3><a href="#{escape(entry.id)}">{escape(entry.question)}</a></h3>\n'
        f"{blocks_html(reply.blocks)}\n{footer_html(reply)}\n</article>"
    )

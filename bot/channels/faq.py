"""`/faq`: every answer, each entry on a page of its own, and a search; all without script.

What is searched for is posted, never part of an address: addresses stay in histories, in the logs
of proxies, and on the screen (docs/decisions/).
"""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aiohttp import hdrs, web

from bot.channels import faq_html, linked_data
from bot.channels.documents import Shelf, fill_template
from bot.channels.keys import ADDRESSES, DOOR, SETTINGS, TURNS
from bot.channels.markup import runs_html
from bot.channels.search import is_red_flag, search, too_fast, too_long
from bot.dialogue import choose
from bot.models import State

if TYPE_CHECKING:
    from bot.channels.search import Found
    from bot.models import Entry, Topic
    from bot.snapshot import Snapshot

SHELF = web.AppKey("faq_shelf", Shelf)
_TEMPLATE: Final = Path(__file__).parent.parent / "web" / "faq.html"
_FORM = "application/x-www-form-urlencoded"
_DESCRIPTION = 155
"""Characters that search engines show of a description."""
_NOT_INDEXED = '<meta name="robots" content="noindex">'
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /api/\nDisallow: /staff\nDisallow: /ws\n"


def add_routes(app: web.Application) -> None:
    """Add the FAQ's pages to the server."""
    app[SHELF] = Shelf()
    app.router.add_get("/faq", all_entries)
    app.router.add_post("/faq/search", searched)
    app.router.add_get("/faq/{entry:.*}", one_entry)
    app.router.add_get("/robots.txt", robots)


async def all_entries(request: web.Request) -> web.Response:
    """`GET /faq`: every answer; the anchors are the ids of topics and entries."""
    snapshot = request.app[TURNS].snapshot
    return request.app[SHELF].get(snapshot, "", lambda: _all(snapshot)).answer(request)


async def one_entry(request: web.Request) -> web.Response:
    """`GET /faq/<topic>/<entry>`: one answer; a topic leads to its part of the whole page."""
    snapshot = request.app[TURNS].snapshot
    name = request.match_info["entry"].rstrip("/")
    topics = {topic.id: topic for topic in faq_html.readable(snapshot)}
    if name in {"", "search"} or name in topics:
        raise web.HTTPFound(f"/faq#{quote(name)}" if name in topics else "/faq")
    entry = snapshot.entries.get(name)
    if entry is None or not faq_html.is_readable(entry):
        return _answer(_not_found(snapshot), status=404)
    topic = topics[entry.topic]
    page = request.app[SHELF].get(snapshot, name, lambda: _one(snapshot, topic, entry))
    return page.answer(request)


async def searched(request: web.Request) -> web.Response:
    """`POST /faq/search` with `q`: a red flag's card, an answer, or an honest "no answer"."""
    app, snapshot = request.app, request.app[TURNS].snapshot
    try:
        utterance = await _utterance(request)
    except web.HTTPRequestEntityTooLarge:
        return _answer(_found(snapshot, too_long(snapshot), ""), status=413)
    wait = app[ADDRESSES].take(app[DOOR].address(request))
    if wait and not is_red_flag(snapshot, utterance):
        response = _answer(_found(snapshot, too_fast(snapshot), utterance), status=429)
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(wait))
        return response
    found = search(snapshot, utterance, longest=app[SETTINGS].utterance_length)
    return _answer(_found(snapshot, found, utterance))


async def robots(_: web.Request) -> web.Response:
    """`GET /robots.txt`: the answers may be found, the rest has nothing to find."""
    return web.Response(text=_ROBOTS)


async def _utterance(request: web.Request) -> str:
    """Return what was typed; files and other forms are never read."""
    if request.content_type != _FORM:
        raise web.HTTPUnsupportedMediaType(text=f"Send the search as {_FORM}.\n")
    try:
        typed = (await request.post()).get("q", "")
    except (UnicodeDecodeError, LookupError):
        raise web.HTTPBadRequest(text="Send the search in UTF-8.\n") from None
    return typed.strip() if isinstance(typed, str) else ""


def _answer(html: str, *, status: int = 200) -> web.Response:
    """Return a page that nobody keeps."""
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


# --- the pages -----------------------------------------------------------------------------


def _all(snapshot: Snapshot) -> str:
    topics = faq_html.readable(snapshot)
    entries = [entry for topic in topics for entry in faq_html.entries(topic)]
    titles = ", ".join(topic.title for topic in topics)
    main = (
        "<h1>All questions and answers</h1>\n"
        f"{_form()}\n{faq_html.contact(snapshot)}\n"
        '<nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2>\n'
        f"<ul>{faq_html.contents(topics)}</ul></nav>\n"
        f'<div id="answers">\n{faq_html.answers(snapshot, topics)}\n</div>'
    )
    head = _description(f"{len(entries)} questions with their answers: {titles}.")
    head += f'<link rel="canonical" href="/faq">\n{linked_data.faq_page(snapshot, entries)}'
    return _page(snapshot, title="All questions and answers", head=head, main=main)


def _one(snapshot: Snapshot, topic: Topic, entry: Entry) -> str:
    head = _description(choose(snapshot, State(), entry.id).reply.text)
    head += f'<link rel="canonical" href="{linked_data.entry_address(entry.id)}">\n'
    head += linked_data.entry_page(snapshot, entry)
    main = f"{faq_html.entry_main(snapshot, topic, entry)}\n{_form()}"
    return _page(snapshot, title=escape(entry.question), head=head, main=main)


def _found(snapshot: Snapshot, found: Found, utterance: str) -> str:
    """Return the page of a search; its title, which histories keep, does not quote the search."""
    main = (
        f"{faq_html.result(snapshot, found)}\n{_form(utterance)}\n"
        f'{faq_html.contact(snapshot)}\n<p><a href="/faq">Read all questions and answers</a></p>'
    )
    return _page(snapshot, title=faq_html.heading(found), head=_NOT_INDEXED, main=main)


def _not_found(snapshot: Snapshot) -> str:
    main = (
        '<section id="answers"><h1>There is no such question here</h1>\n'
        "<p>It may have been asked in other words since, or taken away. "
        f'<a href="/faq">Read all questions and answers</a>, or search.</p></section>\n{_form()}'
    )
    return _page(snapshot, title="No such question", head=_NOT_INDEXED, main=main)


def _page(snapshot: Snapshot, *, title: str, head: str, main: str) -> str:
    clinic = snapshot.faq.clinic.name or "Our clinic"
    emergency = runs_html(snapshot.replies.values["emergency"])
    return fill_template(
        _TEMPLATE,
        clinic=escape(clinic),
        emergency=emergency,
        title=title,
        head=head,
        main=main,
        version=escape(snapshot.version),
    )


def _form(utterance: str = "") -> str:
    return (
        '<form role="search" action="/faq/search" method="post">\n'
        '<label for="q">Search the answers</label>\n<div class="row">'
        f'<input id="q" name="q" type="search" value="{escape(utterance)}" autocomplete="off" '
        'enterkeyhint="search" aria-describedby="kept">'
        "<button>Search</button></div>\n"
        '<p id="kept">What you type is not kept. Please leave out names and birth dates.</p>\n'
        "</form>"
    )


def _description(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _DESCRIPTION:
        text = f"{text[:_DESCRIPTION].rsplit(' ', 1)[0]} …"
    return f'<meta name="description" content="{escape(text)}">\n'

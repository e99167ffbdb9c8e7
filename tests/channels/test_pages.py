"""The pages hold the curated content, work without script, and let nothing foreign in."""

from __future__ import annotations

import gzip
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.markup import blocks_html
from bot.channels.pages import ASSETS
from bot.models import Listing, Paragraph, Run
from tests.channels.served import serving

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore


async def page(store: SnapshotStore, path: str) -> str:
    """Return the HTML of a page."""
    async with serving(store) as client, client.get(path) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        return await response.text()


PLACES = {"answers", "clinic-chat", "how", "main", "topics"}
"""Anchors of the pages themselves; `clinic-chat` opens the chat."""


class Anchors(HTMLParser):
    """Collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's id and link."""
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]


async def test_every_link_leads_somewhere(store: SnapshotStore) -> None:
    """Links to answers have their target, ids are unique, and nothing is loaded from outside."""
    home, faq = Anchors(), Anchors()
    home.feed(await page(store, "/"))
    faq.feed(await page(store, "/faq"))
    for anchors in (home, faq):
        assert len(set(anchors.ids)) == len(anchors.ids)
    for link in [*home.links, *faq.links]:
        path, _, anchor = link.partition("#")
        if anchor and path in {"", "/faq"} and anchor not in PLACES:
            assert anchor in faq.ids
        elif path.startswith("/faq/"):
            assert path.removeprefix("/faq/") in faq.ids
        elif path.startswith("/assets/"):
            assert (ASSETS / path.removeprefix("/assets/")).is_file()
        else:
            assert path in {"", "/", "/faq", "/widget.js"} or path.startswith(
                ("tel:", "https://windmill.")
            )


async def test_home_without_script(store: SnapshotStore) -> None:
    """Without script the first questions, all answers and the emergency number are there."""
    html = await page(store, "/")
    assert '<a href="/faq#botox/how-long">How long does an appointment take?</a>' in html
    assert '<a class="button quiet" href="/faq">Read all answers</a>' in html
    assert '<a href="tel:911">911</a>' in html


async def test_a_clinic_that_said_nothing_about_itself(store: SnapshotStore) -> None:
    """Facts that are not set are left out, never invented."""
    current = store.current
    clinic = replace(current.faq.clinic, name=None, phone=None, website=None, hours=None)
    bare: Any = type("Bare", (), {})()
    bare.current, bare.problems = replace(current, faq=replace(current.faq, clinic=clinic)), ()
    bare.close = lambda: None
    html = await page(bare, "/")
    assert "<title>Our clinic: questions about your treatment</title>" in html
    assert 'class="contact"' not in html


@pytest.mark.parametrize(
    "path", ["/", "/faq", "/assets/home.css", "/widget.js", "/readyz", "/nowhere"]
)
async def test_headers(store: SnapshotStore, path: str) -> None:
    """Every response forbids foreign code, guessing of types, and framing."""
    async with serving(store) as client, client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Server"] == "askwell"


@pytest.mark.parametrize("path", ["/assets/", "/assets/../pages.py", "/assets/%2e%2e/home.html"])
async def test_only_assets_are_served(store: SnapshotStore, path: str) -> None:
    """There is no listing, and no way out of the folder."""
    async with serving(store) as client, client.get(path) as response:
        assert response.status in {403, 404}


def test_text_is_escaped() -> None:
    """Nothing in an answer can become markup."""
    nasty = "<script>alert(1)</script> & \"quotes\" 'too'"
    html = blocks_html(
        [
            Paragraph((Run(nasty, strong=True, em=True), Run("x", href=f"https://a/{nasty}"))),
            Listing(((Run(nasty),),), ordered=True),
        ]
    )
    assert "<script" not in html
    assert html.startswith("<p><strong><em>&lt;script&gt;")
    assert '"quotes"' not in html


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_only_known_links(href: str) -> None:
    """A link of another scheme stays text."""
    assert blocks_html([Paragraph((Run("x", href=href),))]) == "<p>x</p>"


def test_the_chat_is_small() -> None:
    """All scripts together stay under 12 KB as they travel."""
    scripts = b"".join(path.read_bytes() for path in sorted(ASSETS.glob("*.js")))
    assert len(gzip.compress(scripts)) < 12_000


@pytest.mark.parametrize(
    "dangerous", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
)
def test_scripts_never_read_markup(dangerous: str) -> None:
    """No script can turn text into markup or code."""
    assert not [path.name for path in ASSETS.glob("*.js") if dangerous in path.read_text("utf-8")]

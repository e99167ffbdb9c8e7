"""`/faq` holds every answer as a page that any browser, printer and search engine can read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels import linked_data
from bot.channels.documents import Document, Shelf, takes_gzip
from tests.channels.served import serving

if TYPE_CHECKING:
    from bot.snapshot import Snapshot, SnapshotStore

DISCLAIMER = "Please ask your provider about your own case."


async def page(store: SnapshotStore, path: str = "/faq", *, status: int = 200) -> str:
    """Return the HTML of a page."""
    async with serving(store) as client, client.get(path) as response:
        assert (response.status, response.content_type) == (status, "text/html")
        return await response.text()


def body(html: str) -> str:
    """Return a page without what is meant for machines."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def data(html: str) -> dict[str, Any]:
    """Return the data block of a page."""
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    loaded: dict[str, Any] = json.loads(found)
    return loaded


# --- what is on the page -------------------------------------------------------------------


async def test_every_answer(store: SnapshotStore) -> None:
    """Each entry stands on the page under its id, with disclaimer, source and date."""
    html = body(await page(store))
    assert '<article id="botox/how-long">' in html
    assert "Usually <strong>10 to 30 minutes</strong>." in html
    assert html.count(DISCLAIMER) == 2
    assert "Source: treatment-page, &quot;How Long Does It Take&quot;" in html
    assert '<time datetime="2026-11-20">November 20, 2026</time>' in html


async def test_what_is_no_answer(store: SnapshotStore) -> None:
    """Small talk and subjects that are not covered are not on the page."""
    html = await page(store)
    assert "small-talk/" not in html
    assert "not-covered/" not in html


async def test_contents(store: SnapshotStore) -> None:
    """The contents list names every topic and every question."""
    html = await page(store)
    listed = html[html.index('class="contents"') : html.index('id="answers"')]
    assert re.findall(r'href="#([^"]+)"', listed) == [
        "botox",
        "botox/how-long",
        "botox/when-it-works",
        "parking",
        "parking/where-can-i-park",
    ]


async def test_related(store: SnapshotStore) -> None:
    """An answer leads to the questions that its file names as related."""
    html = await page(store)
    article = html[html.index('<article id="botox/how-long">') :].split("</article>")[0]
    assert "Related questions" in article
    assert '<a href="#parking/where-can-i-park">Where can I park?</a>' in article


async def test_an_entry_has_a_page(store: SnapshotStore) -> None:
    """Each entry can be linked to, with its question as title and itself as canonical address."""
    html = await page(store, "/faq/botox/how-long")
    assert "<title>How long does an appointment take? · Windmill Clinic</title>" in html
    assert '<link rel="canonical" href="/faq/botox/how-long">' in html
    assert 'content="Usually 10 to 30 minutes. It depends on the size of the area."' in html
    assert "Usually <strong>10 to 30 minutes</strong>." in html
    assert DISCLAIMER in body(html)
    assert '<a href="/faq#botox">Botox injections</a>' in html
    assert '<a href="/faq/parking/where-can-i-park">' in html


@pytest.mark.parametrize("path", ["nowhere/at-all", "small-talk/hello", "not-covered/prices", "x"])
async def test_no_such_entry(store: SnapshotStore, path: str) -> None:
    """What is no question of the page is said to be none, and is not indexed."""
    html = await page(store, f"/faq/{path}", status=404)
    assert "There is no such question here" in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize(
    ("path", "target"),
    [("/faq/", "/faq"), ("/faq/botox", "/faq#botox"), ("/faq/botox/", "/faq#botox")],
)
async def test_a_topic_is_a_part_of_the_page(store: SnapshotStore, path: str, target: str) -> None:
    """The address of a topic leads to its part of the page."""
    async with serving(store) as client, client.get(path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, target)


async def test_robots(store: SnapshotStore) -> None:
    """Search engines may read the answers and are kept from what has nothing to find."""
    async with serving(store) as client, client.get("/robots.txt") as response:
        text = await response.text()
    assert "Disallow: /staff" in text
    assert "Disallow: /faq" not in text


# --- for machines --------------------------------------------------------------------------


async def test_linked_data(store: SnapshotStore) -> None:
    """The page is a schema.org FAQPage with every question, answer and disclaimer."""
    found = data(await page(store))
    assert (found["@context"], found["@type"]) == ("https://schema.org", "FAQPage")
    assert found["inLanguage"] == "en"
    assert found["lastReviewed"] == "2026-11-20"
    assert found["publisher"]["name"] == "Windmill Clinic"
    first, _, last = found["mainEntity"]
    assert first["name"] == "How long does an appointment take?"
    assert first["acceptedAnswer"]["text"] == (
        "<p>Usually <strong>10 to 30 minutes</strong>. It depends on the size of the area.</p>"
        "<p>This is general information. Please ask your provider about your own case.</p>"
    )
    assert last["url"] == "/faq/parking/where-can-i-park"
    assert DISCLAIMER not in last["acceptedAnswer"]["text"]


async def test_linked_data_of_an_entry(store: SnapshotStore) -> None:
    """An entry's page is about that one question, and is no second FAQPage."""
    found = data(await page(store, "/faq/botox/how-long"))
    assert found["@type"] == "WebPage"
    assert found["mainEntity"]["name"] == "How long does an appointment take?"


def test_linked_data_cannot_end_its_element() -> None:
    """No text in the data can close the script element or begin a comment in it."""
    nasty = "</script><script>alert(1)</script> <!-- & ]]>"
    html = linked_data.script({"name": nasty})
    assert html.count("<") == 2
    assert data(html)["name"] == nasty


def test_linked_data_says_what_is_known(store: SnapshotStore) -> None:
    """A clinic without a name is no publisher, and a page without reviews has no day."""
    current = store.current
    bare = replace(current, faq=replace(current.faq, clinic=replace(current.faq.clinic, name=None)))
    parking = current.entries["parking/where-can-i-park"]
    found = data(linked_data.faq_page(bare, [parking]))
    assert "publisher" not in found
    assert "lastReviewed" not in found


# --- how it travels ------------------------------------------------------------------------


async def test_not_sent_twice(store: SnapshotStore) -> None:
    """Whoever has the page is told that it is the same; other encodings have other tags."""
    async with serving(
        store,
    ) as client:
        async with client.get("/faq") as response:
            assert response.headers["Cache-Control"] == "no-cache"
            assert response.headers["Vary"] == "Accept-Encoding"
            assert response.headers["Content-Encoding"] == "gzip"
            tag = response.headers["ETag"]
        async with client.get("/faq", headers={"If-None-Match": f'"other", {tag}'}) as response:
            assert (response.status, await response.read()) == (304, b"")
            assert response.headers["ETag"] == tag
        plain = {"Accept-Encoding": "identity", "If-None-Match": tag}
        async with client.get("/faq", headers=plain) as response:
            assert response.status == 200
            assert "Content-Encoding" not in response.headers
        async with client.head("/faq") as response:
            assert (response.status, await response.read()) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("br, gzip; q=0.0, identity", False),
        ("x-gzip-like", False),
    ],
)
def test_encodings(accepted: str, taken: bool) -> None:
    """Only who takes gzip is sent gzip."""
    assert takes_gzip(accepted) is taken


def test_an_edit_clears_the_shelf(windmill: Snapshot) -> None:
    """A page is written once for each version of the content."""
    shelf, written = Shelf(), []

    def write() -> str:
        written.append("x")
        return f"page {len(written)}"

    assert shelf.get(windmill, "faq", write) is shelf.get(windmill, "faq", write)
    edited = replace(windmill, faq=replace(windmill.faq, version="other"))
    assert shelf.get(edited, "faq", write) == Document.of("page 2")

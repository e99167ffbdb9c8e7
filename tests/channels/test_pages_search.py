"""A search on `/faq` is screened first, answered by the chat's own rules, and kept nowhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.channels import faq_html, search
from bot.content import load
from bot.replies import Replies
from bot.safety import Screen
from tests.channels.served import serving
from tests.conftest import TODAY
from tests.faqs import RED_FLAGS, write_faq

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot, SnapshotStore
    from tests.channels.served import Client

TYPED = "my cousin Zebulon parks his tractor"


async def find(store: SnapshotStore, words: str) -> str:
    """Return the page of a search."""
    async with serving(store) as client:
        return await sent(client, words)


async def sent(client: Client, words: str, *, status: int = 200) -> str:
    """Search on a server that runs."""
    async with client.post("/faq/search", data={"q": words}) as response:
        assert response.status == status
        return await response.text()


def title(html: str) -> str:
    """Return a page's title."""
    return html.split("<title>")[1].split("</title>", maxsplit=1)[0]


async def test_an_answer(store: SnapshotStore) -> None:
    """What is found stands there in full, with disclaimer and source and a link to its page."""
    html = await find(store, "how long is the session")
    assert title(html) == "Answer found · Windmill Clinic"
    assert '<h2><a href="/faq/botox/how-long">How long does an appointment take?</a></h2>' in html
    assert "Usually <strong>10 to 30 minutes</strong>." in html
    assert "Please ask your provider about your own case." in html
    assert "Source: treatment-page" in html
    assert '<a href="/faq/parking/where-can-i-park">Where can I park?</a>' in html


async def test_a_red_flag_comes_first(store: SnapshotStore) -> None:
    """Words of an emergency bring its card and nothing else, however well they fit an entry."""
    html = await find(store, "how long is the session, I can't breathe")
    assert title(html) == "Immediate action required · Windmill Clinic"
    card = html[html.index('class="urgent emergency"') :].split("</section>")[0]
    assert "<h1>Immediate action required</h1>" in card
    assert '<a href="tel:911">' in card
    assert "10 to 30 minutes" not in html
    assert html.index("urgent emergency") < html.index("<form")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I want to die", "Help is available now"),
        ("pus is coming out", "Get medical advice today"),
        ("what are your fees", "No answer found"),
        ("can I speak to someone", "How to reach a person"),
        ("thanks a lot", "Our reply"),
        ("", "No answer found"),
    ],
)
async def test_other_ends(store: SnapshotStore, words: str, expected: str) -> None:
    """Every kind of reply has its own heading, which is the title too."""
    html = await find(store, words)
    assert title(html) == f"{expected} · Windmill Clinic"
    assert f"<h1>{expected}</h1>" in html


async def test_no_answer_is_honest(store: SnapshotStore) -> None:
    """A search without an answer says so, and offers nothing by chance."""
    html = await find(store, "quantum chromodynamics lecture notes")
    assert "I don&#x27;t have an answer to that." in html
    assert '<a href="tel:+15550100200">' in html
    assert "<article" not in html
    assert 'class="questions"' not in html
    assert '<a href="/faq">Read all questions and answers</a>' in html


def test_a_card_in_spanish(windmill: Snapshot, tmp_path: Path) -> None:
    """A Spanish emergency is answered in Spanish, and marked so for screen readers."""
    spanish = """
## Reply: emergency es
**Llame ahora al {emergency}.**

## No puede respirar
Tier: emergency
Language: es
Reviewed by: Dr. Miller, 2026-11-20
Says:
- no puedo respirar
"""
    faq = load(write_faq(tmp_path, red_flags=RED_FLAGS + spanish), today=TODAY).faq
    screen = Screen(faq.red_flags)
    snapshot = replace(windmill, faq=faq, screen=screen, replies=Replies.of(faq))
    html = faq_html.result(snapshot, search.search(snapshot, "no puedo respirar", longest=99))
    assert 'class="urgent emergency" lang="es"' in html
    assert "<h1>Actúe de inmediato</h1>" in html
    assert "Llame ahora al" in html


# --- what was typed ------------------------------------------------------------------------


async def test_nothing_is_kept(store: SnapshotStore, caplog: pytest.LogCaptureFixture) -> None:
    """What was typed stands in the box only: not in title, links, caches or logs."""
    caplog.set_level(logging.DEBUG)
    async with serving(store) as client, client.post("/faq/search", data={"q": TYPED}) as response:
        html = await response.text()
        assert response.headers["Cache-Control"] == "no-store"
        assert response.url.path_qs == "/faq/search"
    assert html.count("Zebulon") == 1
    assert f'value="{TYPED}"' in html
    assert "Zebulon" not in caplog.text
    assert '<meta name="robots" content="noindex">' in html


async def test_words_in_an_address_are_not_read(store: SnapshotStore) -> None:
    """`/faq?q=…` is the whole page: nobody is led to put words into addresses."""
    async with serving(store) as client, client.get("/faq?q=Zebulon") as response:
        html = await response.text()
    assert "Zebulon" not in html
    assert "All questions and answers" in html
    assert '<form role="search" action="/faq/search" method="post">' in html


async def test_what_was_typed_is_escaped(store: SnapshotStore) -> None:
    """Markup in a search stays text."""
    html = await find(store, '"><script>alert(1)</script>')
    assert "<script>" not in html
    assert 'value="&quot;&gt;&lt;script&gt;' in html


async def test_too_long(store: SnapshotStore) -> None:
    """A search that is too long is told so, unless there is a red flag in it."""
    async with serving(store, utterance_length=50) as client:
        assert "That message is too long." in await sent(client, "parking " * 20)
        html = await sent(client, "parking " * 20 + "I can't breathe")
    assert "Immediate action required" in html


async def test_too_often(store: SnapshotStore) -> None:
    """Who searches too often has to wait, but not for a red flag's card."""
    async with serving(store, address_burst=1, address_rate=0.01) as client:
        await sent(client, "parking")
        assert "That was a lot at once." in await sent(client, "parking", status=429)
        assert "Immediate action required" in await sent(client, "I can't breathe")


async def test_other_forms_are_refused(store: SnapshotStore) -> None:
    """Files, JSON and broken text are refused with a sentence."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with serving(store) as client:
        async with client.post("/faq/search", json={"q": "parking"}) as response:
            assert response.status == 415
        async with client.post("/faq/search", data=b"q=%ff", headers=form) as response:
            assert response.status == 200  # not text, so read as signs that mean nothing
        async with client.post("/faq/search", data=b"q=\xff", headers=form) as response:
            assert response.status == 400
        assert "too long" in await sent(client, "x" * 20_000, status=413)


async def test_a_fault_has_something_to_read(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When answering fails, the fixed reply with the emergency number stands there."""

    def fail(*_: object) -> None:
        raise RuntimeError(TYPED)

    monkeypatch.setattr(search, "respond", fail)
    html = await find(store, "parking")
    assert "I can&#x27;t answer just now." in html
    assert "A search failed: RuntimeError at test_pages_search.py" in caplog.text
    assert "Zebulon" not in caplog.text

"""The widget's files: small, versioned, the same for everybody, and loadable from any page."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import hdrs

from bot.channels.bundle import SOURCES, VERSION, versions, widget
from bot.dialogue import choose, respond, starters
from bot.models import ReplyKind, State
from tests.channels.served import serving

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot, SnapshotStore

MOST_BYTES = 20 * 1024
"""Of the launcher and the chat together, packed as a browser gets them."""
CLINIC = "https://clinic.example"


def packed(name: str) -> int:
    """Return the size of a file over the wire."""
    return len(gzip.compress(widget()[name].body, compresslevel=9, mtime=0))


@pytest.mark.parametrize("language", ["en", "es"])
def test_size(language: str) -> None:
    """All that a page ever loads is at most 20 KB, and before the chat is opened at most 4."""
    assert packed("widget.js") <= 4 * 1024
    assert packed("widget.js") + packed(f"chat.{language}.js") <= MOST_BYTES


def test_reproducible() -> None:
    """The same sources make the same bytes, so a hash can be published."""
    assert widget() == widget()
    assert {name: file.integrity[:7] for name, file in widget().items()} == {
        "widget.js": "sha256-",
        "chat.en.js": "sha256-",
        "chat.es.js": "sha256-",
    }


def test_the_launcher_names_the_hash_of_each_chat() -> None:
    """What the launcher loads later is fixed by its own hash."""
    launcher = widget()["widget.js"].body.decode()
    assert all(file.integrity in launcher for name, file in widget().items() if "chat" in name)


def catalogue(language: str) -> dict[str, str]:
    """Return the widget's own texts in a language."""
    found: dict[str, str] = json.loads((SOURCES / "texts" / f"{language}.json").read_text("utf-8"))
    return found


def test_catalogues() -> None:
    """Every language has the same texts with the same values to fill in, and none is empty."""
    texts = {path.stem: catalogue(path.stem) for path in (SOURCES / "texts").glob("*.json")}
    assert texts.keys() >= {"en", "es"}
    for language, own in texts.items():
        assert list(own) == list(texts["en"]), language
        assert all(own.values())
        for name, text in own.items():
            values = re.findall(r"\{\w+\}", text)
            assert values == re.findall(r"\{\w+\}", texts["en"][name]), (language, name)


def test_every_text_is_used() -> None:
    """No text waits for something that is not there, and none is missing."""
    code = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.js"))
    by_kind = {"emergencyHeading", "crisisHeading", "urgentHeading"}
    by_state = {"connecting", "lost", "offline", "closed", "saving", "saved"}
    unused = {name for name in catalogue("en") if not re.search(rf"\b{name}\b", code)}
    assert unused <= by_kind | by_state
    named = set(re.findall(r"\btexts\.(\w+)", code)) - {"json"}
    assert named <= catalogue("en").keys()


def test_names_are_unique(tmp_path: Path) -> None:
    """Two modules that declare the same name can't be put together; the build says which."""
    for path in SOURCES.rglob("*.*"):
        copy = tmp_path / path.relative_to(SOURCES)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (tmp_path / "menu.js").open("a", encoding="utf-8") as file:
        file.write("const PANEL = 1;\nfunction make() {}\n")
    with pytest.raises(ValueError, match=r"menu\.js and dom\.js both declare make"):
        widget(tmp_path)


def test_what_the_launcher_shares() -> None:
    """The chat brings nothing that the launcher has, and the launcher hands over all of it."""
    modules = "".join((SOURCES / name).read_text("utf-8") for name in ("dom.js", "mark.js"))
    element = (SOURCES / "element.js").read_text("utf-8")
    [shared] = re.findall(r"static shared = \{ (.*) \};", element)
    assert set(re.findall(r"^export \w+ (\w+)", modules, re.MULTILINE)) == set(shared.split(", "))
    assert "createElementNS" not in widget()["chat.en.js"].body.decode()


def test_kept_versions(tmp_path: Path) -> None:
    """A version whose files were kept can still be named by pages that pin it."""
    (tmp_path / "0.9.0").mkdir()
    (tmp_path / "0.9.0" / "widget.js").write_bytes(b"old")
    assert versions(tmp_path).keys() == {"0.9.0", VERSION}
    assert versions(tmp_path)["0.9.0"]["widget.js"].body == b"old"


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/widget.js", "public, max-age=300"),
        ("/widget@1/widget.js", "public, max-age=300"),
        (f"/widget@{VERSION}/widget.js", "public, max-age=31536000, immutable"),
        (f"/widget@{VERSION}/chat.es.js", "public, max-age=31536000, immutable"),
    ],
)
async def test_addresses(store: SnapshotStore, path: str, cache: str) -> None:
    """Exact versions may be kept for ever, the newest for some minutes; any page may load them."""
    async with serving(store) as client, client.get(path) as response:
        assert (response.status, response.content_type) == (200, "text/javascript")
        assert response.headers[hdrs.CACHE_CONTROL] == cache
        assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == "*"
        assert response.headers[hdrs.CONTENT_ENCODING] == "gzip"
        etag = response.headers[hdrs.ETAG]
        assert await response.read() == widget()[path.rpartition("/")[2]].body
        async with client.get(path, headers={hdrs.IF_NONE_MATCH: etag}) as again:
            assert again.status == 304


async def test_without_packing(store: SnapshotStore) -> None:
    """A client that can't unpack gets the file as it is."""
    plain = {hdrs.ACCEPT_ENCODING: "identity"}
    async with serving(store) as client, client.get("/widget.js", headers=plain) as response:
        assert hdrs.CONTENT_ENCODING not in response.headers
        assert await response.read() == widget()["widget.js"].body


@pytest.mark.parametrize("path", ["/widget@9.9.9/widget.js", f"/widget@{VERSION}/chat.xx.js"])
async def test_no_such_file(store: SnapshotStore, path: str) -> None:
    """A version or language that there is not is said to be missing."""
    async with serving(store) as client, client.get(path) as response:
        assert response.status == 404


# --- calls from the clinic's page ----------------------------------------------------------


async def test_an_allowed_origin_may_call(store: SnapshotStore) -> None:
    """A page of an allowed origin may read the answers, and is told so before it calls."""
    headers = {hdrs.ORIGIN: CLINIC, hdrs.ACCESS_CONTROL_REQUEST_METHOD: "POST"}
    async with serving(store, origins=(CLINIC,)) as client:
        async with client.options("/api/v1/messages", headers=headers) as response:
            assert response.status == 204
            assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == CLINIC
            assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] == "Content-Type"
        body = {"text": "where can I park"}
        async with client.post("/api/v1/messages", json=body, headers=headers) as response:
            assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == CLINIC
            assert hdrs.ORIGIN in response.headers.getall(hdrs.VARY)
            assert (await response.json())["kind"] == "answer"


async def test_other_origins_may_not(store: SnapshotStore) -> None:
    """A page of another origin gets no permission, before or after."""
    headers = {hdrs.ORIGIN: "https://elsewhere.example"}
    async with serving(store, origins=(CLINIC,)) as client:
        for method, path in (("OPTIONS", "/api/v1/messages"), ("GET", "/api/v1/welcome")):
            async with client.request(method, path, headers=headers) as response:
                assert hdrs.ACCESS_CONTROL_ALLOW_ORIGIN not in response.headers
                assert hdrs.ACCESS_CONTROL_ALLOW_METHODS not in response.headers


def test_shipped_starters(shipped: Snapshot) -> None:
    """Each question that the shipped FAQ begins with is answered, pressed or typed."""
    assert starters(shipped)
    for choice in starters(shipped):
        pressed = choose(shipped, State(), choice.entry).reply
        typed = respond(shipped, State(), choice.label).reply
        assert (pressed.kind, typed.kind) == (ReplyKind.ANSWER, ReplyKind.ANSWER)
        assert typed.entries == pressed.entries == (choice.entry,)


async def test_welcome(store: SnapshotStore) -> None:
    """What a websocket opens with can be had over plain HTTP."""
    async with serving(store) as client, client.get("/api/v1/welcome") as response:
        welcome: dict[str, Any] = await response.json()
        assert welcome["type"] == "welcome"
        assert [starter["entry"] for starter in welcome["starters"]] == [
            "botox/how-long",
            "parking/where-can-i-park",
        ]
        assert welcome["emergency"] == [{"text": "911", "href": "tel:911"}]
        assert (welcome["feedback"], welcome["language"]) == (False, "en")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"type": "feedback", "id": "f", "reply_to": "m", "helpful": True}, 503, "feedback_off"),
        ({"type": "feedback", "reply_to": "m", "helpful": "very"}, 400, "bad_message"),
        ({"type": "message", "text": "hello"}, 400, "bad_message"),
    ],
)
async def test_feedback_refused(
    store: SnapshotStore, body: dict[str, object], status: int, code: str
) -> None:
    """Feedback that can't be kept or read is refused with its code."""
    async with serving(store) as client, client.post("/api/v1/feedback", json=body) as response:
        assert (response.status, (await response.json())["code"]) == (status, code)

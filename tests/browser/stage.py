"""A clinic's page with the chat on it, and hands to put the chat into any state.

The server, the browser and the widget are real. Between page and server stands a `Wire` that
holds answers back, changes one, or refuses connections.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from bot.channels.feedback import Journal
from tests.browser.conftest import watched
from tests.browser.heard import Heard
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page, WebSocketRoute

    from bot.channels.feedback import Opinion
    from bot.snapshot import SnapshotStore

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOW_LONG = "How long does an appointment take?"
PARK = "Where can I park?"
PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Windmill Clinic</title><link rel="icon" href="data:,"></head>
<body><header><a href="/">Windmill Clinic</a></header>
<main><h1>Welcome</h1><p>We are next to the <a href="/map">red windmill</a>.</p></main>
<script async src="{bot}widget.js"></script></body></html>"""


class Kept(Journal):
    """A journal that keeps every opinion."""

    def __init__(self) -> None:
        self.opinions: list[Opinion] = []

    async def add_opinion(self, opinion: Opinion) -> None:
        """Keep it."""
        self.opinions.append(opinion)


@dataclass
class Wire:
    """What stands between the page and the server."""

    holding: bool = False
    """Answers wait until `let_go`."""
    cut: bool = False
    """New connections are refused."""
    instead: dict[str, Any] | None = None
    """Fields of an error that is heard instead of the next reply."""
    routes: list[WebSocketRoute] = field(default_factory=list)
    held: list[tuple[WebSocketRoute, str]] = field(default_factory=list)

    async def join(self, route: WebSocketRoute) -> None:
        """Stand between one connection and the server."""
        if self.cut:
            await route.close(code=1011)
            return
        self.routes.append(route)
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(lambda message: self._heard(route, str(message)))

    async def break_off(self, *, code: int = 1011) -> None:
        """Close every connection, and refuse new ones."""
        self.cut = True
        for route in self.routes:
            await route.close(code=code)
        self.routes.clear()

    def let_go(self) -> None:
        """Deliver what was held back, and hold no more."""
        self.holding = False
        for route, message in self.held:
            route.send(message)
        self.held.clear()

    def _heard(self, route: WebSocketRoute, message: str) -> None:
        heard = json.loads(message)
        if self.instead and heard["type"] == "reply":
            wrong = {"type": "error", "reply_to": heard["reply_to"], **self.instead}
            message, self.instead = json.dumps(wrong), None
        if self.holding and heard["type"] == "reply":
            self.held.append((route, message))
        else:
            route.send(message)


@dataclass
class Stage:
    """A page with the chat, and what a patient does there."""

    page: Page
    wire: Wire
    heard: Heard

    def part(self, name: str) -> Locator:
        """Return the parts of the chat with that name."""
        return self.page.locator(f"clinic-chat [part={name}]")

    async def open(self) -> None:
        """Open the chat, and wait until it is connected."""
        await self.part("launcher").click()
        await self.ready()

    async def ready(self) -> None:
        """Wait until the chat is connected."""
        await expect(self.part("panel")).to_have_attribute("data-state", "ready")

    async def send(self, text: str) -> None:
        """Type a question and send it."""
        await self.part("input").fill(text)
        await self.part("input").press("Enter")

    async def ask(self, text: str) -> None:
        """Type a question, send it, and wait for the reply."""
        before = await self.part("card").count()
        await self.send(text)
        await expect(self.part("card")).to_have_count(before + 1)

    async def wait(self, milliseconds: int) -> None:
        """Let time pass on a page whose clock stands still."""
        await self.page.clock.run_for(milliseconds)


@asynccontextmanager
async def staged(
    browser: Browser,
    store: SnapshotStore,
    *,
    lang: str = "en",
    direction: str = "ltr",
    but: str = "",
    frozen: bool = False,
    settings: dict[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[Stage]:
    """Serve the chat and go to a clinic's page with it; `options` are the browser context's.

    On a `frozen` page no time passes but by `Stage.wait`, so however slow the machine is, no state
    turns into the next one while it is looked at.
    """
    words = {"lang": lang, "dir": direction}
    async with clinic(words) as origin:
        given = {"origins": (origin,), "journal": Kept(), **(settings or {})}
        async with (
            serving(store, **given) as client,
            watched(browser, but=but, base_url=origin, **options) as context,
        ):
            words["bot"] = str(client.make_url("/"))
            stage = Stage(await context.new_page(), Wire(), Heard())
            await stage.heard.listen(stage.page)
            await stage.page.route_web_socket("**/ws", stage.wire.join)
            if frozen:
                await stage.page.clock.install(time=NOON)
                await stage.page.clock.pause_at(NOON + timedelta(seconds=1))
            await stage.page.goto("/")
            await expect(stage.part("launcher")).to_be_visible()
            yield stage


@asynccontextmanager
async def clinic(words: dict[str, str]) -> AsyncIterator[str]:
    """Serve the clinic's page, with `words` in it, from an origin of its own."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(**words), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")

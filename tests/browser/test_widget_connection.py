"""Nothing is lost and nothing is doubled, however the connection behaves."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import expect

from bot.channels.bundle import SOURCES
from tests.browser.conftest import watched
from tests.browser.widgets import (
    ANSWER,
    HOW_LONG,
    LOT_B,
    PARK,
    ask,
    asked,
    card,
    kept,
    open_chat,
    part,
    spoken,
)
from tests.channels.served import serving

if TYPE_CHECKING:
    from playwright.async_api import Browser, Request, WebSocketRoute

    from bot.snapshot import SnapshotStore
    from tests.browser.conftest import Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNREACHED = "ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket|502"
"""What a browser itself writes to the console when it finds nobody."""


async def test_killed_in_the_middle(browser: Browser, store: SnapshotStore) -> None:
    """The server is gone while a message is on its way, and comes back: it is answered once."""
    port = unused_port()
    async with contextlib.AsyncExitStack() as stack:
        async with serving(store, port=port) as client:
            context = await stack.enter_async_context(watched(browser, but=UNREACHED))
            page = await context.new_page()
            await page.goto(str(client.make_url("/")))
            await open_chat(page)
            await asked(page, PARK, LOT_B)
        await ask(page, HOW_LONG)
        await expect(part(page, "status")).to_contain_text("The connection was lost")
        await expect(part(page, "try-now")).to_be_visible()
        await stack.enter_async_context(serving(store, port=port))
        await part(page, "try-now").click()
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "status")).to_be_empty()
        await expect(part(page, "not-sent")).to_have_count(0)
        assert [text.splitlines()[0] for text in await spoken(page)] == [
            PARK,
            "Park in Lot B, next to the red windmill. Parking is free.",
            HOW_LONG,
            ANSWER,
        ]


async def test_a_connection_that_drops_and_doubles(opened: Opening) -> None:
    """A question that was swallowed is sent again with its id; a doubled answer is shown once."""
    sent: list[str] = []

    def drop_the_first(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        async def on_message(message: str | bytes) -> None:
            sent.append(str(message))
            if len(sent) > 1:
                server.send(message)
            else:
                await route.close(code=1011)

        def double(message: str | bytes) -> None:
            route.send(message)
            route.send(message)

        route.on_message(on_message)
        server.on_message(double)

    async with opened(None) as page:
        posted: list[str] = []
        page.on("request", lambda request: note_post(request, posted))
        await page.route_web_socket("**/ws", drop_the_first)
        await page.goto("/")
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        assert len(posted) == 1
        assert identity(sent[0]) == identity(posted[0])
        await part(page, "input").wait_for()
        async with asyncio.timeout(20):
            while await part(page, "panel").get_attribute("data-state") != "ready":
                await page.wait_for_timeout(20)
        await page.wait_for_timeout(1_000)  # the websocket is back by then
        await asked(page, PARK, LOT_B)
        await page.wait_for_timeout(100)
        await expect(part(page, "card")).to_have_count(3)


def note_post(request: Request, posted: list[str]) -> None:
    """Note the body of a call over plain HTTP."""
    if request.post_data:
        posted.append(request.post_data)


def identity(message: str) -> str:
    """Return the id in a message."""
    return message.partition('"id":"')[2].partition('"')[0]


def refuse(route: WebSocketRoute) -> object:
    """Close a websocket before it is open."""
    return route.close(code=1011)


async def test_without_websockets(opened: Opening) -> None:
    """Where websockets don't get through, the whole chat works over plain HTTP, feedback too."""
    async with opened(None) as page:
        await page.route_web_socket("**/ws", refuse)
        await page.goto("/")
        await open_chat(page)
        await asked(page, PARK, LOT_B)
        await asked(page, HOW_LONG, ANSWER)
        await expect(part(page, "not-sent")).to_have_count(0)
        await expect(part(page, "status")).to_be_empty()
        assert await part(page, "panel").get_attribute("data-state") == "ready"


async def test_reload_while_waiting(opened: Opening) -> None:
    """A question that was not answered when the page was reloaded is asked again, once."""
    async with opened(None, but=UNREACHED) as page:
        await page.route_web_socket("**/ws", refuse)
        await page.route("**/api/**", lambda route: route.fulfill(status=502, body="bad gateway"))
        await page.goto("/")
        await part(page, "launcher").click()
        await ask(page, HOW_LONG)
        await expect(part(page, "status")).to_contain_text("The connection was lost")
        await page.unroute("**/api/**")
        await page.reload()
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "bubble")).to_have_count(1)


async def test_not_sent_yet(opened: Opening) -> None:
    """A question that nobody takes is marked, waits, and goes out by itself or at a click."""
    async with opened(None, but=UNREACHED) as page:
        await page.clock.install()
        await page.route_web_socket("**/ws", refuse)
        await page.route("**/api/**", lambda route: route.fulfill(status=502, body="bad gateway"))
        await page.goto("/")
        await part(page, "launcher").click()
        await ask(page, HOW_LONG)
        await page.clock.run_for(6_000)
        await expect(part(page, "not-sent")).to_contain_text("Not sent yet.")
        await page.clock.run_for(60_000)
        await expect(part(page, "not-sent")).to_have_count(1)
        await page.unroute("**/api/**")
        await part(page, "again").click()
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "not-sent")).to_have_count(0)
        await expect(part(page, "bubble")).to_have_count(1)
        await expect(part(page, "input")).to_be_focused()


async def test_a_dead_link_is_noticed(opened: Opening) -> None:
    """A connection on which nothing comes back any more is given up, and the question goes on."""
    silent: list[bool] = []

    def swallow(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda message: None if silent else server.send(message))

    async with opened(None, but=UNREACHED) as page:
        await page.clock.install()
        await page.route_web_socket("**/ws", swallow)
        await page.goto("/")
        await open_chat(page)
        silent.append(True)
        await ask(page, HOW_LONG)
        await page.clock.run_for(2_000)
        await expect(part(page, "typing")).to_contain_text("Looking for the answer")
        await page.clock.run_for(9_000)
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "bubble")).to_have_count(1)


async def test_a_ping_finds_a_dead_link(opened: Opening) -> None:
    """An idle connection is asked for a sign of life; without one it is made anew."""
    connected: list[WebSocketRoute] = []

    def swallow_the_first(route: WebSocketRoute) -> None:
        connected.append(route)
        server = route.connect_to_server()
        first = len(connected) == 1
        route.on_message(lambda message: None if first else server.send(message))

    async with opened(None) as page:
        await page.clock.install()
        await page.route_web_socket("**/ws", swallow_the_first)
        await page.goto("/")
        await open_chat(page)
        await page.clock.run_for(26_000)
        await page.clock.run_for(6_000)
        async with asyncio.timeout(20):
            while len(connected) < 2:
                await page.clock.run_for(500)
        assert len(connected) == 2


async def test_offline_and_back(opened: Opening) -> None:
    """Offline, the chat says so and keeps what is asked; back online it asks at once."""
    async with opened(None, but=UNREACHED) as page:
        await page.goto("/")
        await open_chat(page)
        await asked(page, PARK, LOT_B)
        await page.evaluate("document.querySelector('clinic-chat').close()")
        await page.context.set_offline(offline=True)
        await part(page, "launcher").click()
        await expect(part(page, "status")).to_contain_text("Your device is offline")
        await ask(page, HOW_LONG)
        await page.context.set_offline(offline=False)
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "bubble")).to_have_count(2)


async def test_a_refused_message(opened: Opening) -> None:
    """A message that the server refuses says why, and goes out again with one click."""
    refused: list[str] = []

    def refuse_the_first(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def on_message(message: str | bytes) -> None:
            if refused:
                server.send(message)
                return
            refused.append(str(message))
            answer = f'{{"type":"error","code":"bad_message","reply_to":"{identity(str(message))}"'
            route.send(answer + ',"message":"I could not read that."}')

        route.on_message(on_message)

    async with opened(None) as page:
        await page.route_web_socket("**/ws", refuse_the_first)
        await page.goto("/")
        await open_chat(page)
        await ask(page, HOW_LONG)
        await expect(part(page, "not-sent")).to_contain_text("Not sent. I could not read that.")
        await page.reload()
        await expect(part(page, "not-sent")).to_contain_text("I could not read that.")
        await part(page, "again").click()
        await expect(card(page)).to_contain_text(ANSWER)


async def test_rate_limited(browser: Browser, store: SnapshotStore) -> None:
    """Who asks too fast is told so, and gets every answer, in order."""
    async with serving(store, burst=1, rate=4.0) as client, watched(browser) as context:
        page = await context.new_page()
        await page.goto(str(client.make_url("/")))
        await open_chat(page)
        await ask(page, PARK)
        await ask(page, HOW_LONG)
        await ask(page, PARK)
        await expect(part(page, "status")).to_contain_text("That was a lot at once.")
        await expect(part(page, "card")).to_have_count(4)
        lines = [text.splitlines()[0] for text in await spoken(page)]
        assert lines == [
            PARK, f"{LOT_B} Parking is free.", HOW_LONG, ANSWER, PARK, f"{LOT_B} Parking is free."
        ]  # fmt: skip


# --- pages and tabs ------------------------------------------------------------------------


async def test_other_pages_keep_the_chat(opened: Opening) -> None:
    """A reload and another page keep what was said, where it stood, and that it was open."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, PARK, LOT_B)
        before = await spoken(page)
        await page.goto("/faq")
        await page.goto("/")
        await expect(part(page, "panel")).to_be_visible()
        await expect(card(page)).to_contain_text(LOT_B)
        assert await spoken(page) == before
        assert await page.evaluate("document.activeElement === document.body")
        await asked(page, HOW_LONG, ANSWER)
        await part(page, "close").click()
        await page.reload()
        await expect(part(page, "launcher")).to_be_visible()
        await expect(part(page, "panel")).to_have_count(0)


async def test_a_reply_to_a_closed_chat(opened: Opening) -> None:
    """A reply that comes after the chat was closed waits behind a count on the launcher."""
    async with opened() as page:
        await open_chat(page)
        await page.evaluate(
            """() => {
              const chat = document.querySelector("clinic-chat");
              chat.shadowRoot.querySelector("[part=input]").value = "where can I park";
              chat.shadowRoot.querySelector("[part=send]").click();
              chat.close();
            }"""
        )
        await expect(part(page, "badge")).to_contain_text("1")
        await expect(part(page, "launcher")).to_have_accessible_name(
            "Ask a question 1 New messages: 1"
        )
        await page.reload()
        await expect(part(page, "badge")).to_contain_text("1")
        await part(page, "launcher").click()
        await expect(card(page)).to_contain_text(LOT_B)
        await expect(part(page, "badge")).to_be_hidden()


async def test_two_tabs(opened: Opening) -> None:
    """Each tab has its own chat; a duplicated tab goes on from the same place by itself."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, PARK, LOT_B)
        other = await page.context.new_page()
        await other.goto("/")
        await open_chat(other)
        await expect(part(other, "bubble")).to_have_count(0)

        async with page.expect_popup() as popup:
            await page.evaluate("window.open('/')")  # takes a copy of the tab's storage along
        double = await popup.value
        await expect(card(double)).to_contain_text(LOT_B)
        await asked(double, HOW_LONG, ANSWER)
        await asked(page, "when does it start to work", "within a week")
        assert len(await spoken(double)) == len(await spoken(page)) == 4
        assert (await kept(double))["state"] != (await kept(page))["state"]


async def test_without_storage(browser: Browser, store: SnapshotStore) -> None:
    """Where the browser forbids storage, the chat works for as long as the page lives."""
    async with serving(store) as client, watched(browser) as context:
        await context.add_init_script(
            """for (const name of ["sessionStorage", "localStorage"]) {
              Object.defineProperty(window, name, {get() { throw new DOMException("no"); }});
            }"""
        )
        page = await context.new_page()
        await page.goto(str(client.make_url("/")))
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)


async def test_pauses(browser: Browser) -> None:
    """Pauses double up to half a minute, half of each by chance; a restart spreads its clients."""
    source = (SOURCES / "backoff.js").read_text("utf-8")
    page = await browser.new_page()
    least, most, spread = await page.evaluate(
        """async (source) => {
          const url = `data:text/javascript,${encodeURIComponent(source)}`;
          const {pause, restartPause} = await import(url);
          const failures = [1, 2, 3, 4, 7, 100];
          return [failures.map((n) => pause(n, () => 0)), failures.map((n) => pause(n, () => 1)),
            [restartPause(() => 0), restartPause(() => 1)]];
        }""",
        source,
    )
    await page.close()
    assert most == [500, 1_000, 2_000, 4_000, 30_000, 30_000]
    assert least == [each / 2 for each in most]
    assert spread == [5_000, 30_000]


async def test_a_reconnection_moves_nothing(opened: Opening) -> None:
    """While the patient is about to press a quick reply, a new connection does not take it away."""
    routes: list[WebSocketRoute] = []

    def note(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    async with opened(None) as page:
        await page.route_web_socket("**/ws", note)
        await page.goto("/")
        await open_chat(page)
        await part(page, "choice").first.focus()
        await routes[0].close(code=1011)
        async with asyncio.timeout(20):
            while len(routes) < 2:
                await page.wait_for_timeout(20)
        await page.wait_for_timeout(200)
        await expect(part(page, "choice").first).to_be_focused()

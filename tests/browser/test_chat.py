"""What a patient meets in the browser."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import expect

from bot.channels import turns
from bot.dialogue import advance
from bot.models import Clarify, Screening, State, Turn
from tests.browser.conftest import watched
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Browser, Locator, Page, WebSocketRoute

    from bot.snapshot import Snapshot, SnapshotStore
    from tests.browser.conftest import Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOW_LONG = "How long does an appointment take?"
ANSWER = "Usually 10 to 30 minutes. It depends on the size of the area."


async def ask(page: Page, text: str) -> None:
    """Type a question and send it."""
    await page.get_by_label("Your question").fill(text)
    await page.get_by_role("button", name="Send").click()


def card(page: Page, number: int = -1) -> Locator:
    """Return a message of the assistant, by default the last one."""
    return page.locator("#messages .card").nth(number)


async def test_ask(opened: Opening) -> None:
    """A question gets its answer with disclaimer, source and date."""
    async with opened() as page:
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(card(page).locator("strong")).to_have_text("10 to 30 minutes")
        await expect(card(page)).to_contain_text("Please ask your provider about your own case.")
        await expect(card(page)).to_contain_text("Source: treatment-page")
        await expect(card(page)).to_contain_text("Last reviewed November 20, 2026")


async def test_starters(opened: Opening) -> None:
    """A first question can be pressed instead of typed, and the focus goes to the box."""
    async with opened() as page:
        await page.get_by_role("button", name="Where can I park?").click()
        await expect(card(page)).to_contain_text("Lot B")
        await expect(page.locator(".mine")).to_contain_text("Where can I park?")
        await expect(page.get_by_label("Your question")).to_be_focused()


async def test_did_you_mean(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """A "did you mean" offers buttons, and a pressed one is answered."""
    monkeypatch.setattr(turns, "respond", unsure)
    async with opened() as page:
        await ask(page, "how?")
        await expect(card(page)).to_contain_text("Did you mean one of these?")
        choices = page.locator(".choices button")
        await expect(choices).to_have_text([HOW_LONG, "Where can I park?", "None of these"])
        await choices.nth(1).click()
        await expect(card(page)).to_contain_text("Lot B")
        await expect(choices).to_have_count(0)


def unsure(snapshot: Snapshot, state: State, utterance: str) -> Turn:
    """Answer everything with a "did you mean"."""
    decision = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.4, "for this test")
    reply = snapshot.replies.compose(decision)
    return Turn(reply, advance(state, decision, utterance), decision, Screening())


async def test_emergency(opened: Opening) -> None:
    """A red flag is a card of its own look, with a number to tap, and is said at once."""
    async with opened() as page:
        await record(page, "#urgent")
        await ask(page, "I can't breathe")
        heading = page.get_by_role("heading", name="Immediate action required")
        await expect(heading).to_be_visible()
        await expect(card(page).get_by_role("link")).to_have_attribute("href", "tel:911")
        [said] = await page.evaluate("said")
        assert said.startswith("Immediate action required This may be an emergency.")


async def record(page: Page, region: str) -> None:
    """Note every text that is added to a live region, as a screen reader would say it."""
    await page.evaluate(
        """(region) => {
          window.said = [];
          const note = (changes) => changes.forEach((change) =>
            change.addedNodes.forEach((node) => said.push(node.textContent)));
          new MutationObserver(note).observe(document.querySelector(region), {childList: true});
        }""",
        region,
    )


async def test_said_once(opened: Opening) -> None:
    """A screen reader hears each answer once, without markup; the patient's own words never."""
    async with opened() as page:
        await record(page, "#polite")
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        await ask(page, "Where can I park?")
        await expect(card(page)).to_contain_text("Lot B")
        said = await page.evaluate("said")
        assert len(said) == 2
        assert said[0].startswith(ANSWER)
        assert said[0].endswith("Suggested questions: 2.")
        await expect(page.locator("#polite")).to_be_empty()


async def test_keyboard_only(opened: Opening) -> None:
    """The whole chat works with the keyboard, and an answer never moves the focus."""
    async with opened() as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the chat")).to_be_focused()
        box = page.get_by_label("Your question")
        await box.focus()
        await page.keyboard.type(HOW_LONG)
        await page.keyboard.press("Enter")
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(box).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("button", name="Where can I park?")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(card(page)).to_contain_text("Lot B")
        await expect(box).to_be_focused()


async def test_a_new_line_needs_shift(opened: Opening) -> None:
    """Enter sends, Shift and Enter begin a new line."""
    async with opened() as page:
        await page.get_by_label("Your question").focus()
        await page.keyboard.type("where can I")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("park?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine .bubble")).to_contain_text("where can I\npark?")
        await expect(card(page)).to_contain_text("Lot B")


async def test_too_long(opened: Opening) -> None:
    """Too long a question stays in the box, with how long it is and may be."""
    async with opened() as page:
        await ask(page, "é" * 1001)
        await expect(page.locator("#trouble")).to_have_text("Too long: 1001 of 1000 characters.")
        await expect(page.get_by_label("Your question")).to_have_value("é" * 1001)
        await expect(page.locator(".mine")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height", "path"), [(320, 640, "/"), (320, 256, "/"), (320, 640, "/faq")]
)
async def test_narrow(opened: Opening, width: int, height: int, path: str) -> None:
    """On 320 pixels, or at 400 % zoom, nothing has to be scrolled sideways."""
    async with opened(path, viewport={"width": width, "height": height}) as page:
        if path == "/":
            await ask(page, "unbroken" * 20)
            await expect(page.locator("#messages .card")).to_have_count(2)
        overflowing = """() => [...document.querySelectorAll("html, #log, .card, .bubble")]
          .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""
        assert await page.evaluate(overflowing) == []


async def test_scrolled_up(opened: Opening) -> None:
    """Who reads further up is told of a new message and not moved."""
    held: list[Callable[[], None]] = []

    def hold_replies(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda message: held.append(lambda: route.send(message)))

    async with opened(None, viewport={"width": 400, "height": 500}) as page:
        await page.route_web_socket("**/ws", hold_replies)
        await page.goto("/")
        await release(page, held)
        await ask(page, HOW_LONG)
        await release(page, held)
        await ask(page, HOW_LONG)
        await page.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
        await release(page, held)
        newer = page.get_by_role("button", name="New message below")
        await expect(newer).to_be_visible()
        assert await page.locator("#log").evaluate("(log) => log.scrollTop") == 0
        await newer.click()
        await expect(newer).to_be_hidden()
        await expect(card(page).get_by_text("Usually")).to_be_in_viewport()


async def release(page: Page, held: list[Callable[[], None]]) -> None:
    """Let the next message of the server through, as soon as it is there."""
    async with asyncio.timeout(10):
        while not held:
            await page.wait_for_timeout(10)
    held.pop(0)()


async def test_reload_keeps_the_chat(opened: Opening) -> None:
    """A reload keeps what was said and where the conversation stood."""
    async with opened() as page:
        await ask(page, "Where can I park?")
        await expect(card(page)).to_contain_text("Lot B")
        before = await page.locator("#messages").inner_text()
        await page.reload()
        assert await page.locator("#messages").inner_text() == before
        await ask(page, HOW_LONG)
        await expect(page.locator("#messages .card")).to_have_count(3)
        assert (await kept(page))["state"]


async def test_nothing_is_kept_before_the_first_message(opened: Opening) -> None:
    """Opening the page stores nothing; the first message does."""
    async with opened() as page:
        await expect(page.get_by_label("Your question")).to_be_visible()
        assert await kept(page) is None
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        assert [each["mine"] for each in (await kept(page))["said"]] == [True, False]
        assert await page.context.cookies() == []


async def kept(page: Page) -> Any:
    """Return what the tab remembers."""
    return await page.evaluate("JSON.parse(sessionStorage.getItem('askwell.chat'))")


async def test_without_script(opened: Opening) -> None:
    """Without script the page leads to the FAQ, and hides the box that could not work."""
    async with opened(java_script_enabled=False) as page:
        await expect(page.locator("noscript p")).to_be_visible()
        await expect(page.get_by_label("Your question")).to_be_hidden()
        await page.get_by_role("link", name=HOW_LONG).click()
        await expect(page.locator("article:target h3")).to_have_text(HOW_LONG)


# --- connections that break ----------------------------------------------------------------


async def test_restart_in_the_middle(browser: Browser, store: SnapshotStore) -> None:
    """The server restarts under a conversation: it goes on, and nothing is lost or doubled."""
    port = unused_port()
    async with contextlib.AsyncExitStack() as stack:
        async with serving(store, port=port) as client:
            # The browser itself reports that it found nobody there; that is no fault of ours.
            context = await stack.enter_async_context(
                watched(browser, but="ERR_CONNECTION_REFUSED|WebSocket")
            )
            page = await context.new_page()
            await page.goto(str(client.make_url("/")))
            await ask(page, "Where can I park?")
            await expect(card(page)).to_contain_text("Lot B")
        await ask(page, HOW_LONG)
        await asyncio.sleep(0.3)
        await stack.enter_async_context(serving(store, port=port))
        await expect(card(page)).to_contain_text(ANSWER, timeout=15_000)
        await expect(page.locator("#messages .card")).to_have_count(3)
        await expect(page.locator("#status")).to_be_empty()


async def test_a_connection_that_drops_and_doubles(opened: Opening) -> None:
    """A question that was swallowed is sent again; an answer that comes twice is shown once."""
    dropped: list[str] = []
    connected: list[WebSocketRoute] = []

    def drop_the_first(route: WebSocketRoute) -> None:
        connected.append(route)
        server = route.connect_to_server()

        async def on_message(message: str | bytes) -> None:
            if dropped:
                server.send(message)
            else:
                dropped.append(str(message))
                await route.close(code=1011)

        def double(message: str | bytes) -> None:
            route.send(message)
            route.send(message)

        route.on_message(on_message)
        server.on_message(double)

    async with opened(None) as page:
        await page.route_web_socket("**/ws", drop_the_first)
        await page.goto("/")
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        async with asyncio.timeout(10):
            while len(connected) < 2:
                await page.wait_for_timeout(50)
        await ask(page, "Where can I park?")
        await expect(card(page)).to_contain_text("Lot B")
        await page.wait_for_timeout(100)
        await expect(page.locator("#messages .card")).to_have_count(3)
    assert len(dropped) == 1


async def test_without_websockets(opened: Opening) -> None:
    """Where websockets don't get through, the chat works over plain HTTP."""
    async with opened(None) as page:
        await page.route_web_socket("**/ws", lambda route: route.close(code=1011))
        await page.goto("/")
        await ask(page, "Where can I park?")
        await expect(card(page)).to_contain_text("Lot B")
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(page.locator(".not-sent")).to_have_count(0)


async def test_reload_while_waiting(opened: Opening) -> None:
    """A question that was not answered when the page was reloaded is asked again."""
    async with opened(None, but="502") as page:
        await page.route_web_socket("**/ws", lambda route: route.close(code=1011))
        await page.route("**/api/**", lambda route: route.fulfill(status=502, body="bad gateway"))
        await page.goto("/")
        await ask(page, HOW_LONG)
        await expect(page.locator("#status")).to_contain_text("Trying again")
        await page.unroute("**/api/**")
        await page.reload()
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(page.locator(".mine")).to_have_count(1)


async def test_not_sent(opened: Opening) -> None:
    """A question that nobody takes is marked after a while, and can be sent again."""
    async with opened(None, but="502") as page:
        await page.clock.install()
        await page.route_web_socket("**/ws", lambda route: route.close(code=1011))
        await page.route("**/api/**", lambda route: route.fulfill(status=502, body="bad gateway"))
        await page.goto("/")
        await ask(page, HOW_LONG)
        for _ in range(8):
            await page.clock.run_for(10_000)
        await expect(page.locator(".not-sent")).to_contain_text("Not sent.")
        await page.unroute("**/api/**")
        await page.get_by_role("button", name="Try again").click()
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(page.locator(".not-sent")).to_have_count(0)
        await expect(page.locator(".mine")).to_have_count(1)

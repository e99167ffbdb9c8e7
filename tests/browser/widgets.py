"""What tests of the widget share: its parts, a patient's steps, and pages that embed it."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import expect

from tests.browser.conftest import watched
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from playwright.async_api import Browser, Locator, Page

    from bot.snapshot import SnapshotStore

HOW_LONG = "How long does an appointment take?"
PARK = "Where can I park?"
ANSWER = "Usually 10 to 30 minutes. It depends on the size of the area."
LOT_B = "Park in Lot B, next to the red windmill."


def part(page: Page, name: str) -> Locator:
    """Return a part of the widget."""
    return page.locator(f"[part={name}]")


def card(page: Page, number: int = -1) -> Locator:
    """Return a reply, by default the last one; the greeting is number 0."""
    return part(page, "card").nth(number)


async def open_chat(page: Page) -> None:
    """Open the chat and wait for its greeting."""
    await part(page, "launcher").click()
    await expect(card(page, 0)).to_contain_text("I am the automated assistant")


async def ask(page: Page, text: str) -> None:
    """Type a question and send it."""
    await part(page, "input").fill(text)
    await part(page, "send").click()


async def asked(page: Page, text: str, answer: str) -> None:
    """Ask, and wait for the answer."""
    await ask(page, text)
    await expect(card(page)).to_contain_text(answer)


async def spoken(page: Page) -> list[str]:
    """Return what was said in order: the patient's bubbles and the replies, without greeting."""
    texts = await page.locator("[part=bubble], [part=card] .content").all_inner_texts()
    return [text.removeprefix("You:").strip() for text in texts[1:]]


async def kept(page: Page) -> Any:
    """Return what the tab remembers of its chat, or None."""
    return await page.evaluate(
        """() => {
          const key = Object.keys(sessionStorage).find((each) => each.startsWith("clinic-chat"));
          return JSON.parse(sessionStorage.getItem(key));
        }"""
    )


@asynccontextmanager
async def hosted(
    browser: Browser,
    store: SnapshotStore,
    *pages: str,
    headers: Mapping[str, str] | None = None,
    admitted: bool = True,
    but: str = "",
    **options: Any,
) -> AsyncIterator[Page]:
    """Serve a clinic's pages `/0`, `/1` … on an origin of its own, and open the first.

    `{bot}` in a page and in its headers is the origin of the server that answers; `admitted`
    says whether its settings name the pages' origin.
    """
    own = f"http://127.0.0.1:{unused_port()}"
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(serving(store, origins=(own,) if admitted else ()))
        bot = str(client.make_url("")).rstrip("/")
        headers = {name: value.format(bot=bot) for name, value in (headers or {}).items()}

        async def page(request: web.Request) -> web.Response:
            html = pages[int(request.match_info["number"])].replace("{bot}", bot)
            return web.Response(text=html, content_type="text/html", headers=headers)

        app = web.Application()
        app.router.add_get(r"/{number:\d}", page)
        server = TestServer(app, port=int(own.rpartition(":")[2]))
        await stack.enter_async_context(server)
        context = await stack.enter_async_context(watched(browser, but=but, **options))
        tab = await context.new_page()
        await tab.goto(f"{own}/0")
        yield tab

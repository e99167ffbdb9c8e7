"""The chat over a bad network: a proxy between the real browser and the real server."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import watched
from tests.browser.proxy import bad_network
from tests.browser.widgets import (
    ANSWER,
    HOW_LONG,
    LOT_B,
    PARK,
    ask,
    asked,
    card,
    open_chat,
    part,
    spoken,
)
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from bot.snapshot import SnapshotStore
    from tests.browser.proxy import Network

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN = "ERR_|WebSocket"
BOTH = [PARK, f"{LOT_B} Parking is free.", HOW_LONG, ANSWER]


@asynccontextmanager
async def talking(browser: Browser, store: SnapshotStore) -> AsyncIterator[tuple[Page, Network]]:
    """Open the chat behind a network, and ask one question while it is still good."""
    async with (
        serving(store) as client,
        bad_network(client.port or 0) as network,
        watched(browser, but=BROKEN) as context,
    ):
        page = await context.new_page()
        await page.goto(f"http://127.0.0.1:{network.port}/")
        await open_chat(page)
        await asked(page, PARK, LOT_B)
        yield page, network


async def lines(page: Page) -> list[str]:
    """Return the first lines of what was said."""
    return [text.splitlines()[0] for text in await spoken(page)]


async def test_cut_within_a_frame(browser: Browser, store: SnapshotStore) -> None:
    """A connection that breaks in the middle of an answer costs nothing: it is asked for again."""
    async with talking(browser, store) as (page, network):
        network.cut_within = True
        await ask(page, HOW_LONG)
        await expect(card(page)).to_contain_text(ANSWER)
        assert not network.cut_within
        assert await lines(page) == BOTH


async def test_cut_again_and_again(browser: Browser, store: SnapshotStore) -> None:
    """However often the connection breaks, every question is answered once and in order."""
    async with talking(browser, store) as (page, network):
        for _ in range(3):
            network.cut_within = True
            await ask(page, HOW_LONG)
            network.cut()
            await ask(page, PARK)
        await expect(part(page, "card")).to_have_count(8)
        assert await lines(page) == BOTH[:2] + (BOTH[2:] + BOTH[:2]) * 3
        await expect(part(page, "not-sent")).to_have_count(0)


async def test_nobody_there_for_a_while(browser: Browser, store: SnapshotStore) -> None:
    """While nobody answers, the chat says so; afterwards it goes on by itself."""
    async with talking(browser, store) as (page, network):
        network.refusing = True
        network.cut()
        await expect(part(page, "status")).to_contain_text("The connection was lost")
        await ask(page, HOW_LONG)
        await page.wait_for_timeout(300)
        network.refusing = False
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "status")).to_be_empty()
        assert await lines(page) == BOTH


async def test_a_silent_network(browser: Browser, store: SnapshotStore) -> None:
    """A network that swallows everything without a word is given up after ten seconds."""
    async with talking(browser, store) as (page, network):
        await page.clock.install()
        await page.reload()
        await expect(card(page)).to_contain_text(LOT_B)
        await expect(part(page, "panel")).to_have_attribute("data-state", "ready")
        network.silent = True
        await ask(page, HOW_LONG)
        await page.clock.run_for(6_000)
        await expect(part(page, "not-sent")).to_contain_text("Not sent yet.")
        network.silent = False
        await page.clock.run_for(5_000)
        await expect(card(page)).to_contain_text(ANSWER)
        assert await lines(page) == BOTH


async def test_a_late_answer(browser: Browser, store: SnapshotStore) -> None:
    """An answer that takes its time is looked for, and shown once when it comes."""
    async with talking(browser, store) as (page, network):
        network.late = 1.5
        await ask(page, HOW_LONG)
        await expect(part(page, "typing")).to_contain_text("Looking for the answer")
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "typing")).to_be_empty()
        assert await lines(page) == BOTH

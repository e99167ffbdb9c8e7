"""A real browser before a real server.

Each test also fails on an error in the console, and on any request to somebody else.
"""

from __future__ import annotations

import re
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from bot.snapshot import SnapshotStore
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PATIENCE = 20_000
"""Milliseconds that a test waits for what must come; no test fails because a machine is busy."""
expect.set_options(timeout=PATIENCE)

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",  # needed as root, and only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def store(windmill_folder: Path) -> SnapshotStore:
    """Load the small FAQ."""
    return SnapshotStore(windmill_folder)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start one browser for all tests."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


class Opening(Protocol):
    """Serves the chat and opens a page of it; takes the options of a browser context."""

    def __call__(
        self, path: str | None = "/", *, but: str = "", **options: Any
    ) -> AbstractAsyncContextManager[Page]:
        """Open `path`; None leaves it to the test, which may want to prepare the page."""


@pytest.fixture
def opened(browser: Browser, store: SnapshotStore) -> Opening:
    """Return a function that serves the chat and opens it."""

    @asynccontextmanager
    async def open_page(
        path: str | None = "/", *, but: str = "", **options: Any
    ) -> AsyncIterator[Page]:
        async with serving(store) as client:
            options["base_url"] = str(client.make_url("/"))
            async with watched(browser, but=but, **options) as context:
                page = await context.new_page()
                if path is not None:
                    await page.goto(path)
                yield page

    return open_page


@asynccontextmanager
async def watched(
    browser: Browser, *, but: str = "", **options: Any
) -> AsyncIterator[BrowserContext]:
    """Open a browser context that fails on errors, `but` for some, and on foreign requests."""
    context = await browser.new_context(**options)
    wrong: list[str] = []

    def note_line(line: ConsoleMessage) -> None:
        if line.type == "error" and not (but and re.search(but, line.text)):
            wrong.append(line.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            wrong.append(request.url)

    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", note_line)
    context.on("request", note_request)
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()
    assert wrong == []

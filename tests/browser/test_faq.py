"""The pages under `/faq` in a real browser: by script-less form, by keyboard, on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser import measures
from tests.browser.axe import DARK, FORCED, LIGHT, NARROW, violations_by_look

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("/faq", "/faq/botox/how-long")
SEARCHES = {
    "how long is the session": "Answer found",
    "I can't breathe": "Immediate action required",
    "what are your fees": "No answer found",
}


async def search(page: Page, words: str) -> None:
    """Type a search and send it."""
    await page.goto("/faq")
    await page.get_by_role("searchbox", name="Search the answers").fill(words)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_search_without_script(opened: Opening) -> None:
    """A search works without script; its words do not come into the address or the title."""
    async with opened(None, java_script_enabled=False) as page:
        for words, heading in SEARCHES.items():
            await search(page, words)
            await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            assert page.url.endswith("/faq/search")
            assert await page.title() == f"{heading} · Windmill Clinic"
        await page.get_by_role("link", name="Read all questions and answers").click()
        await expect(page.get_by_role("article")).to_have_count(3)


async def test_no_violations(opened: Opening) -> None:
    """No page has a fault that axe finds: in light, dark, forced colours and at 320 px."""
    async with opened(None) as page:
        for path in PAGES:
            await page.goto(path)
            assert await violations_by_look(page) == {}, path
        for words in [*SEARCHES][:2]:
            await search(page, words)
            assert await violations_by_look(page) == {}, words


async def test_any_width_and_spacing(opened: Opening) -> None:
    """At 320 px, also with spread text, nothing is cut off and nothing scrolls sideways."""
    async with opened(None, viewport=NARROW, has_touch=True) as page:
        for words in ("", *SEARCHES):
            await search(page, words)
            await measures.spread(page)
            assert await measures.too_wide(page) == []
            assert await measures.clipped(page) == []
        await page.goto("/faq")
        assert await measures.small_targets(page, least=44) == []


async def test_keys(opened: Opening) -> None:
    """Tab goes from the skip link through the head to the search and the contents."""
    async with opened("/faq") as page:
        went = []
        for _ in range(8):
            await page.keyboard.press("Tab")
            went.append(await measures.focused(page))
        assert went[:5] == ["Skip to the answers", "Windmill Clinic", "All questions",
                            "Ask the assistant", "911"]  # fmt: skip
        assert went[5:7] == ["input", "Search"]


async def test_focus_is_seen(opened: Opening) -> None:
    """The focus ring stands out in every look."""
    async with opened("/faq") as page:
        judge = await page.context.new_page()
        await page.bring_to_front()
        for look in (LIGHT, DARK, FORCED):
            await look.apply(page)
            for target in (
                page.get_by_role("searchbox"),
                page.get_by_role("button", name="Search"),
                page.get_by_role("article").first.get_by_role("link").first,
            ):
                assert await measures.ring(page, target, judge) >= 0.9, (look.name, target)


async def test_the_chat_is_at_hand(opened: Opening) -> None:
    """With script, "Ask the assistant" opens the chat on this very page."""
    async with opened("/faq") as page:
        await expect(page.locator("clinic-chat [part=launcher]")).to_be_visible()
        await page.get_by_role("link", name="Ask the assistant").click()
        await expect(page.locator("clinic-chat [part=panel]")).to_be_visible()
        assert page.url.endswith("/faq")


async def test_a_link_marks_its_answer(opened: Opening) -> None:
    """Whoever comes by a link to an answer sees which one is meant."""
    async with opened("/faq#botox/when-it-works") as page:
        article = page.locator("article:target")
        await expect(article.get_by_role("heading")).to_have_text("When does it start to work?")
        await expect(article).to_be_in_viewport()
        assert await article.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


async def test_on_paper(opened: Opening) -> None:
    """Printed, the page is the answers in black on white, with the number for emergencies."""
    async with opened("/faq", color_scheme="dark") as page:
        await page.emulate_media(media="print", color_scheme="dark")
        for name in ("navigation", "search", "button"):
            await expect(page.get_by_role(name)).to_have_count(0)
        await expect(page.get_by_text("In an emergency, call 911 now.")).to_be_visible()
        await expect(page.get_by_text("Source: treatment-page").first).to_be_visible()
        await expect(page.get_by_text("Answers of version")).to_be_visible()
        colours = "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
        assert await page.locator("body").evaluate(colours) == [
            "rgb(0, 0, 0)",
            "rgb(255, 255, 255)",
        ]
        assert (await page.pdf()).startswith(b"%PDF")

"""The chat by keyboard, and what a screen reader hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.measures import focused
from tests.browser.stage import HOW_LONG, PARK, staged

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.snapshot import SnapshotStore
    from tests.browser.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPLIES = ("announcer", "alarm")
PHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 700},
    "has_touch": True,
    "is_mobile": True,
}


async def walk(stage: Stage, *keys: str) -> list[str]:
    """Press keys and return what has the focus after each."""
    went = []
    for key in keys:
        await stage.page.keyboard.press(key)
        went.append(await focused(stage.page))
    return went


# --- what is heard -------------------------------------------------------------------------


async def test_each_reply_is_heard_once_in_order(browser: Browser, store: SnapshotStore) -> None:
    """Greeting and replies are said once each, in order, as plain text; the patient's words not."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.ask(HOW_LONG)
        await stage.ask(PARK)
        await stage.ask("I can't breathe")
        greeting, first, second, alarm = stage.heard.by(*REPLIES)
        assert greeting.startswith("Hello, I am the automated assistant of Windmill Clinic.")
        assert first.startswith("Usually 10 to 30 minutes. It depends on the size of the area.")
        assert "Please ask your provider about your own case." in first
        assert first.endswith("Suggested questions: 2.")
        assert second.startswith("Park in Lot B, next to the red windmill.")
        assert alarm.startswith("Immediate action required.")
        assert len(stage.heard.by("alarm")) == 1
        await expect(stage.part("announcer")).to_be_empty()
        await expect(stage.part("alarm")).to_be_empty()


async def test_many_at_once_are_heard_in_order(browser: Browser, store: SnapshotStore) -> None:
    """Replies that come together, after a wait, are still said once each and in order."""
    async with staged(browser, store) as stage:
        await stage.open()
        stage.wire.holding = True
        for words in (HOW_LONG, PARK, "When does it start to work?"):
            await stage.send(words)
        await expect(stage.part("bubble")).to_have_count(3)
        stage.wire.let_go()
        await expect(stage.part("card")).to_have_count(4)
        said = [text.split()[0] for text in stage.heard.by(*REPLIES)]
        assert said == ["Hello,", "Usually", "Park", "Most"]


async def test_history_is_not_heard_again(browser: Browser, store: SnapshotStore) -> None:
    """After a reload the old messages are there and are not said again; a new one is."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.ask(HOW_LONG)
        await stage.ask("I can't breathe")
        stage.heard.lines.clear()
        await stage.page.reload()
        await stage.ready()
        await expect(stage.part("card")).to_have_count(3)
        await stage.ask(PARK)
        [only] = stage.heard.by(*REPLIES)
        assert only.startswith("Park in Lot B")


async def test_what_goes_wrong_is_heard(browser: Browser, store: SnapshotStore) -> None:
    """Waiting, a refused message, a lost connection and its return are each said once."""
    but = "ERR_FAILED|WebSocket"
    async with staged(browser, store, but=but, frozen=True) as stage:
        await stage.open()
        stage.wire.holding = True
        await stage.send(PARK)
        await stage.wait(500)
        await expect(stage.part("typing")).not_to_be_empty()
        stage.wire.let_go()
        await expect(stage.part("card")).to_have_count(2)
        assert len(stage.heard.by("typing")) <= 2  # its dots say nothing
        stage.wire.instead = {"code": "bad_message", "message": "I could not read that message."}
        await stage.send(HOW_LONG)
        await expect(stage.part("again")).to_be_visible()
        [refused] = stage.heard.by("not-sent")
        assert refused == "Not sent. I could not read that message. Try again"
        await stage.page.route("**/api/**", lambda route: route.abort())
        await stage.wire.break_off()
        await expect(stage.part("try-now")).to_be_visible()
        await stage.wait(5_000)
        lost = [line for line in stage.heard.by("status") if "lost" in line]
        assert len(lost) == 1


async def test_a_closed_chat_is_heard(browser: Browser, store: SnapshotStore) -> None:
    """A reply that comes while the chat is closed is on the button, in words."""
    async with staged(browser, store) as stage:
        await stage.open()
        stage.wire.holding = True
        await stage.send(PARK)
        await expect(stage.part("bubble")).to_be_visible()
        await stage.page.keyboard.press("Escape")
        stage.wire.let_go()
        button = stage.page.get_by_role("button", name="New messages: 1")
        await expect(button).to_be_visible()


# --- where the focus is --------------------------------------------------------------------


async def test_nothing_that_comes_moves_the_focus(browser: Browser, store: SnapshotStore) -> None:
    """Wherever the focus is in the chat or on the page, a reply leaves it there."""
    async with staged(browser, store) as stage:
        await stage.open()
        for place in ("input", "log", "close", "menu-button"):
            stage.wire.holding = True
            before = await stage.part("card").count()
            await stage.send("I can't breathe")
            await stage.part(place).focus()
            stage.wire.let_go()
            await expect(stage.part("card")).to_have_count(before + 1)
            assert await focused(stage.page) == place
        link = stage.page.get_by_role("link", name="red windmill")
        stage.wire.holding = True
        await stage.send(PARK)
        await link.focus()
        stage.wire.let_go()
        await expect(stage.part("card").last).to_contain_text("Lot B")
        await expect(link).to_be_focused()


async def test_open_and_close_by_keyboard(browser: Browser, store: SnapshotStore) -> None:
    """Enter opens the chat with the focus in its box; Escape closes it and gives the focus back."""
    async with staged(browser, store) as stage:
        went = await walk(stage, "Tab", "Tab", "Tab")
        assert went == ["Windmill Clinic", "red windmill", "launcher"]
        await stage.page.keyboard.press("Enter")
        await stage.ready()
        assert await focused(stage.page) == "input"
        assert await walk(stage, "Escape") == ["launcher"]
        await expect(stage.part("panel")).to_be_hidden()
        await expect(stage.part("launcher")).to_have_attribute("aria-expanded", "false")


async def test_tab_goes_through_the_chat_and_out(browser: Browser, store: SnapshotStore) -> None:
    """Tab reaches everything in the order in which it is seen, and leaves the chat again."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.ask(HOW_LONG)
        await stage.part("menu-button").focus()
        went = await walk(stage, *["Tab"] * 13)
        assert went == [
            "close", "911", "log", "911", "yes", "no", "keep", "choice", "choice", "input", "send",
            "the page", "Windmill Clinic",
        ]  # fmt: skip
        assert await walk(stage, *["Shift+Tab"] * 3) == ["send", "input", "choice"]


async def test_the_menu_by_keyboard(browser: Browser, store: SnapshotStore) -> None:
    """The menu takes the focus, Tab goes through it, Escape gives the focus back."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.part("menu-button").focus()
        assert await walk(stage, "Enter", "Tab") == ["menu-item", "menu-item"]
        assert await walk(stage, "Escape") == ["menu-button"]
        await expect(stage.part("menu")).to_be_hidden()
        await expect(stage.part("panel")).to_be_visible()


async def test_a_whole_visit_by_keyboard(browser: Browser, store: SnapshotStore) -> None:
    """Ask, choose, judge, keep a question, delete the chat: no pointer is needed for any of it."""
    async with staged(browser, store) as stage:
        keyboard = stage.page.keyboard
        await stage.part("launcher").focus()
        await keyboard.press("Enter")
        await stage.ready()
        await keyboard.type(HOW_LONG)
        await keyboard.press("Enter")
        await expect(stage.part("card")).to_have_count(2)
        assert await focused(stage.page) == "input"
        assert (await walk(stage, *["Shift+Tab"] * 5))[-1] == "yes"  # choices, keep, no, yes
        await keyboard.press("Enter")
        await expect(stage.part("yes")).to_have_attribute("aria-pressed", "true")
        assert await focused(stage.page) == "yes"
        await stage.part("keep").focus()
        await keyboard.press("Space")
        await expect(stage.part("keep")).to_have_attribute("aria-pressed", "true")
        await stage.part("choice").last.focus()
        await keyboard.press("Enter")
        await expect(stage.part("card").last).to_contain_text("Lot B")
        assert await focused(stage.page) == "input"
        await stage.part("menu-button").focus()
        await keyboard.press("Enter")
        await stage.part("menu-item").last.focus()
        assert await walk(stage, "Enter") == ["confirm-no"]
        assert await walk(stage, "Shift+Tab", "Enter") == ["confirm-yes", "input"]
        await expect(stage.part("card")).to_have_count(1)


async def test_the_list_by_keyboard(browser: Browser, store: SnapshotStore) -> None:
    """The list for the provider takes the focus, and Escape leads back to the menu's button."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.part("menu-button").focus()
        await walk(stage, "Enter", "Enter")
        await expect(stage.part("list")).to_be_visible()
        await stage.page.get_by_label("Add a question of your own").focus()
        await stage.page.keyboard.type("May I drive home?")
        await stage.page.keyboard.press("Enter")
        await expect(stage.part("list-item")).to_have_count(1)
        await stage.part("list-remove").focus()
        await stage.page.keyboard.press("Enter")
        await expect(stage.part("list-item")).to_have_count(0)
        assert await focused(stage.page) != "the page"
        assert await walk(stage, "Escape") == ["menu-button"]


async def test_a_phone_keeps_its_keyboard_down(browser: Browser, store: SnapshotStore) -> None:
    """On a phone the chat is modal, and the focus goes to its title and not into the box."""
    async with staged(browser, store, **PHONE) as stage:
        await stage.part("launcher").tap()
        await stage.ready()
        assert await focused(stage.page) == "title"
        seen = {*await walk(stage, *["Tab"] * 9)}
        assert "red windmill" not in seen
        await stage.part("close").tap()
        assert await focused(stage.page) == "launcher"


# --- what stays in view --------------------------------------------------------------------


async def test_an_emergency_stays_in_view(browser: Browser, store: SnapshotStore) -> None:
    """What is less urgent does not take the emergency number out of view, nor does a reload."""
    async with staged(browser, store) as stage:
        await stage.open()
        await stage.ask("pus is coming out")
        await expect(stage.part("notice").get_by_role("link")).to_have_text("+1 555 010 0200")
        await stage.ask("I can't breathe")
        await stage.ask("it is hot and red")
        await expect(stage.part("notice").get_by_role("link")).to_have_text("911")
        await stage.page.reload()
        await stage.ready()
        await expect(stage.part("notice").get_by_role("link")).to_have_text("911")


async def test_the_greeting_is_read_from_its_beginning(
    browser: Browser, store: SnapshotStore
) -> None:
    """A greeting that does not fit opens with its first words, which say what the chat is."""
    async with staged(browser, store, viewport={"width": 320, "height": 490}) as stage:
        large = "each => each.style.setProperty('--clinic-chat-font-size', '24px')"
        await stage.page.locator("clinic-chat").evaluate(large)
        await stage.open()
        await expect(stage.part("choice")).to_have_count(2)
        await expect(stage.part("status")).to_be_empty()
        at, length, seen = await stage.part("log").evaluate(
            "each => [each.scrollTop, each.scrollHeight, each.clientHeight]"
        )
        assert length > seen
        assert at == 0

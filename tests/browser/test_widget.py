"""What a patient meets in the chat."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.channels import recall
from bot.channels.feedback import Journal
from bot.dialogue import advance
from bot.models import Clarify, Screening, State, Turn
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
)
from tests.channels.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Browser, Page, WebSocketRoute

    from bot.channels.feedback import Opinion
    from bot.snapshot import Snapshot, SnapshotStore
    from tests.browser.conftest import Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_answer(opened: Opening) -> None:
    """A question gets its answer with disclaimer, source and day of review, links kept."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await expect(card(page).locator("strong")).to_have_text("10 to 30 minutes")
        await expect(part(page, "disclaimer")).to_have_text(
            "This is general information. Please ask your provider about your own case."
        )
        await expect(part(page, "origin")).to_have_text(
            'Source: treatment-page, "How Long Does It Take" · Last reviewed November 20, 2026'
        )
        await expect(part(page, "input")).to_be_focused()
        await expect(part(page, "input")).to_have_value("")


async def test_starters(opened: Opening) -> None:
    """Each starter is answered at a press; then they are gone, and the focus is in the box."""
    async with opened() as page:
        await open_chat(page)
        for name, answer in ((HOW_LONG, ANSWER), (PARK, LOT_B)):
            await expect(part(page, "choice")).to_have_text([HOW_LONG, PARK])
            await page.get_by_role("button", name=name).click()
            await expect(card(page)).to_contain_text(answer)
            await expect(part(page, "bubble")).to_contain_text(name)
            await expect(part(page, "input")).to_be_focused()
            await expect(page.locator("li:first-child > [part=choices]")).to_have_count(0)
            await page.evaluate("document.querySelector('clinic-chat').clear()")


async def test_did_you_mean(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """A "did you mean" offers real buttons and "None of these", and a pressed one is answered."""
    monkeypatch.setattr(recall, "respond", unsure)
    async with opened() as page:
        await open_chat(page)
        await asked(page, "how?", "Did you mean one of these?")
        choices = part(page, "choice")
        await expect(choices).to_have_text([HOW_LONG, PARK, "None of these"])
        await choices.last.click()
        await expect(card(page)).to_contain_text("Please try other words.")
        await asked(page, "how?", "Did you mean one of these?")
        await page.keyboard.press("Shift+Tab")  # the way back leads over the buttons
        await choices.nth(1).focus()
        await page.keyboard.press("Enter")
        await expect(card(page)).to_contain_text("Lot B")


def unsure(snapshot: Snapshot, state: State, utterance: str, **_: object) -> Turn:
    """Answer everything with a "did you mean"."""
    decision = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.4, "for this test")
    reply = snapshot.replies.compose(decision)
    return Turn(reply, advance(state, decision, utterance), decision, Screening())


async def test_emergency(opened: Opening) -> None:
    """A red flag is a card with heading and frame; its number to tap stays in view afterwards."""
    async with opened() as page:
        await open_chat(page)
        await expect(part(page, "notice")).to_have_text("In an emergency, call 911.")
        await ask(page, "I can't breathe")
        await expect(part(page, "card").last).to_have_attribute("data-kind", "emergency")
        heading = card(page).get_by_role("heading", name="Immediate action required")
        await expect(heading).to_be_visible()
        await expect(heading.locator("svg")).to_be_visible()
        await expect(card(page).get_by_role("link")).to_have_attribute("href", "tel:911")
        await asked(page, "pus is coming out", "call the clinic today")
        await page.reload()
        strip = part(page, "notice")
        await expect(strip).to_contain_text("Immediate action required")
        await expect(strip.get_by_role("link", name="911")).to_be_in_viewport(ratio=1)


async def test_said_once(opened: Opening) -> None:
    """A screen reader hears each reply once and in order, without markup; own words never."""
    async with opened() as page:
        await open_chat(page)
        await record(page)
        await asked(page, HOW_LONG, ANSWER)
        await asked(page, PARK, LOT_B)
        await asked(page, "I can't breathe", "This may be an emergency.")
        said = await page.evaluate("said")
        assert [text.split(".")[0] for text in said] == [
            "Usually 10 to 30 minutes",
            "Park in Lot B, next to the red windmill",
            "Immediate action required",
        ]
        assert said[0].endswith("Suggested questions: 2.")
        assert said[2].endswith("Links: 1.")
        await expect(part(page, "announcer")).to_be_empty()
        await expect(part(page, "alarm")).to_be_empty()


async def record(page: Page) -> None:
    """Note every text that is added to a hidden live region."""
    await page.evaluate(
        """() => {
          window.said = [];
          const root = document.querySelector("clinic-chat").shadowRoot;
          for (const region of root.querySelectorAll("[part=announcer], [part=alarm]")) {
            const note = (changes) => changes.forEach((change) =>
              change.addedNodes.forEach((node) => said.push(node.textContent)));
            new MutationObserver(note).observe(region, {childList: true});
          }
        }"""
    )


async def test_keyboard_only(opened: Opening) -> None:
    """The chat opens, answers and closes by keyboard; an answer never moves the focus."""
    async with opened() as page:
        await part(page, "launcher").focus()
        await page.keyboard.press("Enter")
        await expect(part(page, "input")).to_be_focused()
        await page.keyboard.type(HOW_LONG)
        await page.keyboard.press("Enter")
        await expect(card(page)).to_contain_text(ANSWER)
        await expect(part(page, "input")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(part(page, "panel")).to_be_hidden()
        await expect(part(page, "launcher")).to_be_focused()
        await expect(part(page, "launcher")).to_have_attribute("aria-expanded", "false")


async def test_escape_goes_back_step_by_step(opened: Opening) -> None:
    """Escape closes the menu, the question and the list before it closes the chat."""
    async with opened() as page:
        await open_chat(page)
        await part(page, "menu-button").click()
        await expect(part(page, "menu-item").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(part(page, "menu")).to_be_hidden()
        await expect(part(page, "menu-button")).to_be_focused()
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Delete this chat").click()
        await expect(part(page, "confirm-no")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(part(page, "confirm")).to_be_hidden()
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Questions for my provider").click()
        await page.keyboard.press("Escape")
        await expect(part(page, "list")).to_be_hidden()
        await expect(part(page, "panel")).to_be_visible()


async def test_a_new_line_needs_shift(opened: Opening) -> None:
    """Enter sends; Shift and Enter begin a new line, and the box grows with them."""
    async with opened() as page:
        await open_chat(page)
        low = await part(page, "input").evaluate("(each) => each.clientHeight")
        await page.keyboard.type("where can I")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("park?")
        assert await part(page, "input").evaluate("(each) => each.clientHeight") > low
        await page.keyboard.press("Enter")
        await expect(part(page, "bubble")).to_contain_text("where can I\npark?")
        await expect(card(page)).to_contain_text("Lot B")
        assert await part(page, "input").evaluate("(each) => each.clientHeight") == low


async def test_too_long(opened: Opening) -> None:
    """Near the limit the rest is counted; too long a question stays in the box, with what to do."""
    async with opened() as page:
        await open_chat(page)
        await part(page, "input").fill("é" * 899)
        await expect(part(page, "counter")).to_be_empty()
        await part(page, "input").fill("é" * 901)
        await expect(part(page, "counter")).to_have_text("Characters left: 99")
        await ask(page, "é" * 1001)
        await expect(part(page, "trouble")).to_have_text(
            "Too long: 1001 of 1000 characters. Please shorten it."
        )
        await expect(part(page, "input")).to_have_value("é" * 1001)
        await expect(part(page, "input")).to_be_focused()
        await expect(part(page, "bubble")).to_have_count(0)
        await part(page, "input").fill("short")
        await expect(part(page, "trouble")).to_be_empty()


async def test_waiting_for_the_answer(opened: Opening) -> None:
    """That an answer is looked for is said only when it takes longer than 400 ms."""
    held: list[Callable[[], None]] = []

    async with opened(None) as page:
        await page.clock.install()
        await page.route_web_socket("**/ws", hold_replies(held))
        await page.goto("/")
        await part(page, "launcher").click()
        await release(page, held)
        await page.clock.pause_at(await page.evaluate("Date.now() / 1000 + 1"))
        await ask(page, HOW_LONG)
        await page.clock.run_for(390)
        await expect(part(page, "typing")).to_be_empty()
        await page.clock.run_for(20)
        await expect(part(page, "typing")).to_have_text("Looking for the answer …")
        await release(page, held)
        await expect(part(page, "typing")).to_be_empty()


def hold_replies(held: list[Callable[[], None]]) -> Callable[[WebSocketRoute], None]:
    """Return a route on which each message of the server waits in `held`."""

    def hold(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda message: held.append(lambda: route.send(message)))

    return hold


async def release(page: Page, held: list[Callable[[], None]]) -> None:
    """Let the next message of the server through, as soon as it is there."""
    async with asyncio.timeout(20):
        while not held:
            await page.evaluate("0")
    held.pop(0)()


async def test_scrolled_up(opened: Opening) -> None:
    """Who reads further up is told of a new message and not moved."""
    held: list[Callable[[], None]] = []
    async with opened(None, viewport={"width": 500, "height": 500}) as page:
        await page.route_web_socket("**/ws", hold_replies(held))
        await page.goto("/")
        await part(page, "launcher").click()
        await release(page, held)
        await ask(page, HOW_LONG)
        await release(page, held)
        await expect(part(page, "card")).to_have_count(2)
        await ask(page, HOW_LONG)
        await part(page, "log").evaluate("(log) => { log.scrollTop = 0; }")
        await release(page, held)
        newer = page.get_by_role("button", name="New messages")
        await expect(newer).to_be_visible()
        assert await part(page, "log").evaluate("(log) => log.scrollTop") == 0
        await newer.click()
        await expect(newer).to_be_hidden()
        await expect(part(page, "log")).to_be_focused()
        await expect(card(page).get_by_text("Usually")).to_be_in_viewport()


# --- feedback ------------------------------------------------------------------------------


class Kept(Journal):
    """Keeps opinions, unless it is broken."""

    def __init__(self) -> None:
        self.opinions: list[Opinion] = []
        self.broken = False

    async def add_opinion(self, opinion: Opinion) -> None:
        """Keep it."""
        if self.broken:
            raise OSError("the disk is full")
        self.opinions.append(opinion)


async def test_feedback(browser: Browser, store: SnapshotStore) -> None:
    """An answer can be rated, with a reason, and rated otherwise; each is kept as it was given."""
    journal = Kept()
    async with serving(store, journal=journal) as client, watched(browser) as context:
        page = await context.new_page()
        await page.goto(str(client.make_url("/")))
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await part(page, "no").click()
        await expect(part(page, "feedback-status")).to_contain_text("Thank you.")
        await expect(part(page, "no")).to_have_attribute("aria-pressed", "true")
        await expect(part(page, "no")).to_be_focused()
        await part(page, "reason").fill("the price")
        await part(page, "reason-send").click()
        await expect(part(page, "reason")).to_be_hidden()
        await page.reload()
        await expect(part(page, "no")).to_have_attribute("aria-pressed", "true")
        await part(page, "yes").click()
        await expect(part(page, "feedback-status")).to_contain_text("Thank you.")
        await expect(part(page, "no")).to_have_attribute("aria-pressed", "false")
        given = [(each.helpful, each.comment) for each in journal.opinions]
        assert given == [(False, None), (False, "the price"), (True, None)]
        assert len({(each.conversation, each.reply_to) for each in journal.opinions}) == 1


async def test_feedback_without_websockets(browser: Browser, store: SnapshotStore) -> None:
    """Feedback goes over plain HTTP too; what could not be kept says so and can be sent again."""
    journal = Kept()
    async with (
        serving(store, journal=journal) as client,
        watched(browser, but="503") as context,
    ):
        page = await context.new_page()
        await page.route_web_socket("**/ws", lambda route: route.close(code=1011))
        await page.goto(str(client.make_url("/")))
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        journal.broken = True
        await part(page, "yes").click()
        await expect(part(page, "feedback-status")).to_contain_text("could not be saved")
        journal.broken = False
        await part(page, "feedback-status").get_by_role("button", name="Try again").click()
        await expect(part(page, "feedback-status")).to_contain_text("Thank you.")
        assert [each.helpful for each in journal.opinions] == [True]


async def test_no_feedback_where_none_is_kept(opened: Opening) -> None:
    """A server that keeps no feedback is not asked for any."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await expect(part(page, "keep")).to_be_visible()
        await expect(part(page, "feedback")).to_have_count(0)


# --- the patient's own copy ----------------------------------------------------------------


async def test_save_as_text(opened: Opening) -> None:
    """The chat can be saved as a text file, disclaimer and source included."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        async with page.expect_download() as saving:
            await part(page, "menu-button").click()
            await page.get_by_role("button", name="Save as text").click()
        download = await saving.value
        assert download.suggested_filename == "chat.txt"
        lines = (await download.path()).read_text("utf-8").splitlines()
        assert lines[0] == f"You: {HOW_LONG}"
        assert lines[2] == f"Assistant: {ANSWER}"
        assert "ask your provider" in lines[3]
        assert "treatment-page" in lines[4]


async def test_print(opened: Opening) -> None:
    """Printing shows the chat and nothing of the page, and leaves nothing behind."""
    async with opened() as page:
        await page.add_init_script("window.print = () => { window.printed = true; };")
        await page.reload()
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Print").click()
        paper = page.locator("[data-clinic-chat-paper]")
        await expect(paper).to_be_hidden()
        await page.emulate_media(media="print")
        await expect(paper).to_contain_text(ANSWER)
        assert await page.evaluate("printed")
        seen = await page.locator("body > *:visible").evaluate_all(
            "all => all.map(e => e.localName)"
        )
        assert seen == ["div"]
        await page.emulate_media(media="screen")
        await page.evaluate("dispatchEvent(new Event('afterprint'))")
        await expect(paper).to_have_count(0)
        assert await page.evaluate("document.adoptedStyleSheets.length") == 0


async def test_delete(opened: Opening) -> None:
    """Deleting asks first, then forgets everything, and a new conversation begins."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, "I can't breathe", "emergency")
        before = await kept(page)
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Delete this chat").click()
        await page.get_by_role("button", name="Keep it").click()
        await expect(part(page, "bubble")).to_have_count(1)
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Delete this chat").click()
        await record(page)
        await page.get_by_role("button", name="Delete", exact=True).click()
        await expect(part(page, "bubble")).to_have_count(0)
        assert (await page.evaluate("said"))[0] == "The chat was deleted."
        await expect(part(page, "choice")).to_have_text([HOW_LONG, PARK])
        await expect(part(page, "notice")).to_have_text("In an emergency, call 911.")
        assert await page.evaluate("sessionStorage.length") == 0
        await asked(page, PARK, LOT_B)
        assert (await kept(page))["state"] != before["state"]


async def test_questions_for_my_provider(opened: Opening) -> None:
    """Answered and unanswered questions and own ones stand on a list that prints as one sheet."""
    async with opened() as page:
        await page.add_init_script("window.print = () => {};")
        await page.reload()
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await part(page, "keep").click()
        await expect(part(page, "keep")).to_have_attribute("aria-pressed", "true")
        await asked(page, "zebra crossing trombone", "I don't have an answer")
        await part(page, "keep").last.click()
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Questions for my provider").click()
        await expect(page.get_by_role("heading", name="Questions for my provider")).to_be_focused()
        await page.get_by_label("Add a question of your own").fill("May I drive?")
        await page.keyboard.press("Enter")
        items = part(page, "list-item")
        await expect(items.locator("strong")).to_have_text(
            [HOW_LONG, "zebra crossing trombone", "May I drive?"]
        )
        await part(page, "list-print").click()
        await page.emulate_media(media="print")
        paper = page.locator("[data-clinic-chat-paper]")
        await expect(paper.get_by_role("heading", level=2)).to_have_count(3)
        await expect(paper).to_contain_text("Please ask your provider about your own case.")
        await expect(paper).to_contain_text("Last reviewed November 20, 2026")
        await expect(paper).to_contain_text("The chat had no answer.")
        await page.emulate_media(media="screen")
        await page.evaluate("dispatchEvent(new Event('afterprint'))")
        await page.get_by_role("button", name="Remove: zebra crossing trombone").click()
        await expect(items).to_have_count(2)
        await part(page, "list-clear").click()
        await expect(items).to_have_count(0)
        assert await page.evaluate("localStorage.length") == 0
        await part(page, "back").click()
        await expect(part(page, "keep").first).to_have_attribute("aria-pressed", "false")


async def test_the_list_outlives_the_chat(opened: Opening) -> None:
    """The list stays when the chat is deleted or its tab closed, and other tabs see it at once."""
    async with opened() as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        other = await page.context.new_page()
        await other.goto("/")
        await open_chat(other)
        await part(other, "menu-button").click()
        await other.get_by_role("button", name="Questions for my provider").click()
        await part(page, "keep").click()
        await expect(part(other, "list-item")).to_have_count(1)
        await page.evaluate("document.querySelector('clinic-chat').clear()")
        await expect(part(page, "bubble")).to_have_count(0)
        [entry] = json.loads(await page.evaluate("Object.values(localStorage)[0]"))
        assert entry["question"] == HOW_LONG


async def test_what_takes_room_covers_nothing(opened: Opening) -> None:
    """When the form grows or a keyboard comes up, the last message stays in view."""
    async with opened(viewport={"width": 700, "height": 520}) as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await asked(page, PARK, LOT_B)
        keep = part(page, "keep").last
        await expect(keep).to_be_in_viewport(ratio=1)
        await part(page, "input").fill("line\n" * 6)
        await expect(keep).to_be_in_viewport(ratio=1)

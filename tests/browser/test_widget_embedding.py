"""The widget on the pages of clinics: one script tag, and neither breaks the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.channels.bundle import VERSION, widget
from tests.browser.widgets import (
    ANSWER,
    HOW_LONG,
    LOT_B,
    PARK,
    ask,
    asked,
    card,
    hosted,
    kept,
    open_chat,
    part,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from bot.snapshot import SnapshotStore
    from tests.browser.conftest import Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEAD = '<!DOCTYPE html><html lang="en"><head><title>Clinic</title><link rel="icon" href="data:,">'
SCRIPT = '<script async src="{bot}/widget.js"></script>'
PLAIN = f"{HEAD}</head><body><h1>Clinic</h1>{SCRIPT}</body></html>"

STRICT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'none'; img-src data:; "
    "script-src {bot}; connect-src {bot} ws://127.0.0.1:*; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
}
"""As strict as a page can be that loads a script at all."""

BOOTSTRAP = """
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 serif; color: #212529; background: #fff; }
button, input, textarea { margin: 0; font-family: cursive; font-size: 3rem; border-radius: 0; }
button { text-transform: uppercase; -webkit-appearance: button; }
ol, ul { padding-left: 2rem; margin-bottom: 1rem; } h2 { font-size: 2rem; }
.card { display: none; } .badge { color: red; } .row { margin: 0 -1.5rem; } .menu { color: red; }
dialog { display: none !important; } [hidden] { display: block; }
"""
"""Rules like those of a CSS framework."""
WORDPRESS = """
html { font-size: 62.5%; } body { font: 1.6rem/2 Georgia; letter-spacing: 2px; word-spacing: 9px; }
.site { transform: translateZ(0); } .site * { max-width: 40rem; text-align: center; }
.entry-content > * { margin: 3rem auto !important; width: 20rem !important; color: #c0ffee; }
button, input[type=submit], textarea { background: #cd2653 !important; color: #fff !important;
  padding: 4rem !important; text-transform: uppercase; line-height: 3 !important; }
"""
"""Rules like those of a blog's theme."""
HOSTS = {
    "nothing": "",
    "everything unset": "* { all: unset; }",
    "a framework": BOOTSTRAP,
    "a theme": WORDPRESS,
}


def page_with(style: str) -> str:
    """Return a page with rules of its own around the widget."""
    return (
        f"{HEAD}<style>{style}</style></head><body><div class='site'><div class='entry-content'>"
        f"<h1>Clinic</h1><clinic-chat></clinic-chat></div></div>{SCRIPT}</body></html>"
    )


LOOK = """() => {
  const root = document.querySelector("clinic-chat").shadowRoot;
  const parts = ["launcher", "panel", "title", "card", "choice", "input", "send", "notice"];
  return parts.map((name) => {
    const node = root.querySelector(`[part=${name}]`);
    const style = getComputedStyle(node);
    const {width, height} = node.getBoundingClientRect();
    const names = ["color", "backgroundColor", "fontSize", "fontFamily", "textTransform",
      "letterSpacing", "lineHeight", "textAlign", "paddingTop", "marginTop"];
    return [name, Math.round(width), Math.round(height), ...names.map((each) => style[each])];
  });
}"""


STANDING = "each => Promise.all(each.getAnimations().map((one) => one.finished))"


async def test_no_rule_of_the_page_gets_in(browser: Browser, store: SnapshotStore) -> None:
    """The chat looks the same on any page, and leaves the page's own look alone."""
    pages = [page_with(style) for style in HOSTS.values()]
    heading = "getComputedStyle(document.querySelector('h1')).cssText + document.body.innerText"
    async with hosted(browser, store, *pages) as page:
        looks = {}
        for number, host in enumerate(HOSTS):
            await page.goto(page.url[:-1] + str(number))
            before = await page.evaluate(heading)
            await open_chat(page)
            await part(page, "panel").evaluate(STANDING)
            looks[host] = await page.evaluate(LOOK)
            assert await page.evaluate(heading) == before
            await asked(page, HOW_LONG, ANSWER)
            await page.evaluate("document.querySelector('clinic-chat').clear()")
        for host, look in looks.items():
            assert look == looks["nothing"], host


async def test_strict_policies(browser: Browser, store: SnapshotStore) -> None:
    """A page that forbids styles, inline code and text as code needs to allow our origin only."""
    async with hosted(browser, store, PLAIN, headers=STRICT) as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        await part(page, "keep").click()
        await part(page, "menu-button").click()
        await page.get_by_role("button", name="Questions for my provider").click()
        await expect(part(page, "list-item")).to_have_count(1)
        launcher = part(page, "launcher")
        assert await launcher.evaluate("each => getComputedStyle(each).position") == "fixed"


async def test_a_policy_that_forgets_websockets(browser: Browser, store: SnapshotStore) -> None:
    """Where the page's policy allows our origin but no websockets, the chat works all the same."""
    policy = "default-src 'none'; img-src data:; script-src {bot}; connect-src {bot}"
    headers = {"Content-Security-Policy": policy}
    async with hosted(browser, store, PLAIN, headers=headers, but="Security Policy") as page:
        await page.clock.install()
        await part(page, "launcher").click()
        await ask(page, PARK)
        await page.clock.run_for(4_000)
        await expect(card(page)).to_contain_text(LOT_B)


async def test_quiet_before_it_is_opened(opened: Opening) -> None:
    """Until the chat is opened the page loads one small file, connects nowhere, stores nothing."""
    async with opened(None) as page:
        asked_for: list[str] = []
        sockets: list[str] = []
        page.on("request", lambda request: asked_for.append(request.url))
        page.on("websocket", lambda socket: sockets.append(socket.url))
        await page.goto("/")
        await expect(part(page, "launcher")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert [url for url in asked_for if "widget" in url] == [f"{page.url}widget.js"]
        assert not [url for url in asked_for if "/api/" in url]
        assert sockets == []
        await open_chat(page)
        assert len([url for url in asked_for if "widget" in url]) == 2
        await part(page, "input").fill("a thought that is never sent")
        assert await stored(page) == [0, 0, ""]
        await asked(page, HOW_LONG, ANSWER)
        assert await stored(page) == [1, 0, ""]
        assert await page.context.cookies() == []
        assert len((await kept(page))["said"]) == 2


async def stored(page: Page) -> list[object]:
    """Return how much the page has stored: in the tab, in the browser, in cookies."""
    counts: list[object] = await page.evaluate(
        "[sessionStorage.length, localStorage.length, document.cookie]"
    )
    return counts


async def test_events_without_words(browser: Browser, store: SnapshotStore) -> None:
    """The page is told that something happened, never what was said; and can steer the chat."""
    async with hosted(browser, store, PLAIN) as page:
        await page.evaluate(
            """() => {
              window.heard = [];
              for (const name of ["open", "close", "sent", "reply", "clear"]) {
                addEventListener(`clinic-chat:${name}`, ({detail}) => heard.push([name, detail]));
              }
              window.keys = 0;
              addEventListener("keydown", () => { keys += 1; });
            }"""
        )
        chat = "document.querySelector('clinic-chat')"
        await page.evaluate(f"{chat}.open()")
        await expect(part(page, "input")).to_be_focused()
        await page.keyboard.type(HOW_LONG)
        await page.keyboard.press("Enter")
        await expect(card(page)).to_contain_text(ANSWER)
        await page.evaluate(f"{chat}.clear()")
        await expect(part(page, "bubble")).to_have_count(0)
        await page.evaluate(f"{chat}.close()")
        await expect(part(page, "panel")).to_be_hidden()
        heard = await page.evaluate("heard")
        assert heard == [[name, None] for name in ("open", "sent", "reply", "clear", "close")]
        assert await page.evaluate("keys") == 0


async def test_attributes_and_colours(browser: Browser, store: SnapshotStore) -> None:
    """Title, greeting, language, side and colours are the clinic's; words stay readable on them."""
    html = PLAIN.replace(
        "<script async",
        "<style>clinic-chat { --clinic-chat-accent: #ffe08a; --clinic-chat-width: 350px; }</style>"
        '<script async data-heading="Ask Windmill" data-greeting="Good day!" data-lang="es"'
        ' data-position="start" data-label="Chat"',
    )
    async with hosted(browser, store, html) as page:
        await expect(part(page, "launcher")).to_have_text("Chat")
        await open_chat(page)
        await expect(part(page, "title")).to_have_text("Ask Windmill")
        await expect(card(page, 0)).to_contain_text("Good day!")
        await expect(part(page, "input")).to_have_attribute("placeholder", "Escriba su pregunta")
        await expect(part(page, "panel")).to_have_attribute("lang", "es")
        await expect(card(page, 0).locator(".content")).to_have_attribute("lang", "en")
        box = await part(page, "panel").bounding_box()
        assert box
        assert (box["x"], box["width"]) == (20, 350)
        shades = await part(page, "send").evaluate(
            "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).color]"
        )
        assert shades[0] == "rgb(255, 224, 138)"
        assert shades[1].startswith("lch(0 ")
        await asked(page, HOW_LONG, ANSWER)
        await expect(part(page, "origin")).to_contain_text("20 de noviembre de 2026")


async def test_two_on_a_page(browser: Browser, store: SnapshotStore) -> None:
    """Two widgets on a page are two conversations, also after a reload."""
    html = PLAIN.replace(
        "<h1>", '<clinic-chat></clinic-chat><clinic-chat position="start"></clinic-chat><h1>'
    )
    async with hosted(browser, store, html) as page:
        first, second = page.locator("clinic-chat").first, page.locator("clinic-chat").last
        for chat, question in ((first, PARK), (second, HOW_LONG)):
            await chat.locator("[part=launcher]").click()
            await chat.locator("[part=input]").fill(question)
            await chat.locator("[part=send]").click()
            await expect(chat.locator("[part=card]")).to_have_count(2)
        await page.reload()
        await expect(first.locator("[part=card]").last).to_contain_text(LOT_B)
        await expect(second.locator("[part=card]").last).to_contain_text(ANSWER)
        await expect(page.locator("clinic-chat")).to_have_count(2)


async def test_a_link_opens_the_chat(opened: Opening) -> None:
    """A link to #clinic-chat opens the chat, and gets the focus back when it closes."""
    async with opened() as page:
        link = page.get_by_role("link", name="Ask a question")
        await link.click()
        await expect(part(page, "input")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(link).to_be_focused()
        assert page.url.endswith("/")


async def test_where_the_chat_cannot_be_loaded(opened: Opening) -> None:
    """If the chat does not load, the launcher leads to the page with all answers."""
    async with opened(None, but="ERR_FAILED|integrity|Failed to") as page:
        await page.route("**/chat.en.js*", lambda route: route.abort())
        await page.goto("/")
        await part(page, "launcher").click()
        await expect(part(page, "unavailable")).to_contain_text("The chat could not be loaded.")
        link = page.get_by_role("link", name="Read all questions and answers")
        await expect(link).to_have_attribute("href", re.compile("/faq$"))
        await page.unroute("**/chat.en.js*")
        await part(page, "launcher").click()
        await expect(part(page, "panel")).to_be_visible()
        await expect(part(page, "unavailable")).to_be_hidden()


async def test_one_hash_holds_for_everything(browser: Browser, store: SnapshotStore) -> None:
    """A page that pins the script by its hash runs no changed byte of the chat either."""
    file = widget()["widget.js"]
    tag = f'<script async crossorigin integrity="{file.integrity}" src="{{bot}}/widget@{VERSION}/'
    html = PLAIN.replace('<script async src="{bot}/', tag)

    async def change(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, body=await response.text() + "// changed")

    async with hosted(browser, store, html, but="integrity|Failed to") as page:
        await open_chat(page)
        await page.route("**/chat.en.js", change)
        await page.reload()
        await part(page, "launcher").click()
        await expect(part(page, "unavailable")).to_be_visible()
        await expect(part(page, "panel")).to_have_count(0)


async def test_without_script(browser: Browser, store: SnapshotStore) -> None:
    """Where scripts don't run, what stands inside the element leads to the answers."""
    html = PLAIN.replace(
        "<h1>", '<clinic-chat><a href="{bot}/faq">Questions and answers</a></clinic-chat><h1>'
    )
    async with hosted(browser, store, html, java_script_enabled=False) as page:
        await page.get_by_role("link", name="Questions and answers").click()
        await expect(page.get_by_role("link", name=HOW_LONG).first).to_be_visible()
    async with hosted(browser, store, html) as page:
        await expect(part(page, "launcher")).to_be_visible()
        await expect(page.get_by_role("link", name="Questions and answers")).to_be_hidden()


async def test_a_foreign_page(browser: Browser, store: SnapshotStore) -> None:
    """A page that is not named in the settings gets no answer, and the developer is told why."""
    but = "CORS|ERR_FAILED|WebSocket|403"
    async with hosted(browser, store, PLAIN, admitted=False, but=but) as page:
        notes: list[str] = []
        page.on("console", lambda line: notes.append(line.text))
        await part(page, "launcher").click()
        await ask(page, HOW_LONG)
        await expect(part(page, "status")).to_contain_text("The connection was lost")
        await expect(part(page, "card")).to_have_count(0)
        assert any("ASKWELL_ORIGINS" in note for note in notes)


# --- phones --------------------------------------------------------------------------------


async def test_a_phone(opened: Opening) -> None:
    """On a phone the chat fills the screen, keeps the page out, and calls no keyboard by itself."""
    phone = {"width": 390, "height": 844}
    async with opened(viewport=phone, has_touch=True, is_mobile=True) as page:
        await open_chat(page)
        await part(page, "panel").evaluate(STANDING)
        box = await part(page, "panel").bounding_box()
        assert box == {"x": 0, "y": 0, **phone}
        assert await part(page, "panel").evaluate("each => each.matches(':modal')")
        await expect(part(page, "title")).to_be_focused()
        size = await part(page, "input").evaluate("each => getComputedStyle(each).fontSize")
        assert float(size.removesuffix("px")) >= 16
        for _ in range(12):
            await page.keyboard.press("Tab")
            outside = "document.activeElement.localName"
            assert await page.evaluate(outside) in {"clinic-chat", "body"}
        await part(page, "close").click()
        await expect(part(page, "launcher")).to_be_focused()
        assert await page.evaluate("document.documentElement.style.overflow") == ""


async def test_turning_and_zooming(opened: Opening) -> None:
    """A window that becomes small while the chat is open keeps the chat, its focus and words."""
    async with opened(viewport={"width": 1000, "height": 800}) as page:
        await open_chat(page)
        await part(page, "input").fill("half a quest")
        await page.set_viewport_size({"width": 320, "height": 256})
        await expect(part(page, "panel")).to_be_visible()
        assert await part(page, "panel").evaluate("each => each.matches(':modal')")
        await expect(part(page, "input")).to_be_focused()
        await expect(part(page, "input")).to_have_value("half a quest")
        overflowing = await part(page, "panel").evaluate("e => e.scrollWidth > e.clientWidth")
        assert not overflowing
        await page.set_viewport_size({"width": 1000, "height": 800})
        await expect(part(page, "input")).to_be_focused()
        assert not await part(page, "panel").evaluate("each => each.matches(':modal')")


async def test_opening_and_closing_leaves_nothing(opened: Opening) -> None:
    """Opening and closing 200 times leaves no element, no listener and no memory behind."""
    many = """async (times) => {
      const chat = document.querySelector("clinic-chat");
      for (let n = 0; n < times; n += 1) { await chat.open(); chat.close(); }
    }"""
    async with opened() as page:
        await open_chat(page)
        await asked(page, HOW_LONG, ANSWER)
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")

        async def used() -> dict[str, float]:
            await session.send("HeapProfiler.collectGarbage")
            metrics = (await session.send("Performance.getMetrics"))["metrics"]
            wanted = {"JSHeapUsedSize", "Nodes", "JSEventListeners"}
            return {each["name"]: each["value"] for each in metrics if each["name"] in wanted}

        await page.evaluate(many, 20)
        before = await used()
        await page.evaluate(many, 200)
        after = await used()
        assert after["Nodes"] <= before["Nodes"]
        assert after["JSEventListeners"] <= before["JSEventListeners"]
        assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] * 1.05

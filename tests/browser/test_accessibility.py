"""Every state of the chat, looked at by axe, by measures and in the accessibility tree."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.channels import recall
from bot.dialogue import advance, respond
from bot.models import Clarify, Screening, Turn
from tests.browser import measures
from tests.browser.axe import DARK, FORCED, LIGHT, SMALL, violations_by_look
from tests.browser.conftest import watched
from tests.browser.stage import HOW_LONG, staged
from tests.browser.states import LIMIT, STATES, answer, empty_list, menu, opened
from tests.channels.served import serving

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

    from bot.models import State
    from bot.snapshot import Snapshot, SnapshotStore
    from tests.browser.axe import Look
    from tests.browser.stage import Stage
    from tests.browser.states import Act

pytestmark = pytest.mark.asyncio(loop_scope="module")

SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = bool(os.environ.get("RENEW_SNAPSHOTS"))
"""Write the accessibility trees anew instead of comparing them (docs/accessibility.md)."""
ZOOMED = {"width": 320, "height": 256}
"""1280 by 1024 at 400 % (WCAG 1.4.10)."""
MANY_LINKS = """() => {
  for (let at = 0; at < 40; at++) {
    const link = document.createElement("a");
    Object.assign(link, {href: "#", textContent: `Link ${at}`});
    link.style = "display: block; text-align: end; width: fit-content; margin: 1em 20px 1em auto";
    document.querySelector("main").append(link);
  }
}"""
"""Links down the side of the page where the launcher floats."""
SEEN = 0.7
"""A round ring has a bit less than π/4 of the pixels of a square one."""
WIDE_LOOKS = (LIGHT, DARK, FORCED)
SPOKEN = 1_500
"""Milliseconds after which nothing is being said any more."""
REFUSED = "ERR_FAILED|WebSocket"
"""What the console may say while the connection is cut on purpose."""
STILL: dict[str, Any] = {
    "frozen": True,
    "reduced_motion": "reduce",
    "settings": {"utterance_length": LIMIT, "burst": 100},
    "but": REFUSED,
}


@pytest.fixture(autouse=True)
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer "how?" with a "did you mean"."""

    def answer(snapshot: Snapshot, state: State, utterance: str, **_: object) -> Turn:
        if utterance != "how?":
            return respond(snapshot, state, utterance)
        decision = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.4, "for this test")
        reply = snapshot.replies.compose(decision)
        return Turn(reply, advance(state, decision, utterance), decision, Screening())

    monkeypatch.setattr(recall, "respond", answer)


async def test_every_state(browser: Browser, store: SnapshotStore) -> None:
    """No state has a fault in light, dark or forced colours, and each has its kept tree."""
    async with staged(browser, store, **STILL) as stage:
        wrong = [line for act in STATES for line in await faults(stage, act, WIDE_LOOKS)]
    assert not wrong, "\n".join(wrong)


async def test_every_state_on_a_phone(browser: Browser, store: SnapshotStore) -> None:
    """No state has a fault at 320 px, where the chat fills the screen, with Spanish texts."""
    phone: Any = {"viewport": SMALL.viewport, "has_touch": True, "lang": "es"}
    async with staged(browser, store, **STILL, **phone) as stage:
        wrong = [line for act in STATES for line in await faults(stage, act, (SMALL,))]
    assert not wrong, "\n".join(wrong)


async def test_where_the_chat_ends(browser: Browser, store: SnapshotStore) -> None:
    """Offline, sent away by the server, or not loaded at all: no such end has a fault either."""
    async with staged(browser, store, but=REFUSED) as stage:
        await stage.page.route("**/chat.*.js", lambda route: route.abort())
        await stage.part("launcher").click()
        await expect(stage.part("unavailable").get_by_role("link")).to_be_visible()
        assert await violations_by_look(stage.page) == {}
        await stage.page.unroute("**/chat.*.js")
        await stage.page.reload()
        await stage.open()
        await stage.page.route("**/api/**", lambda route: route.abort())
        await stage.page.context.set_offline(True)
        await stage.wire.break_off()
        await expect(stage.part("panel")).to_have_attribute("data-state", "offline")
        assert await violations_by_look(stage.page, WIDE_LOOKS) == {}
        stage.wire.cut = False
        await stage.page.context.set_offline(False)
        await stage.ready()
        await stage.wire.break_off(code=1008)
        await expect(stage.part("panel")).to_have_attribute("data-state", "closed")
        assert await violations_by_look(stage.page, WIDE_LOOKS) == {}


async def test_nothing_lies_under_the_launcher(browser: Browser, store: SnapshotStore) -> None:
    """Whatever has the focus on the clinic's page, the launcher does not hide it."""
    async with staged(browser, store, viewport={"width": 900, "height": 500}) as stage:
        await stage.page.evaluate(MANY_LINKS)
        hidden = []
        for _ in range(30):
            await stage.page.keyboard.press("Tab")
            if await measures.obscured(stage.page):
                hidden.append(await measures.focused(stage.page))
        assert hidden == []


async def test_focus_is_seen(browser: Browser, store: SnapshotStore) -> None:
    """The focus ring stands out from what is round it, in light, dark and forced colours."""
    async with staged(browser, store) as stage:
        judge = await stage.page.context.new_page()
        await stage.page.bring_to_front()
        weak = []
        for look in WIDE_LOOKS:
            await look.apply(stage.page)
            if look is LIGHT:
                weak += await dim(stage, judge, "launcher")
                await stage.open()
                await stage.ask(HOW_LONG)
            weak += await dim(
                stage, judge, "close", "log", "choice", "yes", "keep", "input", "send"
            )
    assert weak == []


async def dim(stage: Stage, judge: Page, *parts: str) -> list[str]:
    """Return the parts whose focus ring is hard to see, with how much of it is seen."""
    found = []
    for name in parts:
        target = stage.part(name).first
        frame = stage.page.locator("clinic-chat .composer .box") if name == "input" else None
        seen = await measures.ring(stage.page, target, judge, frame=frame)
        if seen < SEEN:
            found.append(f"{name} {seen:.2f}")
    return found


async def test_zoom(browser: Browser, store: SnapshotStore) -> None:
    """At a zoom of 400 % all can be reached, and nothing hides what has the focus."""
    wrong = []
    async with staged(browser, store, **STILL, viewport=ZOOMED) as stage:
        await stage.open()
        await stage.ask(HOW_LONG)
        await stage.ask("I can't breathe")
        for _ in range(16):
            await stage.page.keyboard.press("Tab")
            if await measures.obscured(stage.page):
                wrong.append(await measures.focused(stage.page))
        assert await measures.too_wide(stage.page) == []
        await expect(stage.part("send")).to_be_in_viewport()
    assert wrong == []


async def test_large_text(browser: Browser, store: SnapshotStore) -> None:
    """With a text size of 200 % in the browser's settings the chat grows and loses nothing."""
    async with staged(browser, store, **STILL) as stage:
        session = await stage.page.context.new_cdp_session(stage.page)
        await session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
        for act in (opened, menu, empty_list, answer, menu):
            await act(stage)
            assert await measures.too_wide(stage.page) == []
            assert await measures.clipped(stage.page) == []
        assert (
            await stage.part("input").evaluate("each => getComputedStyle(each).fontSize") == "32px"
        )
        menu_box = await stage.part("menu").bounding_box()
        panel_box = await stage.part("panel").bounding_box()
        assert menu_box is not None
        assert panel_box is not None
        assert menu_box["x"] >= panel_box["x"]


async def test_right_to_left(browser: Browser, store: SnapshotStore) -> None:
    """On a page that runs from right to left the chat is its mirror image, without a fault."""
    async with staged(browser, store, **STILL, direction="rtl") as stage:
        box = await stage.part("launcher").bounding_box()
        assert box is not None
        assert box["x"] < 100
        for act in (opened, menu, empty_list, answer):
            await act(stage)
        assert await violations_by_look(stage.page, (LIGHT, SMALL), frozen=True) == {}
        assert await measures.too_wide(stage.page) == []
        mine, theirs = [await each.bounding_box() for each in await sides(stage)]
        assert mine is not None
        assert theirs is not None
        assert mine["x"] < theirs["x"]


async def sides(stage: Stage) -> tuple[Locator, Locator]:
    """Return the last message of the patient's and the last reply."""
    return stage.part("bubble").last, stage.part("card").last


async def test_the_home_page(browser: Browser, store: SnapshotStore) -> None:
    """The clinic page that ships with the server has no fault, with the chat closed and open."""
    async with (
        serving(store) as client,
        watched(browser, base_url=str(client.make_url("/")), reduced_motion="reduce") as context,
    ):
        page = await context.new_page()
        await page.goto("/")
        await expect(page.locator("clinic-chat [part=launcher]")).to_be_visible()
        assert await violations_by_look(page) == {}
        await page.locator("clinic-chat [part=launcher]").click()
        await expect(page.locator("clinic-chat [part=choice]").first).to_be_visible()
        assert await violations_by_look(page, WIDE_LOOKS) == {}


async def faults(stage: Stage, act: Act, looks: tuple[Look, ...]) -> list[str]:
    """Put the chat into a state and return all that is wrong with it."""
    await act(stage)
    await stage.wait(SPOKEN)
    found = await violations_by_look(stage.page, looks, frozen=True)
    found["small targets"] = await measures.small_targets(stage.page, within="clinic-chat")
    for spaced in (True, False):
        await measures.spread(stage.page, spaced=spaced)
        found[f"too wide, {spaced=}"] = await measures.too_wide(stage.page)
        found[f"clipped, {spaced=}"] = await measures.clipped(stage.page)
    found["moving"] = await measures.moving(stage.page)
    if LIGHT in looks:  # the kept trees are English
        tree = await stage.page.locator("clinic-chat").aria_snapshot()
        found["tree"] = differs(act.__name__, tree)
    return [f"{act.__name__}, {name}: {each}" for name, what in found.items() for each in what]


def differs(name: str, tree: str) -> list[str]:
    """Return the lines that an accessibility tree has more or less than the one that is kept."""
    path = SNAPSHOTS / f"{name}.yml"
    if RENEW:
        path.parent.mkdir(exist_ok=True)
        path.write_text(tree + "\n", encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.ndiff(kept.splitlines(), tree.splitlines())
    return [line for line in lines if line[0] in "+-"]

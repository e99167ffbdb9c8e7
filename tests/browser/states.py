"""Every state of the chat that a patient can meet, and how to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from playwright.async_api import expect

from tests.browser.stage import HOW_LONG, PARK

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.browser.stage import Stage

Act: TypeAlias = "Callable[[Stage], Awaitable[None]]"
LIMIT = 300
"""Characters of a message, on the server that these states are driven on."""


async def closed(stage: Stage) -> None:
    """See the launcher only."""
    await expect(stage.part("launcher")).to_be_visible()


async def opened(stage: Stage) -> None:
    """Open the chat: greeting and starters."""
    await stage.open()
    await expect(stage.part("choice").first).to_be_visible()


async def menu(stage: Stage) -> None:
    """Open the menu."""
    await stage.part("menu-button").click()
    await expect(stage.part("menu")).to_be_visible()


async def empty_list(stage: Stage) -> None:
    """Look at the list for the provider, with nothing on it."""
    await stage.part("menu-item").first.click()
    await expect(stage.part("list")).to_be_visible()


async def answer(stage: Stage) -> None:
    """Get an answer with disclaimer, source, choices and feedback."""
    await stage.part("back").click()
    await stage.ask(HOW_LONG)
    await expect(stage.part("feedback")).to_be_visible()


async def reason(stage: Stage) -> None:
    """Open the box for what was missing in an answer."""
    await stage.part("no").click()
    await expect(stage.part("reason")).to_be_visible()


async def thanks(stage: Stage) -> None:
    """Give feedback that is kept."""
    await stage.part("reason").fill("the price")
    await stage.part("reason-send").click()
    await expect(stage.part("feedback-status")).not_to_be_empty()


async def full_list(stage: Stage) -> None:
    """Put a question on the list for the provider."""
    await stage.part("keep").first.click()
    await menu(stage)
    await stage.part("menu-item").first.click()
    await expect(stage.part("list-item")).to_have_count(1)


async def clarify(stage: Stage) -> None:
    """Be asked back."""
    await stage.part("back").click()
    await stage.ask("how?")
    await expect(stage.part("choice")).to_have_count(3)


async def fallback(stage: Stage) -> None:
    """Get no answer."""
    await stage.ask("quantum chromodynamics lecture notes")


async def handoff(stage: Stage) -> None:
    """Ask for a person."""
    await stage.ask("can I speak to someone")


async def typing(stage: Stage) -> None:
    """Wait for an answer that takes its time."""
    stage.wire.holding = True
    await stage.send(PARK)
    await stage.wait(500)
    await expect(stage.part("typing")).not_to_be_empty()


async def late(stage: Stage) -> None:
    """Wait so long that the chat offers to try again."""
    await stage.wait(5_000)
    await expect(stage.part("not-sent")).to_be_visible()


async def newer(stage: Stage) -> None:
    """Read further up while a new message arrives."""
    await stage.part("log").evaluate("each => { each.scrollTop = 0; }")
    stage.wire.let_go()
    await expect(stage.part("newer")).to_be_visible()


async def too_long(stage: Stage) -> None:
    """Write a message that is too long to be sent."""
    await stage.part("newer").click()
    await stage.send("and how far is it " * (LIMIT // 16))
    await expect(stage.part("trouble")).not_to_be_empty()


async def not_sent(stage: Stage) -> None:
    """Have a message refused."""
    stage.wire.instead = {"code": "bad_message", "message": "I could not read that message."}
    await stage.send(HOW_LONG)
    await expect(stage.part("not-sent")).to_be_visible()


async def rate_limited(stage: Stage) -> None:
    """Be asked for a pause."""
    stage.wire.instead = {
        "code": "rate_limited",
        "message": "That was a lot at once. Please wait a moment.",
        "retry_after": 600,
    }
    await stage.send(HOW_LONG)
    await expect(stage.part("status")).to_contain_text("wait")


async def reconnecting(stage: Stage) -> None:
    """Lose the connection, with nobody who answers over plain HTTP."""
    await stage.page.route("**/api/**", lambda route: route.abort())
    await stage.wire.break_off()
    await expect(stage.part("try-now")).to_be_visible()


async def confirm(stage: Stage) -> None:
    """Be asked before the chat is deleted."""
    await menu(stage)
    await stage.part("menu-item").last.click()
    await expect(stage.part("confirm")).to_be_visible()


async def deleted(stage: Stage) -> None:
    """Delete the chat, and come back."""
    stage.wire.cut = False
    await stage.page.unroute("**/api/**")
    await stage.part("confirm-yes").click()
    await stage.ready()


async def urgent(stage: Stage) -> None:
    """Write of something that needs the clinic today."""
    await stage.ask("pus is coming out")
    await expect(stage.part("notice")).to_have_attribute("data-pinned", "urgent")


async def emergency(stage: Stage) -> None:
    """Write of an emergency."""
    await stage.ask("I can't breathe")
    await expect(stage.part("notice")).to_have_attribute("data-pinned", "emergency")


async def crisis(stage: Stage) -> None:
    """Write of thoughts of self-harm."""
    await stage.ask("I want to die")
    await expect(stage.part("notice")).to_have_attribute("data-pinned", "crisis")


async def unseen(stage: Stage) -> None:
    """Close the chat before the answer comes."""
    stage.wire.holding = True
    await stage.send(PARK)
    await expect(stage.part("bubble").last).to_contain_text(PARK)
    await stage.part("close").click()
    stage.wire.let_go()
    await expect(stage.part("badge")).to_be_visible()


STATES: tuple[Act, ...] = (
    closed,
    opened,
    menu,
    empty_list,
    answer,
    reason,
    thanks,
    full_list,
    clarify,
    fallback,
    handoff,
    typing,
    late,
    newer,
    too_long,
    not_sent,
    rate_limited,
    reconnecting,
    confirm,
    deleted,
    urgent,
    emergency,
    crisis,
    unseen,
)
"""In the order in which one patient can meet them; each goes on from the one before."""

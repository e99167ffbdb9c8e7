"""Every state of the chat, looked at by axe, by measures and in the accessibility tree."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels import turns
from bot.dialogue import advance, respond
from bot.models import Clarify, Screening, Turn
from tests.browser import measures
from tests.browser.axe import DARK, FORCED, LIGHT, SMALL, violations_by_look
from tests.browser.stage import staged
from tests.browser.states import LIMIT, STATES

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.models import State
    from bot.snapshot import Snapshot, SnapshotStore
    from tests.browser.axe import Look
    from tests.browser.stage import Stage
    from tests.browser.states import Act

pytestmark = pytest.mark.asyncio(loop_scope="module")

SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = bool(os.environ.get("RENEW_SNAPSHOTS"))
"""Write the accessibility trees anew instead of comparing them (docs/accessibility.md)."""
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

    def answer(snapshot: Snapshot, state: State, utterance: str) -> Turn:
        if utterance != "how?":
            return respond(snapshot, state, utterance)
        decision = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.4, "for this test")
        reply = snapshot.replies.compose(decision)
        return Turn(reply, advance(state, decision, utterance), decision, Screening())

    monkeypatch.setattr(turns, "respond", answer)


async def test_every_state(browser: Browser, store: SnapshotStore) -> None:
    """No state has a fault in light, dark or forced colours, and each has its kept tree."""
    async with staged(browser, store, **STILL) as stage:
        wrong = [line for act in STATES for line in await faults(stage, act, WIDE_LOOKS)]
    assert not wrong, "\n".join(wrong)


async def test_every_state_on_a_phone(browser: Browser, store: SnapshotStore) -> None:
    """No state has a fault at 320 px, where the chat fills the screen."""
    phone: Any = {"viewport": SMALL.viewport, "has_touch": True}
    async with staged(browser, store, **STILL, **phone) as stage:
        wrong = [line for act in STATES for line in await faults(stage, act, (SMALL,))]
    assert not wrong, "\n".join(wrong)


async def faults(stage: Stage, act: Act, looks: tuple[Look, ...]) -> list[str]:
    """Put the chat into a state and return all that is wrong with it."""
    await act(stage)
    await stage.wait(SPOKEN)
    found = await violations_by_look(stage.page, looks, frozen=True)
    found["small targets"] = await measures.small_targets(stage.page, within="clinic-chat")
    found["too wide"] = await measures.too_wide(stage.page)
    found["clipped"] = await measures.clipped(stage.page)
    found["moving"] = await measures.moving(stage.page)
    if LIGHT in looks:
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

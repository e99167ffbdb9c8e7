"""A picture of every state of the chat, on one sheet.

python -m tests.browser.contact_sheet docs/pictures/widget-states.jpg
"""

from __future__ import annotations

import asyncio
import base64
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from playwright.async_api import async_playwright

from bot.channels import recall
from bot.dialogue import advance, respond
from bot.models import Clarify, Screening, State, Turn
from bot.snapshot import SnapshotStore
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.stage import staged
from tests.browser.states import LIMIT, STATES
from tests.faqs import write_faq

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from bot.snapshot import Snapshot

SIZE: Any = {"width": 440, "height": 720}
STAGE: Any = {
    "frozen": True,
    "reduced_motion": "reduce",
    "settings": {"utterance_length": LIMIT, "burst": 100},
    "but": "ERR_FAILED|WebSocket",
}
LOOKS: dict[str, Any] = {
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
IN_EVERY_LOOK = {"answer", "emergency"}
SHEET = """<style>
  body { margin: 16px; background: #dfe5e3; font: 600 13px/1.4 sans-serif; color: #14211f;
    display: grid; grid-template-columns: repeat(7, 236px); gap: 14px; width: max-content; }
  figure { margin: 0; } figcaption { padding: 3px 2px; }
  img { width: 236px; border-radius: 8px; box-shadow: 0 1px 4px #0004; }
</style>"""


async def photograph(browser: Browser, store: SnapshotStore) -> dict[str, bytes]:
    """Return what each state looks like, by its name."""
    found: dict[str, bytes] = {}
    async with staged(browser, store, **STAGE, viewport=SIZE) as stage:
        for act in STATES:
            await act(stage)
            found[act.__name__.replace("_", " ")] = await stage.page.screenshot()
            if act.__name__ in IN_EVERY_LOOK:
                for look, media in LOOKS.items():
                    await stage.page.emulate_media(reduced_motion="reduce", **media)
                    found[f"{act.__name__}, {look}"] = await stage.page.screenshot()
                    await stage.page.emulate_media(
                        reduced_motion="reduce", color_scheme="light", forced_colors="none"
                    )
    return found


async def lay_out(page: Page, pictures: dict[str, bytes]) -> bytes:
    """Return all pictures with their names as one JPEG."""
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        f"<figcaption>{name}</figcaption></figure>"
        for name, picture in pictures.items()
    )
    await page.set_content(SHEET + figures)
    return await page.screenshot(full_page=True, type="jpeg", quality=72)


def unsure(snapshot: Snapshot, state: State, utterance: str, **_: object) -> Turn:
    """Answer "how?" with a "did you mean"."""
    if utterance != "how?":
        return respond(snapshot, state, utterance)
    decision = Clarify(("botox/how-long", "parking/where-can-i-park"), 0.4, "for a picture")
    reply = snapshot.replies.compose(decision)
    return Turn(reply, advance(state, decision, utterance), decision, Screening())


async def draw(folder: Path) -> bytes:
    """Drive a real browser through all states."""
    store = SnapshotStore(write_faq(folder / "faq"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with patch.object(recall, "respond", unsure):
            pictures = await photograph(browser, store)
        sheet = await lay_out(
            await browser.new_page(viewport={"width": 1800, "height": 900}), pictures
        )
        await browser.close()
    return sheet


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        Path(sys.argv[1]).write_bytes(asyncio.run(draw(Path(made))))

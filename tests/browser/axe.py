"""axe-core over a page in each of the ways in which it may be looked at.

The script is injected with `page.evaluate`, which the page's policy against foreign code does not
concern, and looks through open shadow roots.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

_RUN = """async ([type, values, except]) => {
  const {violations} = await axe.run(document, {
    runOnly: {type, values}, resultTypes: ["violations"]});
  return violations.filter((one) => !except.includes(one.id)).flatMap((one) =>
    one.nodes.map(({html, failureSummary}) =>
      `${one.id}: ${html.slice(0, 160)} ${failureSummary.replace(/\\s+/g, " ")}`));
}"""
_BREATH = 0.02
"""Seconds between two moves of a clock that stands still."""
_FOLDER = Path(__file__).parents[2] / ".venv" / "axe"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""Rules that run; the size of targets is only looked at where `wcag22aa` is named."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules whose outcome can differ where only the colours do."""
EXCEPTIONS: dict[str, str] = {}
"""Rule → why it does not hold here. Nothing is excepted."""
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""The smallest window that WCAG asks for (1.4.10), and a window of 1280 at a zoom of 400 %."""


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    name: str
    viewport: ViewportSize = field(default_factory=lambda: WIDE)
    media: dict[str, Any] = field(default_factory=dict)

    async def apply(self, page: Page) -> None:
        """Show the page in this way."""
        plain = {"color_scheme": "light", "forced_colors": "none"}
        await page.set_viewport_size(self.viewport)
        await page.emulate_media(**{**plain, **self.media})


LIGHT = Look("light")
DARK = Look("dark", media={"color_scheme": "dark"})
FORCED = Look("forced colours", media={"color_scheme": "dark", "forced_colors": "active"})
SMALL = Look("320 px", viewport=NARROW)
LOOKS = (LIGHT, DARK, FORCED, SMALL)


async def violations(page: Page, *, colours_only: bool = False, frozen: bool = False) -> list[str]:
    """Return every violation, of any impact, as rule, element and what would be right.

    On a page whose clock stands still it is moved a little, because axe waits in between.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    rules = ["rule", COLOURS] if colours_only else ["tag", TAGS]
    looking = asyncio.ensure_future(page.evaluate(_RUN, [*rules, list(EXCEPTIONS)]))
    while frozen and not (await asyncio.wait([looking], timeout=_BREATH))[0]:
        await page.clock.run_for(1)
    found: list[str] = await looking
    return found


async def violations_by_look(
    page: Page, looks: tuple[Look, ...] = LOOKS, *, frozen: bool = False
) -> dict[str, list[str]]:
    """Look at the page in each way; return only the ways in which something is wrong.

    Where only the colours are others than in the look before, only the rules of colours run.
    """
    found = {}
    for at, look in enumerate(looks):
        await look.apply(page)
        same = at > 0 and look.viewport == looks[at - 1].viewport
        if wrong := await violations(page, colours_only=same, frozen=frozen):
            found[look.name] = wrong
    await looks[0].apply(page)
    return found


def _source() -> str:
    scripts = sorted(_FOLDER.glob("axe-*.min.js"))
    if not scripts:
        pytest.skip("axe-core is not there; `make setup-test` fetches it")
    return scripts[-1].read_text(encoding="utf-8")

"""What a screen reader would hear: every text that comes into a live region, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

_RECORD = """
  const LIVE = "[aria-live], [role=log], [role=status], [role=alert]";
  const attach = Element.prototype.attachShadow;
  const up = (node) => node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const say = (region, text) => {
    if (region && text.trim()) note(region.part.value, text.replace(/\\s+/g, " ").trim());
  };
  const changed = ({type, target, addedNodes}) => {
    const region = up(target)?.closest(LIVE);
    if (type === "characterData") return say(region, target.data);
    for (const node of addedNodes) {
      if (region) say(region, node.textContent);
      else if (node.matches?.(LIVE)) say(node, node.textContent);
      else for (const inner of node.querySelectorAll?.("[role=alert]") ?? [])
        say(inner, inner.textContent);
    }
  };
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    const all = {childList: true, subtree: true, characterData: true};
    new MutationObserver((changes) => changes.forEach(changed)).observe(root, all);
    return root;
  };
"""
"""Runs before the page's own scripts. Polite regions hear what is added to them; a region with
the role alert is also heard when it comes as a whole."""


@dataclass
class Heard:
    """All that was said on a page, over reloads too: the part of the region, and the text."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    async def listen(self, page: Page) -> None:
        """Listen to a page that is about to be loaded."""
        await page.expose_function("note", lambda part, text: self.lines.append((part, text)))
        await page.add_init_script(_RECORD)

    def by(self, *parts: str) -> list[str]:
        """Return what was said by some regions."""
        return [text for part, text in self.lines if part in parts]

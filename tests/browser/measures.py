"""What axe does not measure: sizes of targets, clipped text, sideways scrolling, focus rings."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import FloatRect, Locator, Page

_DEEP = """
  const deep = (root) => [...root.querySelectorAll("*")].flatMap(
    (each) => each.shadowRoot ? [each, ...deep(each.shadowRoot)] : [each]);
  const seen = (each) => {
    const {width, height} = each.getBoundingClientRect();
    return width > 1 && height > 1 && each.checkVisibility({visibilityProperty: true});
  };
  const named = (each) => `${each.localName} ${each.getAttribute("part") ?? ""} "${
    (each.getAttribute("aria-label") ?? each.textContent).trim().slice(0, 40)}"`;
"""
"""Functions for the page: all elements in all open shadow roots, and which are seen."""

SPACING = """
  * {
    line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;
  }
  p { margin-bottom: 2em !important; }
"""
"""The spacing of text that nothing may be lost under (WCAG 1.4.12)."""


async def small_targets(page: Page, *, within: str = "body", least: float = 44) -> list[str]:
    """Return what can be pressed `within` an element and is narrower or lower than `least` px.

    Links within a sentence are as high as their line, as WCAG 2.5.8 allows.
    """
    found: list[str] = await page.evaluate(
        f"""([within, least]) => {{ {_DEEP}
          const inline = (each) => each.localName === "a"
            && getComputedStyle(each).display === "inline"
            && each.parentElement.textContent.trim() !== each.textContent.trim();
          const whole = document.querySelector(within);
          return deep(whole.shadowRoot ?? whole)
            .filter((each) => each.matches("a[href], button, input, textarea, select, summary"))
            .filter((each) => seen(each) && !inline(each))
            .map((each) => [each, each.getBoundingClientRect()])
            .filter(([, box]) => box.width < least - .01 || box.height < least - .01)
            .map(([each, box]) => `${{named(each)}} ${{box.width}} x ${{box.height}}`); }}""",
        [within, least],
    )
    return found


async def too_wide(page: Page) -> list[str]:
    """Return what makes the page, or a part that scrolls down, scroll sideways as well."""
    found: list[str] = await page.evaluate(
        f"""() => {{ {_DEEP}
          const parts = [document.documentElement, ...deep(document).filter(seen)];
          const scrolls = (each) => each === document.documentElement
            || ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
          return parts
            .filter((each) => scrolls(each) && each.scrollWidth > each.clientWidth)
            .map((each) => `${{named(each)}} ${{each.scrollWidth}} > ${{each.clientWidth}}`); }}"""
    )
    return found


async def clipped(page: Page) -> list[str]:
    """Return elements that hide a part of their text."""
    found: list[str] = await page.evaluate(
        f"""() => {{ {_DEEP}
          const hides = (value) => ["hidden", "clip"].includes(value);
          return deep(document)
            .filter((each) => seen(each) && each.textContent.trim())
            .filter((each) => {{
              const {{overflowX, overflowY}} = getComputedStyle(each);
              return (hides(overflowX) && each.scrollWidth > each.clientWidth + 1)
                || (hides(overflowY) && each.scrollHeight > each.clientHeight + 1); }})
            .map((each) => `${{named(each)}} ${{each.scrollWidth}} x ${{each.scrollHeight}} in ${{
              each.clientWidth}} x ${{each.clientHeight}}`); }}"""
    )
    return found


async def spread(page: Page, *, spaced: bool = True) -> None:
    """Give all text the spacing of WCAG 1.4.12, in shadow roots too, or take it away again."""
    await page.evaluate(
        f"""([css, spaced]) => {{ {_DEEP}
          const sheet = globalThis.spacing ??= new CSSStyleSheet();
          sheet.replaceSync(spaced ? css : "");
          const roots = deep(document).map((each) => each.shadowRoot).filter(Boolean);
          for (const root of [document, ...roots]) {{
            if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
          }} }}""",
        [SPACING, spaced],
    )


async def obscured(page: Page) -> bool:
    """Whether nothing can be seen of what has the focus (WCAG 2.4.11)."""
    found: bool = await page.evaluate(
        """() => {
          let each = document.activeElement, root = document;
          while (each.shadowRoot?.activeElement) {
            root = each.shadowRoot;
            each = root.activeElement;
          }
          const {left, right, top, bottom} = each.getBoundingClientRect();
          const spots = [.1, .5, .9].flatMap((x) => [.1, .5, .9].map((y) =>
            [left + x * (right - left), top + y * (bottom - top)]));
          return !spots.some(([x, y]) => {
            const hit = root.elementFromPoint(x, y);
            return hit && (each.contains(hit) || hit.contains(each));
          });
        }"""
    )
    return found


async def moving(page: Page) -> list[str]:
    """Return the animations that run now."""
    found: list[str] = await page.evaluate(
        f"""() => {{ {_DEEP}
          const roots = [document, ...deep(document).map((each) => each.shadowRoot)];
          return roots.filter(Boolean).flatMap((root) => root.getAnimations())
            .filter((each) => each.playState === "running")
            .filter((each) => each.effect.getComputedTiming().activeDuration > 1)
            .map((each) => `${{each.animationName ?? each.transitionProperty}} on ${{
              named(each.effect.target)}}`); }}"""
    )
    return found


async def focused(page: Page) -> str:
    """Return what has the focus, in whatever shadow root: its part, or its role and name."""
    found: str = await page.evaluate(
        """() => {
          let each = document.activeElement;
          while (each?.shadowRoot?.activeElement) each = each.shadowRoot.activeElement;
          const name = each.getAttribute("part")?.split(" ")[0]
            ?? each.getAttribute("aria-label") ?? each.textContent.trim().slice(0, 40);
          return each === document.body ? "the page" : name || each.localName;
        }"""
    )
    return found


# --- focus rings ---------------------------------------------------------------------------


async def ring(page: Page, target: Locator, judge: Page, *, frame: Locator | None = None) -> float:
    """Return how much of a 2 px frame round `target` its focus ring changes enough to be seen.

    The ring may also be drawn round another element, its `frame`. Enough is a contrast of 3:1
    between the same pixel with and without focus (WCAG 2.4.13). From 1.0 on, as many pixels change
    as a frame of 2 px has. `judge` is an empty page that compares.
    """
    await target.scroll_into_view_if_needed()
    box = await (frame or target).bounding_box()
    assert box is not None
    clip: FloatRect = {
        "x": max(0, box["x"] - 6),
        "y": max(0, box["y"] - 6),
        "width": box["width"] + 12,
        "height": box["height"] + 12,
    }
    await target.blur()
    before = await page.screenshot(clip=clip, caret="hide", animations="disabled")
    await page.keyboard.press("Shift")  # the last thing used is the keyboard, so rings are shown
    await target.focus()
    after = await page.screenshot(clip=clip, caret="hide", animations="disabled")
    changed = await _changed(judge, before, after)
    return changed / (4 * (box["width"] + box["height"]))


async def _changed(judge: Page, before: bytes, after: bytes) -> int:
    """Return how many pixels differ by a contrast of 3:1 or more."""
    pictures = [base64.b64encode(each).decode() for each in (before, after)]
    found: int = await judge.evaluate(
        """async (pictures) => {
          const [a, b] = await Promise.all(pictures.map(async (each) => {
            const bytes = Uint8Array.from(atob(each), (char) => char.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
            canvas.drawImage(bitmap, 0, 0);
            return canvas.getImageData(0, 0, bitmap.width, bitmap.height).data;
          }));
          const part = (value) => value <= 10 ? value / 255 / 12.92
            : ((value / 255 + .055) / 1.055) ** 2.4;
          const light = (data, at) =>
            .2126 * part(data[at]) + .7152 * part(data[at + 1]) + .0722 * part(data[at + 2]);
          let count = 0;
          for (let at = 0; at < a.length; at += 4) {
            const [dark, bright] = [light(a, at), light(b, at)].sort((one, two) => one - two);
            if ((bright + .05) / (dark + .05) >= 3) count++;
          }
          return count;
        }""",
        pictures,
    )
    return found

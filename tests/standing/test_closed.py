"""What fails, fails towards safety: without answers a red flag still gets its card."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.content import load
from bot.errors import ContentError
from bot.safety import Screen
from bot.snapshot import SnapshotStore
from tests.channels.served import serving, talking
from tests.conftest import TODAY
from tests.faqs import RED_FLAGS

if TYPE_CHECKING:
    from pathlib import Path

HOW_LONG = "How long does an appointment take?"
FIXED = "I can't answer just now. In an emergency call 911."


class Failing:
    """Fails at whatever is asked of it."""

    def __getattr__(self, name: str) -> None:
        raise OSError(5, f"no {name} today")


async def test_without_a_ranking(store: SnapshotStore, caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing can be looked up, emergencies get their card and all else the fixed text."""
    failing: Any = Failing()
    healthy = store.current
    async with serving(store) as client, talking(client) as patient:
        store.current = replace(healthy, index=failing)
        asked = [await patient.ask(text) for text in ("I can't breathe", "I want to die", HOW_LONG)]
        async with client.post("/api/v1/messages", json={"text": "I can't breathe"}) as response:
            asked.append(await response.json())
        store.current = healthy
        assert (await patient.ask(HOW_LONG))["kind"] == "answer"
    assert [each["kind"] for each in asked] == ["emergency", "crisis", "fallback", "emergency"]
    assert asked[2]["text"] == FIXED
    assert "breathe" not in caplog.text


async def test_without_a_screen(store: SnapshotStore) -> None:
    """A screen that fails is never taken for "no danger": no answer of the FAQ gets through."""
    failing: Any = Failing()
    healthy = store.current
    async with serving(store) as client, talking(client) as patient:
        store.current = replace(healthy, screen=failing)
        asked = [await patient.ask(text) for text in ("I can't breathe", HOW_LONG, "hello")]
        store.current = healthy
    assert {(each["text"], tuple(each["entries"])) for each in asked} == {(FIXED, ())}


@pytest.mark.parametrize(
    "red_flags",
    [
        None,
        "",
        "# Red flags\n",
        RED_FLAGS.partition("## Trouble breathing")[0],
        RED_FLAGS.replace("- trouble breathing", "- {no such list}"),
        RED_FLAGS.replace("Tier: emergency", "Tier: advice"),
        RED_FLAGS.encode("utf-16"),
    ],
    ids=["missing", "empty", "a title", "texts only", "an unknown list", "another tier", "UTF-16"],
)
def test_without_a_lexicon(faq: Path, red_flags: str | bytes | None) -> None:
    """Where emergencies would not be recognised, nothing starts."""
    path = faq / "red-flags.md"
    path.unlink()
    if red_flags is not None:
        path.write_bytes(red_flags.encode() if isinstance(red_flags, str) else red_flags)
    with pytest.raises(ContentError):
        Screen(load(faq, today=TODAY).faq.red_flags)


def test_an_edit_that_takes_the_lexicon_away(faq: Path) -> None:
    """The red flags of before go on being recognised."""
    store = SnapshotStore(faq)
    (faq / "red-flags.md").unlink()
    assert not store.reload()
    assert store.current.screen.screen("I can't breathe").tier == "emergency"

"""Bad edits of every kind: told with their file, and never shown to a patient."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.content import format_problem
from bot.errors import ContentError
from bot.safety import Screen
from bot.snapshot import SnapshotStore
from tests.channels.served import serving, talking
from tests.content.loading import load_small
from tests.faqs import BOTOX, CLINIC, PARKING, RED_FLAGS, SMALL_TALK, WORDING
from tests.standing.askers import Asker, until_answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIB = 2**20
ENTRY = "\n## Is it safe?\n"


def _without(text: str, title: str) -> str:
    """Leave a section out of a file."""
    start = text.index(f"## {title}")
    end = text.find("\n## ", start + 1)
    return text[:start] + (text[end + 1 :] if end > 0 else "")


BAD: dict[str, tuple[str, str | bytes | None]] = {
    "no answer": ("botox", BOTOX + ENTRY),
    "no answer in the middle": ("botox", BOTOX.replace("Most people", "## Most people")),
    "no title": ("botox", BOTOX.partition("\n")[2]),
    "two titles": ("botox", BOTOX + "\n# Botox again\n"),
    "no question": ("botox", "# Botox injections\nKind: clinical\n"),
    "an empty heading": ("botox", BOTOX + "\n##\n\nYes.\n"),
    "a deeper heading": ("botox", BOTOX + "\n### Is it safe?\n\nYes.\n"),
    "a field misspelt": ("botox", BOTOX.replace("Kind:", "Knd:")),
    "an unknown kind": ("botox", BOTOX.replace("clinical", "magical")),
    "a day that is none": ("botox", BOTOX.replace("2026-11-20", "2026-02-31")),
    "a day in another order": ("botox", BOTOX.replace("2026-11-20", "11/20/26")),
    "the same id twice": ("botox", BOTOX + "\n## How long? {#how-long}\n\nLong.\n"),
    "a related entry that is not there": ("botox", BOTOX.replace("when-it-works, ", "gone, ")),
    "HTML": ("botox", BOTOX.replace("Most people", "<b>Most</b> people")),
    "a script": ("botox", BOTOX + "\n<script>alert(1)</script>\n"),
    "an image": ("botox", BOTOX + "\n![x](https://evil.example/x.png)\n"),
    "a table": ("botox", BOTOX + "\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
    "code": ("botox", BOTOX + "\n```\nrm -rf\n```\n"),
    "a link to a script": ("botox", BOTOX + "\n[more](javascript:alert%281%29)\n"),
    "a link to data": ("botox", BOTOX + "\n[more](data:text/html,x)\n"),
    "a link without TLS": ("botox", BOTOX + "\n[more](http://evil.example/)\n"),
    "a placeholder that is none": ("botox", BOTOX + "\nCall {fone}.\n"),
    "latin-1": ("botox", BOTOX.replace("Most", "Möst").encode("latin-1")),
    "UTF-16": ("botox", BOTOX.encode("utf-16")),
    "zeros": ("botox", bytes(5_000)),
    "a program": ("botox", b"\x7fELF" + bytes(range(256)) * 8),
    "an archive": ("botox", b"PK\x03\x04" + bytes(range(256)) * 8),
    "nothing": ("botox", ""),
    "blanks": ("botox", " \n\t\n" * 100),
    "2 MiB": ("botox", BOTOX + "\nMore.\n" * (2 * MIB // 7)),
    "100 MiB": ("botox", BOTOX.encode() + bytes(100 * MIB)),
    "no red flags": ("red-flags", None),
    "red flags without one": ("red-flags", "# Red flags\n"),
    "red flags without emergencies": ("red-flags", _without(RED_FLAGS, "Trouble breathing")),
    "an emergency without words": ("red-flags", RED_FLAGS.replace("- trouble breathing", "-")),
    "a pattern that can't be read": ("red-flags", RED_FLAGS.replace("trouble b", "[trouble b")),
    "no reply to emergencies": ("red-flags", _without(RED_FLAGS, "Reply: emergency")),
    "an unknown tier": ("red-flags", RED_FLAGS.replace("Tier: crisis", "Tier: crises")),
    "no wording": ("wording", None),
    "no disclaimer": ("wording", _without(WORDING, "Disclaimer")),
    "no text for faults": ("wording", _without(WORDING, "Unavailable")),
    "a starter that is not there": ("wording", WORDING.replace("botox/how-long", "botox/how-lng")),
    "a country that is none": ("clinic", CLINIC.replace("Country: US", "Country: Atlantis")),
    "a phone that is none": ("clinic", CLINIC.replace("+1 555 010 0200", "call us")),
    "a merge conflict": ("parking", f"<<<<<<< HEAD\n{PARKING}=======\n{PARKING}>>>>>>> x\n"),
    "half of a file": ("small-talk", SMALL_TALK[:132]),
}
"""What an editor, a tool or a disk may leave behind: file and content."""


@pytest.mark.parametrize(("name", "content"), BAD.values(), ids=BAD)
def test_bad_files(tmp_path: Path, name: str, content: str | bytes | None) -> None:
    """A bad file is refused, and every problem says in which file and what to do."""
    with pytest.raises(ContentError) as caught:
        Screen(load_small(tmp_path, **{name: content}).faq.red_flags)
    [first, *_] = caught.value.problems
    assert first.path == f"faq/{name}.md"
    assert first.message
    assert first.fix
    assert len(format_problem(first)) < 2_000


def _link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


ODD: dict[str, Callable[[Path], None]] = {
    "a pipe that nobody writes to": os.mkfifo,
    "a link to endless zeros": _link("/dev/zero"),
    "a link to itself": _link("odd.md"),
    "a link to nowhere": _link("nowhere.md"),
    "a link out of the folder": _link("../../secret.md"),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """What only looks like a file is refused by name, and never waited for."""
    (tmp_path / "secret.md").write_text(PARKING)
    (tmp_path / "faq").mkdir()
    make(tmp_path / "faq" / "odd.md")
    with pytest.raises(ContentError) as caught:
        load_small(tmp_path)
    assert "faq/odd.md" in {problem.path for problem in caught.value.problems}


LIVE = ("no answer", "red flags without emergencies")


async def test_bad_edits_while_patients_ask(faq: Path) -> None:
    """While one bad edit follows the other, patients get the old answers, all of them."""
    store = SnapshotStore(faq)
    before = store.current
    limits: dict[str, Any] = {"burst": 10**6, "address_burst": 10**6}
    askers = [Asker(f"a{at}") for at in range(10)]
    async with (
        serving(store, **limits) as client,
        aiohttp.ClientSession() as session,
        asyncio.TaskGroup() as tasks,
    ):
        for asker in askers:
            tasks.create_task(asker.run(session, str(client.make_url("/ws")), pause=0.01))
        for name in LIVE:
            await _refused(store, faq, *BAD[name])
            assert store.current is before
        async with talking(client) as patient:
            assert (await patient.ask("I can't breathe"))["kind"] == "emergency"
        await until_answered(askers, 10)
        for asker in askers:
            asker.done = True
    assert [fault for asker in askers for fault in asker.faults()] == []
    assert await asyncio.to_thread(store.reload)


async def _refused(store: SnapshotStore, faq: Path, name: str, content: str | bytes | None) -> None:
    """Make a bad edit, have it refused, and undo it."""
    path = faq / f"{name}.md"
    good = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert not await asyncio.to_thread(store.reload)
    assert f"faq/{name}.md" in {problem.path for problem in store.problems}
    path.write_bytes(good)

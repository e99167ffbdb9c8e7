"""The process that builds: one job, one line of JSON."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

import msgspec

from bot.building.job import Job, Outcome
from bot.building.reading import parse
from bot.building.screens import kept_screen
from bot.compiled import compiled_path, read_content, write_content
from bot.errors import BuildError, ContentError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.compiled import Content
    from bot.models import Entry, Faq

_CHECKS: Final = 3
"""How often the folder is read again when it changes while it is read."""


def main(job: Job) -> int:
    """Do a job, and print its outcome; return the exit code."""
    _end_with_parent()
    gc.disable()  # it ends soon, and all that it makes is needed until then
    try:
        outcome = build(job)
    except ContentError as error:
        outcome = Outcome(problems=error.problems)
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
    return 0


def build(job: Job) -> Outcome:
    """Read, check and index a FAQ folder into files; raises ContentError with every problem."""
    job.into.mkdir(parents=True, exist_ok=True)
    (faq, problems), kept = _read(job)
    kept_screen(faq.red_flags, job.into)
    write_content((faq, problems), kept)
    before = read_content(job.before[0]) if job.before else None
    if before and _questions(before[0]) == _questions(faq):
        return Outcome(content=kept.name)
    from bot.building.indexing import index_file  # noqa: PLC0415  an edited answer needs none

    return Outcome(content=kept.name, index=index_file(faq, job))


def _questions(faq: Faq) -> tuple[object, ...]:
    """Return all that an index is built from, but for the answers.

    They count so little that they can wait for the whole index.
    """
    asked = [(each.id, each.kind, each.question, *_texts(each)) for each in faq.entries]
    return faq.synonyms, asked


def _texts(entry: Entry) -> list[str]:
    return [phrasing.text for phrasing in entry.phrasings]


def _read(job: Job) -> tuple[Content, Path]:
    """Return the content and where to keep it: under what the folder was while it was read."""
    for _ in range(_CHECKS):
        kept = compiled_path(job.into, job.folder, today=job.today)
        content = parse(job.folder, today=job.today)
        if kept == compiled_path(job.into, job.folder, today=job.today):
            return content, kept
    raise BuildError("gave up, for the folder never stood still")


def _end_with_parent() -> None:
    """End as soon as the server does that wanted the result, however it ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

"""The process that builds: one job, one line of JSON."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from bot.building.job import Job, Outcome
from bot.building.reading import parse
from bot.compiled import compiled_path, write_content
from bot.errors import BuildError, ContentError
from bot.retrieval.analysis import Analyzer
from bot.retrieval.changes import same_phrasings
from bot.retrieval.corpus import read_corpus
from bot.retrieval.store import index_path, read, write
from bot.safety import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.compiled import Content
    from bot.models import Faq
    from bot.retrieval.index import Index

NICE_QUICK: Final = 5
"""Answering goes before showing an edit …"""
NICE_WHOLE: Final = 15
"""… and far before making its ranking perfect."""
_CHECKS: Final = 3
"""How often the folder is read again when it changes while it is read."""


def main(arguments: list[str]) -> int:
    """Do the job that the arguments name, and print its outcome; return the exit code."""
    job = Job.read(arguments)
    _end_with_parent()
    os.nice(NICE_QUICK if job.previous else NICE_WHOLE)
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
    write_content((faq, problems), kept)
    Screen(faq.red_flags)  # raises for a pattern that it can't read
    kind = "quick" if job.previous else "whole"
    with _alone(job.into / f"{kind}.lock"):  # other processes may want the very same
        return Outcome(content=kept.name, index=_index(faq, job))


def _read(job: Job) -> tuple[Content, Path]:
    """Return the content and where to keep it: under what the folder was while it was read."""
    for _ in range(_CHECKS):
        kept = compiled_path(job.into, job.folder, today=job.today)
        content = parse(job.folder, today=job.today)
        if kept == compiled_path(job.into, job.folder, today=job.today):
            return content, kept
    raise BuildError("gave up, for the folder never stood still")


def _index(faq: Faq, job: Job) -> str | None:
    """Return the name of the compiled index, built if need be; None if the previous one fits."""
    whole = index_path(job.into, faq.version)
    if read(whole, faq):
        return whole.name
    previous = read(job.previous, faq) if job.previous else None
    if previous is None:
        return _write(faq, None, whole)
    if same_phrasings(read_corpus(faq.entries, Analyzer(faq.synonyms)), previous):
        return None
    quick = index_path(job.into, faq.version, whole=False)
    return quick.name if read(quick, faq) else _write(faq, previous, quick)


def _write(faq: Faq, previous: Index | None, path: Path) -> str:
    from bot.retrieval.build import build_index  # noqa: PLC0415  takes a second to import

    index = build_index(faq, previous)
    if index.whole:  # after an edit of many entries the quick build is the whole one
        path = index_path(path.parent, faq.version)
    write(index, path)
    return path.name


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _end_with_parent() -> None:
    """End as soon as the server does that wanted the result, however it ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

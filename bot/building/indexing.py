"""The compiled index of some content, built only if nobody has built it yet."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.retrieval.store import index_path, read, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.building.job import Job
    from bot.models import Faq
    from bot.retrieval.index import Index


def index_file(faq: Faq, job: Job) -> str:
    """Return the name of the file with a FAQ's index: the whole one, or a quickly built one.

    Of several processes that want the same, such as the workers of one server, one builds it.
    """
    with _alone(job.into / ("quick.lock" if job.before else "whole.lock")):
        whole = index_path(job.into, faq.version)
        if read(whole, faq):
            return whole.name
        previous = read(job.before[1], faq) if job.before else None
        quick = index_path(job.into, faq.version, whole=False)
        if previous and read(quick, faq):
            return quick.name
        return _build(faq, previous, job.into)


def _build(faq: Faq, previous: Index | None, into: Path) -> str:
    from bot.retrieval.build import build_index  # noqa: PLC0415  takes a second to import

    index = build_index(faq, previous)
    path = index_path(into, faq.version, whole=index.whole)
    write(index, path)
    return path.name


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

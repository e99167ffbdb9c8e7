"""The one place where text enters the journal: everything is redacted here."""

from __future__ import annotations

import asyncio
import importlib
import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bot.journal import writer
from bot.journal.records import HOUR

if TYPE_CHECKING:
    from bot.journal.backlog import Backlog
    from bot.journal.batch import Row
    from bot.journal.keys import Keys
    from bot.journal.notes import Asked, Opinion
    from bot.journal.writer import Writer
    from bot.models import Problem

_log = logging.getLogger(__name__)
_LONGEST: Final = 2_000
"""Characters of a text that are kept; a patient may write 1,000."""
_SHORT: Final = 200
"""Characters of a text that is redacted at once."""
_FEW: Final = 16
"""Questions that are looked at before patients' turns come in between, and an eighth of the rest:
so however many are asked, they never wait longer and longer."""
GROUP_SECONDS: Final = 0.2
"""How long the first question waits for others, to be redacted and written together."""


class Redacting:
    """Redacts what was asked, a few questions at a time, so that turns come in between."""

    def __init__(self, backlog: Backlog, keys: Keys, writer: Writer) -> None:
        self._backlog = backlog
        self._keys = keys
        self._writer = writer
        self._any = asyncio.Event()
        self._busy = asyncio.Lock()
        self.country: str | None = None
        """The clinic's, by which numbers are read."""

    def wake(self) -> None:
        """Say that a question waits."""
        self._any.set()

    async def run(self) -> None:
        """Redact whatever comes, until cancelled."""
        # Its tables take a moment to read; patients shall not wait for it.
        await asyncio.sleep(writer.HEAD_START_SECONDS)
        await asyncio.to_thread(lambda: _redaction().prepare())
        while True:
            await self._any.wait()
            await asyncio.sleep(GROUP_SECONDS)
            self._any.clear()
            await self.drain()

    async def drain(self) -> None:
        """Redact what waits; when it returns, nothing is half done."""
        async with self._busy:
            await self._drain()

    async def _drain(self) -> None:
        while waiting := len(self._backlog.asked):
            for _ in range(min(waiting, _FEW + waiting // 8)):
                await self._next()
            await asyncio.sleep(0)
        self._writer.wake(urgent=True)

    async def _next(self) -> None:
        asked, hour = self._backlog.next_asked()
        try:
            text = await self._redacted(asked.text[:_LONGEST])
            self._backlog.add(self._question(asked, hour, text), hour)
        except Exception as error:  # noqa: BLE001  rather lost than kept with what identifies
            _log.error("A question was not kept: %s", type(error).__name__)
            self._backlog.lose("question", hour)

    def _question(self, asked: Asked, hour: int, text: str) -> Row:
        return {
            "key": self._keys.question(asked.conversation, asked.id, asked.text),
            "at": hour,
            "outcome": str(asked.outcome),
            "text": text,
            "near": asked.near,
            "subject": asked.subject,
            "version": asked.version,
        }

    def opinion(self, opinion: Opinion, *, hour: int) -> Row:
        """Return the row of an opinion."""
        return {
            "key": self._keys.feedback(opinion.conversation, opinion.reply_to),
            "at": hour // HOUR * HOUR,
            "helpful": opinion.helpful,
            "comment": self._text(opinion.comment) if opinion.comment else None,
            "kind": opinion.kind,
            "entries": list(opinion.entries),
            "version": opinion.version,
        }

    def fault(self, problem: Problem, *, at: int) -> Row:
        """Return the row of a content problem; its message may quote what staff wrote."""
        return {
            "at": at,
            "path": problem.path,
            "line": problem.line,
            "message": self._text(problem.message),
        }

    def _text(self, text: str) -> str:
        """Return a text as it may be kept: redacted, and in characters that can be stored."""
        return _storable(_redaction().redact(text[:_LONGEST], country=self.country))

    async def _redacted(self, text: str) -> str:
        """Return the same; turns come in between where there is much to do."""
        redaction = _redaction()
        if redaction.is_plain(text):
            return text
        redacted = ""
        for now in redaction.steps(text, country=self.country):
            redacted = now.text
            if len(text) > _SHORT:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        return _storable(redacted)


@cache
def _redaction() -> Any:
    """Import the patterns when the first text comes: they take a moment to compile."""
    return importlib.import_module("bot.journal.redaction")


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()

"""A conversation with a deployed server, as the command line holds it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from bot.channels.line import Address, Line, LineLost
from bot.channels.protocol import ParagraphOut, ReplyOut
from bot.errors import ServerUnreachable
from bot.models import Choice, Listing, Paragraph, Reply, ReplyKind, Run

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from bot.channels.protocol import ChoiceOut, ListOut, ReplyBody, RunOut
    from bot.explain import Explanation
    from bot.models import Block, Hit

T = TypeVar("T")

PATIENCE: Final = 60.0
"""Seconds that one message may wait in all when the server says that we are too fast."""
TRIES: Final = 3
"""How often a message is sent when the connection breaks."""


class RemoteTalk:
    """A conversation with a server; its connection lives in a thread, so that pings are answered.

    Raises ServerUnreachable, also from `say` and `press`.
    """

    def __init__(self, url: str) -> None:
        self._address = Address.of(url)
        self.version: str | None = None
        """Version of the content that answered last."""
        self._state: str | None = None
        self._line: Line | None = None
        self._session: aiohttp.ClientSession | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def greet(self) -> Reply:
        """Connect, and return what the server opens with."""
        welcome = self._wait_for(self._connected()).welcome
        starters = choices_from_wire(welcome.starters)
        if welcome.greeting is None:
            return Reply(ReplyKind.SMALL_TALK, (), "", choices=starters)
        return reply_from_wire(welcome.greeting, starters)

    def say(self, utterance: str) -> Reply:
        """Send what the patient wrote."""
        return self._turn({"type": "message", "text": utterance})

    def press(self, entry: str | None) -> Reply:
        """Press a quick reply."""
        return self._turn({"type": "choice", "entry": entry})

    def hits(self, top: int) -> tuple[Hit, ...]:
        """Return nothing: a server tells only its reply."""
        return ()

    def explain(self, top: int) -> Explanation | None:
        """Return nothing: a server tells only its reply."""
        return None

    def restart(self) -> None:
        """Hang up; the next message begins a new conversation on a new connection."""
        self._state = None
        self._wait_for(self._hang_up())

    def close(self) -> None:
        """Hang up, and end the thread."""
        with contextlib.suppress(ServerUnreachable):
            self._wait_for(self._hang_up(for_good=True))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _turn(self, message: dict[str, Any]) -> Reply:
        answer = self._wait_for(self._ask({**message, "id": uuid.uuid4().hex}))
        if not isinstance(answer, ReplyOut):
            return _said(answer.message)
        self._state, self.version = answer.state, answer.content_version
        try:
            return reply_from_wire(answer, choices_from_wire(answer.choices))
        except ValueError:
            reason = f"it sent a reply of the kind {answer.kind!r}; this askwell is too old for it"
            raise ServerUnreachable(self._address.given, reason) from None

    # --- in the thread ----------------------------------------------------------------------

    async def _ask(self, message: dict[str, Any]) -> Any:
        """Send a message until it is answered, after a broken connection and a full bucket too."""
        waited, tries = 0.0, 0
        while True:
            line = await self._connected()
            try:
                answer = await line.ask({**message, "state": self._state})
            except LineLost:
                tries += 1
                await self._hang_up()
                if tries == TRIES:
                    raise ServerUnreachable(self._address.given, "it hangs up on us") from None
                continue
            pause = None if isinstance(answer, ReplyOut) else answer.retry_after
            if pause is None or waited + pause > PATIENCE:
                return answer
            waited += pause
            await asyncio.sleep(pause)

    async def _connected(self) -> Line:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        if self._line is None:
            self._line = await Line.open(self._session, self._address)
            self.version = self._line.welcome.content_version
        return self._line

    async def _hang_up(self, *, for_good: bool = False) -> None:
        if self._line is not None:
            await self._line.close()
            self._line = None
        if for_good and self._session is not None:
            await self._session.close()


# --- from the wire -------------------------------------------------------------------------


def reply_from_wire(body: ReplyBody, choices: tuple[Choice, ...]) -> Reply:
    """Return the reply in a message; raises ValueError for a kind that we don't know."""
    return Reply(
        kind=ReplyKind(body.kind),
        blocks=tuple(map(_block, body.blocks)),
        text=body.text,
        entries=body.entries,
        confidence=body.confidence,
        choices=choices,
        disclaimer=body.disclaimer,
        source=body.source,
        reviewed=body.reviewed,
    )


def choices_from_wire(choices: Iterable[ChoiceOut]) -> tuple[Choice, ...]:
    """Return quick replies."""
    return tuple(Choice(each.entry, each.label) for each in choices)


def _block(block: ParagraphOut | ListOut) -> Block:
    if isinstance(block, ParagraphOut):
        return Paragraph(_runs(block.content))
    return Listing(tuple(map(_runs, block.items)), ordered=block.ordered)


def _runs(runs: Iterable[RunOut]) -> tuple[Run, ...]:
    return tuple(Run(run.text, strong=run.strong, em=run.em, href=run.href) for run in runs)


def _said(message: str) -> Reply:
    """Return what the server said instead of answering."""
    return Reply(ReplyKind.FALLBACK, (Paragraph((Run(message),)),), message)

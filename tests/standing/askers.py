"""Clients that go on asking through anything, and note what they were answered."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import ClientSession, ClientWebSocketResponse

QUESTIONS: Final = {
    "How long does an appointment take?": "botox/how-long",
    "When does it start to work?": "botox/when-it-works",
    "Where can I park?": "parking/where-can-i-park",
}
"""Question → the entry that answers it."""
_RETRY_SECONDS = 0.05


@dataclass
class Asker:
    """Asks one question after the other, and asks again what was not answered."""

    name: str
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Message id → all that came back for it."""
    closed: list[int | None] = field(default_factory=list)
    """The codes with which connections ended."""
    asked: dict[str, str] = field(default_factory=dict)
    """Message id → question."""
    state: str | None = None
    done: bool = False
    """Set from outside: answer what is open, then stop."""
    ended: bool = False
    """Whether it has stopped."""
    patience: float | None = None
    """Seconds after which it gives a silent connection up."""

    async def run(self, session: ClientSession, url: str, *, pause: float = 0.0) -> None:
        """Ask until `done`, on as many connections as it takes."""
        questions = self._questions()
        label, text = next(questions)
        while True:
            try:
                async with asyncio.timeout(self.patience):
                    socket = await session.ws_connect(url)
                    await socket.receive_json()
                try:
                    while await self._ask(socket, label, text):
                        if self.done:
                            self.ended = True
                            return
                        label, text = next(questions)
                        await asyncio.sleep(pause)
                finally:
                    self.closed.append(socket.close_code)
                    await socket.close()
            except (aiohttp.ClientError, OSError, TimeoutError, TypeError):
                pass  # nobody answers, or the connection ended before the welcome
            await asyncio.sleep(_RETRY_SECONDS)

    def _questions(self) -> Iterator[tuple[str, str]]:
        for number, text in enumerate(itertools.cycle(QUESTIONS)):
            label = f"{self.name}-{number}"
            self.asked[label] = text
            yield label, text

    async def _ask(self, socket: ClientWebSocketResponse, label: str, text: str) -> bool:
        """Ask once; False when the connection ended before the answer."""
        message = {"type": "message", "id": label, "text": text, "state": self.state}
        with contextlib.suppress(ConnectionError):  # what was said last may still be heard
            await socket.send_json(message)
        async with asyncio.timeout(self.patience):
            heard = await socket.receive()
        if heard.type is not aiohttp.WSMsgType.TEXT:
            return False
        answer = heard.json()
        self.answers.setdefault(answer["reply_to"], []).append(answer)
        self.state = answer.get("state", self.state)
        return True

    def faults(self) -> list[str]:
        """Return what is wrong with the answers: none, two, another's, or another entry's."""
        wrong = [f"{label}: answered for nobody" for label in self.answers.keys() - self.asked]
        for label, text in self.asked.items():
            heard = self.answers.get(label, [])
            if [each.get("entries") for each in heard] != [[QUESTIONS[text]]]:
                wrong.append(f"{label}: {[each.get('kind', each['type']) for each in heard]}")
        return wrong


async def until_answered(askers: list[Asker], number: int, *, seconds: float = 20) -> None:
    """Wait until each has had so many answers."""
    async with asyncio.timeout(seconds):
        while min(len(asker.answers) for asker in askers) < number:  # noqa: ASYNC110  no event
            await asyncio.sleep(0.02)


def codes(askers: list[Asker]) -> Counter[int | None]:
    """Count the codes with which connections ended."""
    return Counter(code for asker in askers for code in asker.closed)

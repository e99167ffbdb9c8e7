"""Answers to frames that came together are sent together, in order, and soon."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.channels.outbox import MOST_CLIENTS, Outbox
from tests.channels.served import serving
from tests.standing.raw import CLOSE, PING, PONG, frame, opened, question

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore


class Line(asyncio.Transport):
    """Remembers what was written to it."""

    def __init__(self, *, closing: bool = False) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closing = closing

    def is_closing(self) -> bool:
        """Whether the client is gone."""
        return self.closing

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Remember what is sent."""
        self.written.append(bytes(data))


async def test_one_send_for_all_answers_of_a_client() -> None:
    """What waits goes out when the loop comes round, each client's frames in order, as one."""
    outbox, one, two = Outbox(), Line(), Line()
    for line, said in ((one, b"1"), (two, b"2"), (one, b"3")):
        outbox.put(line, said)
    assert one.written == two.written == []
    await asyncio.sleep(0)
    assert (one.written, two.written) == ([b"13"], [b"2"])
    outbox.put(one, b"4")
    await asyncio.sleep(0)
    assert one.written == [b"13", b"4"]


async def test_nobody_waits_for_many_others() -> None:
    """When many clients' answers wait, they are sent at once."""
    outbox, lines = Outbox(), [Line() for _ in range(MOST_CLIENTS + 1)]
    for line in lines:
        outbox.put(line, b"!")
    assert [len(line.written) for line in lines] == [1] * MOST_CLIENTS + [0]
    await asyncio.sleep(0)
    assert lines[-1].written == [b"!"]


async def test_who_is_gone_keeps_nobody_waiting() -> None:
    """A client that left meanwhile gets nothing, the others their answers."""
    outbox, gone, there = Outbox(), Line(closing=True), Line()
    outbox.put(gone, b"1")
    outbox.put(there, b"2")
    outbox.send()
    assert (gone.written, there.written) == ([], [b"2"])


@pytest.mark.parametrize("questions", [1, 4, 6])
async def test_nothing_overtakes_an_answer(store: SnapshotStore, questions: int) -> None:
    """Who asks, pings and leaves in one breath gets answers, pong and goodbye in this order."""
    asked = b"".join(question("Where can I park?", str(each)) for each in range(questions))
    async with serving(store) as client, opened("127.0.0.1", client.port or 0) as patient:
        await patient.message()
        await patient.send(asked + frame(b"?", opcode=PING) + frame(b"\x03\xe8", opcode=CLOSE))
        for each in range(questions):
            assert (await patient.message())["reply_to"] == str(each)
        assert [(await patient.hear())[0] for _ in "12"] == [PONG, CLOSE]

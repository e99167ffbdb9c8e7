"""Run Autobahn's websocket test suite against the chat's own socket: `make autobahn`.

    python -m benchmarks.autobahn --python python2.7 --write docs/reliability.md

The suite wants its messages back, so an echo takes the place of the conversation. All else is what
patients meet: the socket's settings and limits, the loop that reads, our frames, how it closes.
Compression (cases 12 and 13) is switched off in the product, and so not asked for.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from aiohttp import web

from benchmarks.marked import renew
from bot.channels.connections import _BUFFER_BYTES, Connection, text_frame
from bot.channels.outbox import Outbox
from bot.channels.websocket import _socket, _Visit
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.protocol import ServerMessage

ROOT = Path(__file__).parents[1]
_SUITE = ROOT / ".venv" / "autobahn"
_RAISED = 17 * 2**20
"""Bytes; the suite's largest message has 16 MiB."""
_KNOWN = {"7.9.5"}
"""aiohttp takes the close code 1006, which must not be sent: its own runs list it too."""
_GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
_PROGRAM = (
    f"import site; site.addsitedir({str(_SUITE)!r}); "
    "from autobahntestsuite.wstest import run; run()"
)


class EchoConversation:
    """Gives each message back, where a conversation would answer it."""

    refused = 0

    def welcome(self) -> None:
        """Say nothing first: the suite does not expect it."""

    def answer(self, frame: str | bytes) -> str | bytes:
        """Return what was sent."""
        return frame


class EchoConnection(Connection):
    """Sends texts as the product does, and bytes, which it never sends."""

    def write(self, message: ServerMessage | str | bytes | None) -> bool:
        """Send a message back."""
        if self._transport is None or self._transport.is_closing():
            return False
        if isinstance(message, str):
            self._outbox.put(self._transport, text_frame(message.encode()))
        elif isinstance(message, bytes):
            self._outbox.put(self._transport, b"\x82" + text_frame(message)[1:])
        return self._transport.get_write_buffer_size() <= _BUFFER_BYTES


def echo_app(frame_bytes: int) -> web.Application:
    """Return a server with the chat's socket and an echo behind it."""
    settings = Settings(frame_bytes=frame_bytes)

    async def chat(request: web.Request) -> web.StreamResponse:
        socket = _socket(settings)
        await socket.prepare(request)
        connection = EchoConnection(request, socket, Outbox(), send_seconds=settings.send_seconds)
        conversation: Any = EchoConversation()
        await _Visit(connection, conversation).talk()
        return socket

    app = web.Application()
    app.router.add_get("/ws", chat)
    return app


@click.command()
@click.option("--python", required=True, help="A Python 2.7.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew the table in this page.")
def main(python: str, *, write: Path | None) -> None:
    """Run the suite twice: with the limit of the product, and with one above its messages."""
    limit = Settings().frame_bytes
    shipped = asyncio.run(
        _run(python, limit, ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"])
    )
    raised = asyncio.run(
        _run(python, _RAISED, ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"])
    )
    table = "\n".join(
        [
            "| limit of a message | cases | ok | not strict | informational | failed |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
            _row("17 MiB, for cases 1-7, 9 and 10", raised),
            _row(f"{limit // 1024} KiB as shipped, for cases 1-7 and 10", shipped),
        ]
    )
    click.echo(table)
    if write:
        renew(write, "autobahn", table)
    unknown = _failed(raised) - _KNOWN
    if unknown:
        raise click.ClickException(f"failed: {', '.join(sorted(unknown))}")


async def _run(python: str, frame_bytes: int, cases: list[str]) -> dict[str, str]:
    """Return the outcome of each case."""
    runner = web.AppRunner(echo_app(frame_bytes))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        with tempfile.TemporaryDirectory() as folder:
            return await asyncio.to_thread(
                _suite, python, f"ws://127.0.0.1:{port}/ws", cases, folder
            )
    finally:
        await runner.cleanup()


def _suite(python: str, url: str, cases: list[str], folder: str) -> dict[str, str]:
    spec = {"outdir": folder, "servers": [{"url": url}], "cases": cases, "exclude-cases": []}
    path = Path(folder) / "spec.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    subprocess.run(  # noqa: S603  the suite that was asked for
        [python, "-c", _PROGRAM, "-m", "fuzzingclient", "-s", str(path)],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [found] = json.loads((Path(folder) / "index.json").read_text(encoding="utf-8")).values()
    return {case: _worse(each["behavior"], each["behaviorClose"]) for case, each in found.items()}


def _worse(behaviour: str, closing: str) -> str:
    """Return how a case went: its messages and its end count alike."""
    return closing if behaviour in _GOOD and closing not in _GOOD else behaviour


def _failed(outcomes: dict[str, str]) -> set[str]:
    return {case for case, outcome in outcomes.items() if outcome not in _GOOD}


def _row(name: str, outcomes: dict[str, str]) -> str:
    counted = Counter(outcomes.values())
    failed = ", ".join(sorted(_failed(outcomes), key=_order)) or "none"
    cells = [len(outcomes), counted["OK"], counted["NON-STRICT"], counted["INFORMATIONAL"]]
    return f"| {name} | {' | '.join(map(str, cells))} | {failed} |"


def _order(case: str) -> list[int]:
    return [int(part) for part in case.split(".")]


if __name__ == "__main__":
    main()

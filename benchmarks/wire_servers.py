"""What the product is compared with: a server that only echoes, and the obvious bot.

    python -m benchmarks.wire_servers echo --loop uvloop
    python -m benchmarks.wire_servers textbook --faq faq

Each prints its port and serves until it is terminated.
"""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click
import uvloop
from aiohttp import web

from benchmarks.wire_questions import entries
from bot.text import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def echo(request: web.Request) -> web.StreamResponse:
    """Send back what comes in."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data)
    return socket


def textbook(faq: Path) -> Handler:
    """Return the bot that one writes first: two vectorizers, cosines, the best phrasing wins."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  seconds
    from sklearn.metrics.pairwise import cosine_similarity  # noqa: PLC0415  seconds

    rows = [
        (text, plain(entry.answer))
        for entry in entries(faq)
        for text in (entry.question, *(each.text for each in entry.phrasings))
    ]
    texts = [text for text, _ in rows]
    words = TfidfVectorizer(ngram_range=(1, 2))
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    by_word, by_letter = words.fit_transform(texts), letters.fit_transform(texts)

    async def chat(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await socket.send_str('{"type":"welcome"}')
        async for message in socket:
            asked = json.loads(message.data)
            near = cosine_similarity(words.transform([asked["text"]]), by_word)
            near = near + cosine_similarity(letters.transform([asked["text"]]), by_letter)
            best = int(near.argmax())
            reply = {"type": "reply", "reply_to": asked["id"], "text": rows[best][1],
                     "confidence": float(near[0, best]) / 2}  # fmt: skip
            await socket.send_str(json.dumps(reply, separators=(",", ":")))
        return socket

    return chat


async def serve(handler: Handler) -> None:
    """Serve one handler on a free port."""
    app = web.Application()
    app.router.add_get("/ws", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    await web.SockSite(runner, listening, backlog=4096).start()
    click.echo(f"http://localhost:{listening.getsockname()[1]}")
    await asyncio.Event().wait()


@click.command()
@click.argument("name", type=click.Choice(["echo", "textbook"]))
@click.option("--loop", type=click.Choice(["uvloop", "asyncio"]), default="uvloop")
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
def main(name: str, loop: str, faq: Path) -> None:
    """Serve NAME until terminated."""
    handler = echo if name == "echo" else textbook(faq)
    run = uvloop.run if loop == "uvloop" else asyncio.run
    run(serve(handler))


if __name__ == "__main__":
    main()

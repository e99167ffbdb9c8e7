"""The two addresses that tell whether the server is well: `/healthz` and `/readyz`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import hdrs, web

from bot.channels.keys import CONNECTIONS, JOURNAL, TURNS, WATCHDOG
from bot.retrieval.kernel import load

if TYPE_CHECKING:
    from bot.channels.feedback import Journal
    from bot.channels.watchdog import Watchdog
    from bot.models import Problem
    from bot.snapshot import SnapshotStore


async def healthz(_: web.Request) -> web.Response:
    """`GET /healthz`: the process lives."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """`GET /readyz`: 200 while questions are answered, 503 while stopping.

    What does not work but takes no answers away is named under `degraded`.
    """
    app = request.app
    ready = not app[CONNECTIONS].stopping
    status = {"ready": ready, **condition(app[TURNS].store, app[JOURNAL], app[WATCHDOG])}
    return web.Response(
        body=msgspec.json.encode(status),
        status=200 if ready else 503,
        content_type="application/json",
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )


def condition(store: SnapshotStore, journal: Journal | None, watchdog: Watchdog) -> dict[str, Any]:
    """Return how each part is, and under `degraded` which of them somebody should look at.

    - `content`: the last edit has errors; the old content goes on answering.
    - `build`: reading or indexing the last edit failed through no fault of the content.
    - `journal`: nothing is kept for staff just now.
    - `loop`: answers were held up within the last minute.
    - `ranking`: what is written in C was not compiled; questions are answered, but slowly.
    """
    health = journal.health if journal is not None else None
    troubles = {
        "content": bool(store.problems),
        "build": store.fault is not None,
        "journal": health is not None and health.degraded,
        "loop": watchdog.troubled,
        "ranking": load() is None,
    }
    return {
        "degraded": [name for name, wrong in troubles.items() if wrong],
        "content_version": store.current.version,
        "entries": len(store.current.entries),
        "problems": [_problem(problem) for problem in store.problems],
        "build": store.fault or ("ok" if store.current.index.whole else "unfinished"),
        "journal": health or {"state": "off"},
        "loop": {"stalls": watchdog.stalls, "longest_seconds": round(watchdog.longest, 3)},
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "level": problem.level,
        "message": problem.message,
        "fix": problem.fix,
    }

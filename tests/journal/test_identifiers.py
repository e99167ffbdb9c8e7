"""Nothing that identifies a visitor is in any byte that the server leaves behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.channels.served import Patient
from tests.journal.served import judge, until
from tests.standing.process import NO_LIMITS, serving_process

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.journal.postgres import Postgres

AGENT = "PlantedBrowser/7.7 (Nokia3310)"
ADDRESS = "203.0.113.77"
PLANTED = {
    "call me about my marble planet at (212) 555-0187": "555-0187",
    "my marble planet, mail it to wilhelmina.tester@example.org": "wilhelmina.tester",
    "is a marble planet allowed with ssn 219-09-9999": "219-09-9999",
    "my mrn is 84736251, do you treat a marble planet": "84736251",
    "i was born on 03/14/1957, is a marble planet for me": "03/14/1957",
    "card 4111 1111 1111 1111 for a marble planet": "1111 1111",
    "I live at 4471 Larkspur Avenue, do you bring the planet": "Larkspur",
    "my name is Wilhelmina Testerson, do you treat a planet": "Testerson",
    "see https://wilma:secretpw@example.org/planet?patient=551": "secretpw",
    "member id XKJ-998-2211-04 for a marble planet": "998-2211",
}
"""Message → what must not be found of it."""


def found(folders: Iterable[Path], needles: Iterable[str], *, since: float) -> list[str]:
    """Return which files, of those written since then, have which of the texts in any byte."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    written = [path for path in files if path.stat().st_mtime >= since]
    contents = {path.name: path.read_bytes() for path in written}
    return [
        f"{name}: {needle}"
        for needle in needles
        for name, content in contents.items()
        if needle.encode() in content
    ]


async def visit(url: str) -> list[str]:
    """Ask and judge with every identifier there is; return those of the connection."""
    headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Cookie": "id=planted-cookie"}
    secrets = [AGENT, ADDRESS, "planted-cookie"]
    async with aiohttp.ClientSession(url, headers=headers) as client:
        await until(client, "ok")
        async with client.ws_connect("/ws") as socket:
            patient = Patient(socket, await socket.receive_json())
            secrets.append(patient.welcome["conversation"])
            for number, text in enumerate(PLANTED):
                id_ = f"planted-message-id-{number}"
                reply = await patient.ask(text, id=id_)
                assert (await judge(patient, id_, f"because {text}"))["type"] == "ack"
                secrets += [id_, reply["id"], reply["state"]]
            broken: dict[str, Any] = {"type": "message", "text": {"planted": "in-a-bad-frame"}}
            assert (await patient.say(broken))["type"] == "error"
        body = {
            "text": "a planet of planted-over-rest at 212-555-0187",
            "id": "planted-message-id-r",
        }
        async with client.post("/api/v1/messages", json=body) as response:
            assert response.status == 200
        await until(client, "ok")
    return [*secrets, "planted-over-rest@", "in-a-bad-frame"]


@pytest.mark.parametrize("journal", ["sqlite", "postgresql"])
async def test_nothing_identifies_a_visitor(
    windmill_folder: Path, tmp_path: Path, request: pytest.FixtureRequest, journal: str
) -> None:
    """Database, write-ahead log, shared memory, log lines: while it runs and when it has ended."""
    settings, folders, begun = dict(NO_LIMITS), [tmp_path], time.time() - 2
    if journal == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        settings["ASKWELL_JOURNAL"] = await server.database()
        folders.append(server.folder)
    with serving_process(windmill_folder, tmp_path / "var", settings=settings) as process:
        needles = [*PLANTED.values(), *await visit(process.url)]
        assert found(folders, needles, since=begun) == []
        assert found(folders, ["marble planet"], since=begun), "what was asked is kept"
        process.popen.terminate()
        process.popen.wait(timeout=20)
    assert found(folders, needles, since=begun) == []

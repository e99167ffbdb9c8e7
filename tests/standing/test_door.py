"""The door over the wire: headers as they are sent by those who want to get in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.channels.served import serving
from tests.standing.raw import opened

if TYPE_CHECKING:
    from bot.snapshot import SnapshotStore
    from tests.channels.served import Client

ALLOWED = "https://clinic.example"
OWN = "localhost:8080"
"""Host under which the server is asked."""


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Origin: https://clinic.example"], 101),
        (["origin: https://clinic.example"], 101),
        (["Origin:https://clinic.example"], 101),
        (["Origin: http://localhost:8080"], 101),
        ([], 403),
        (["Origin:"], 403),
        (["Origin: null"], 403),
        (["Origin: *"], 403),
        (["Origin: https://evil.example"], 403),
        (["Origin: https://evil-clinic.example"], 403),
        (["Origin: https://clinic.example.evil.example"], 403),
        (["Origin: https://clinic.example@evil.example"], 403),
        (["Origin: https://evil.example/https://clinic.example"], 403),
        (["Origin: https://clinic.example:443"], 403),
        (["Origin: https://clinic.example:8443"], 403),
        (["Origin: http://clinic.example"], 403),
        (["Origin: HTTPS://CLINIC.EXAMPLE"], 403),
        (["Origin: https://clinic.example."], 403),
        (["Origin: https://clinic.example/"], 403),
        (["Origin: https://clinic%2eexample"], 403),
        (["Origin: https://clіnic.example".encode().decode("latin-1")], 403),
        (["Origin: https://clinic.example", "Origin: https://evil.example"], 403),
        (["Origin: https://evil.example", "Origin: https://clinic.example"], 403),
        (["Origin: https://clinic.example https://evil.example"], 403),
        (["Referer: https://clinic.example/", "Sec-WebSocket-Origin: https://clinic.example"], 403),
        (["X-Forwarded-Proto: https", "Origin: https://localhost:8080"], 403),
        (["X-Forwarded-Host: evil.example", "Origin: http://evil.example"], 403),
        (["Origin: https://evil.example", "Sec-Fetch-Site: same-origin"], 403),
    ],
)
async def test_origins(store: SnapshotStore, lines: list[str], status: int) -> None:
    """No spelling of a foreign origin gets past the handshake."""
    async with (
        serving(store, origins=(ALLOWED,), allow_no_origin=False) as client,
        opened(client.host, client.port or 0, *lines, name=OWN) as raw,
    ):
        assert raw.status == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 101),
        ("localhost", 101),
        ("127.0.0.1:8080", 101),
        ("[::1]:8080", 101),
        ("evil.example:8080", 403),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:8080", 403),
        ("localhost.evil.example", 403),
        ("localhost.", 403),
        ("evil.example:80@localhost", 403),
        ("0.0.0.0:8080", 403),
        ("10.0.0.7:8080", 403),
        ("[::1", 403),
        ("clinic.example", 101),
    ],
)
async def test_foreign_names_for_this_machine(store: SnapshotStore, host: str, status: int) -> None:
    """A page whose name was made to lead to this machine is not our own page."""
    origins = ("http://clinic.example",)
    async with (
        serving(store, origins=origins, allow_no_origin=False) as client,
        opened(client.host, client.port or 0, f"Origin: http://{host}", name=host) as raw,
    ):
        assert raw.status == status


TRUSTED = ("127.0.0.1/32", "10.0.0.0/8", "2001:db8:ffff::/48")
PEER = "127.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "lines", "counted"),
    [
        ((), [], PEER),
        ((), ["203.0.113.7"], PEER),
        ((), ["10.0.0.1"], PEER),
        (("10.0.0.0/8",), ["203.0.113.7"], PEER),
        (TRUSTED, [], PEER),
        (TRUSTED, ["203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["1.2.3.4, 203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["1.2.3.4", "203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["203.0.113.7, 10.1.1.1"], "203.0.113.7"),
        (TRUSTED, ["203.0.113.7", "10.1.1.1", "127.0.0.1"], "203.0.113.7"),
        (TRUSTED, ["1.2.3.4, 203.0.113.7, 10.1.1.1"], "203.0.113.7"),
        (TRUSTED, ["10.1.1.1"], "10.1.1.1"),
        (TRUSTED, ["  203.0.113.7\t"], "203.0.113.7"),
        (TRUSTED, ["203.0.113.7:4711"], PEER),
        (TRUSTED, ["unknown"], PEER),
        (TRUSTED, ["_hidden, "], PEER),
        (TRUSTED, ["203.0.113.7, garbage"], PEER),
        (TRUSTED, ["a" * 4_000], PEER),
        (TRUSTED, [", ".join(["10.1.1.1"] * 400)], "10.1.1.1"),
        (TRUSTED, ["::ffff:203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["2001:db8:1:2:3::4"], "2001:db8:1:2:9::9"),
        (TRUSTED, ["2001:db8:1:2::5, 2001:db8:ffff::1"], "2001:db8:1:2::6"),
        (TRUSTED, ["127.1"], PEER),
        (TRUSTED, ["0x7f.1, 0177.0.0.1"], PEER),
    ],
)
async def test_addresses(
    store: SnapshotStore, proxies: tuple[str, ...], lines: list[str], counted: str
) -> None:
    """Messages count for the address that our own proxies saw, whatever the client claims."""
    limits: dict[str, Any] = {"address_burst": 1, "address_rate": 0.001}
    async with serving(store, proxies=proxies, **limits) as client:
        assert await _asked(client, lines) == 200
        assert await _asked(client, [counted] if counted != PEER else []) == 429


async def _asked(client: Client, forwarded: list[str]) -> int:
    """Ask with these headers, and return the status."""
    headers = [("X-Forwarded-For", line) for line in forwarded]
    headers += [("Forwarded", "for=9.9.9.9"), ("X-Real-IP", "9.9.9.9")]
    async with client.post("/api/v1/messages", json={"text": "hi"}, headers=headers) as response:
        return response.status

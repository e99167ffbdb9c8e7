"""Origins are compared whole; addresses are believed only from our own proxies."""

from __future__ import annotations

import pytest

from bot.channels.origins import Origins, client_address, networks
from bot.settings import Settings

OWN = "http://127.0.0.1:8080"
ALLOWED = ("https://clinic.example", "https://www.clinic.example:443", "http://intra.example:8080")


@pytest.mark.parametrize(
    ("sent", "admitted"),
    [
        ([OWN], True),
        (["https://clinic.example"], True),
        (["https://www.clinic.example"], True),
        (["http://intra.example:8080"], True),
        (["https://evil.example"], False),
        (["https://evil-clinic.example"], False),
        (["https://clinic.example.evil.example"], False),
        (["https://evil.example/clinic.example"], False),
        (["https://clinic.example@evil.example"], False),
        (["https://clinic.exampl"], False),
        (["https://sub.clinic.example"], False),
        (["http://clinic.example"], False),
        (["wss://clinic.example"], False),
        (["https://clinic.example:8443"], False),
        (["http://intra.example"], False),
        (["http://127.0.0.1"], False),
        (["http://127.0.0.1:8081"], False),
        (["http://localhost:8080"], False),
        (["https://CLINIC.example"], False),
        (["https://clinic.example."], False),
        (["https://clinic.example/"], False),
        ([" https://clinic.example"], False),
        (["null"], False),
        ([""], False),
        (["*"], False),
        (["https://clinic.example", "https://evil.example"], False),
        (["https://clinic.example, https://evil.example"], False),
        ([], False),
    ],
)
def test_origin_table(sent: list[str], admitted: bool) -> None:
    """Only the server's own origin and those in the settings come in, spelt as browsers do."""
    origins = Origins.of(Settings(host="0.0.0.0", origins=ALLOWED))  # noqa: S104  only compared
    assert origins.admit(sent, own=OWN) is admitted


def test_without_origin_on_this_machine() -> None:
    """A script on this machine needs no Origin; a foreign one is refused all the same."""
    origins = Origins.of(Settings())
    assert origins.admit([], own=OWN)
    assert not origins.admit(["https://evil.example"], own=OWN)


def test_everyone() -> None:
    """The star lets in every origin, for trying things out."""
    assert Origins.of(Settings(origins=("*",))).admit(["https://any.example"], own=OWN)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("203.0.113.7", "10.0.0.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "garbage", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, garbage", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "10.0.0.1"),
        ("10.0.0.1", "999.0.0.1", "10.0.0.1"),
        ("10.0.0.1", " 198.51.100.1 ", "198.51.100.1"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (None, "198.51.100.1", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_client_address(peer: str | None, forwarded: str, address: str) -> None:
    """What a client claims about its own address counts for nothing."""
    assert client_address(peer, forwarded, proxies=networks(["10.0.0.0/8"])) == address

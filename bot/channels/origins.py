"""Who may come in: the Origin of a request, and the address that it really comes from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_IMPLIED_PORT = {"http": 80, "https": 443}
_THIS_MACHINE = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")
_IPV6_SITE = 64
"""Bits of an IPv6 address that one customer holds; the rest can be changed at will."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Which origins may use the chat: compared whole, never by their beginning or end."""

    allowed: frozenset[str]
    anyone: bool = False
    without: bool = False
    """Let in a client that sends no Origin."""

    @classmethod
    def of(cls, settings: Settings) -> Origins:
        """Return the rules that the settings make."""
        return cls(
            allowed=frozenset(_as_browsers_send(origin) for origin in settings.origins),
            anyone="*" in settings.origins,
            without=settings.admits_no_origin,
        )

    def admit(self, sent: Sequence[str], *, own: str | None) -> bool:
        """Whether a request with these Origin headers may come in; `own` is the server's."""
        match sent:
            case []:
                return self.without
            case [origin]:
                return self.anyone or origin == own or origin in self.allowed
            case _:
                return False


def _as_browsers_send(origin: str) -> str:
    """Return an origin without its scheme's own port, which browsers leave out."""
    parts = urlsplit(origin)
    if parts.port is not None and parts.port == _IMPLIED_PORT.get(parts.scheme):
        return origin.rpartition(":")[0]
    return origin


def networks(proxies: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of our own proxies."""
    return tuple(ipaddress.ip_network(proxy) for proxy in proxies)


def client_address(peer: str | None, forwarded: str, *, proxies: Sequence[Network]) -> str:
    """Return the address that limits are counted for; an IPv6 client counts as its /64.

    `forwarded` is the X-Forwarded-For header. It is read from its right end, and only as far
    as our own proxies wrote it: what stands further left was written by whoever asked.
    """
    hop = _address(peer or "")
    if hop is None:
        return "unknown"
    for name in reversed(forwarded.split(",")):
        if not _within(hop, proxies):
            break
        before = _address(name)
        if before is None:
            break
        hop = before
    return _site(hop)


def from_proxy(peer: str | None, *, proxies: Sequence[Network]) -> bool:
    """Whether our own proxy sent the request."""
    hop = _address(peer or "")
    return hop is not None and _within(hop, proxies)


def is_loopback(address: str) -> bool:
    """Whether an address leads from a machine to itself."""
    own = _address(address)
    return own is not None and own.is_loopback


def names_this_machine(host: str) -> bool:
    """Whether a Host header names the machine that a browser itself runs on, whatever the port."""
    return _THIS_MACHINE.fullmatch(host) is not None


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _within(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)


def _site(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))

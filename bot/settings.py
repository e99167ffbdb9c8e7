"""Settings: one record, read from the environment (`ASKWELL_…`) and from keyword overrides.

Each field is the environment variable of the same name in capitals: `port` is `ASKWELL_PORT`.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PREFIX = "ASKWELL_"
_SHORTEST_SECRET = 32
_LAST_PORT = 65_535
_MOST_DAYS = 36_500
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?")
_JOURNAL = re.compile(r"none|sqlite(?::/.*[^/])?|postgres(?:ql)?://[^/]*/.+", re.DOTALL)
_METRICS = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}")
_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the server runs. What makes no sense raises SettingsError when the record is made."""

    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` listens on all."""
    port: int = 8080
    """TCP port; 0 takes a free one."""
    faq: Path = Path("faq")
    """The folder with everything a patient can read."""
    var: Path = Path("var")
    """The folder for what the server itself writes, such as the key; made when it is missing."""
    secret: str | None = field(default=None, repr=False)
    """Signs the state tokens; the same on all processes, at least 32 characters.

    None makes a key once and keeps it in `var`."""
    production: bool = False
    """Refuse to start with an unset country or with an open door for any origin."""

    origins: tuple[str, ...] = ()
    """Origins of other pages that may use the chat, such as `https://clinic.example`.

    The server's own pages may always; at this machine's own address only as `localhost`,
    `127.0.0.1` or `[::1]`. `*` lets everyone in and is refused in production."""
    allow_no_origin: bool | None = None
    """Let in clients that send no Origin: scripts and the command line; browsers always send one.

    None means: only where the server listens on this machine alone, and not in production."""
    proxies: tuple[str, ...] = ()
    """Addresses or networks of our own reverse proxies, whose `X-Forwarded-…` is believed."""

    journal: str = field(default="sqlite", repr=False)
    """Where unanswered questions, feedback and counts are kept; see docs/privacy.md.

    `sqlite` is the file `journal.db` in `var`, `sqlite:/srv/journal.db` another file,
    `postgresql://user:password@host/database` a PostgreSQL database, `none` keeps nothing."""
    keep_questions_days: int = 90
    """How long questions are kept that were not answered; 0 keeps none."""
    keep_answered_days: int = 0
    """How long questions are kept that were answered; 0 keeps none."""
    keep_feedback_days: int = 180
    """How long feedback is kept; 0 keeps none."""
    keep_counts_days: int = 730
    """How long counts of replies and response times are kept; 0 keeps none."""
    keep_changes_days: int = 730
    """How long is kept which content went live, and which edits failed; 0 keeps none."""

    watch: bool = True
    """Reload the FAQ when its files change."""
    poll: bool = False
    """Look for changes by polling, for network drives and some containers."""

    log: str = "text"
    """`text` for people, or `json`: one object a line, for programs."""
    metrics: str | None = None
    """Address and port where Prometheus finds `/metrics`, such as `127.0.0.1:9464`.

    None serves none. Whoever reaches the address may read it: keep it off the internet."""

    frame_bytes: int = 16_384
    """Largest frame or request body, in bytes."""
    utterance_length: int = 1_000
    """Longest message of a patient, in characters."""
    burst: int = 10
    """Messages that one connection may send at once …"""
    rate: float = 1.0
    """… and then per second."""
    address_burst: int = 100
    """The same for one address, generous because a whole clinic sits behind one."""
    address_rate: float = 10.0
    """Messages per second from one address after its burst."""
    connections: int = 5_000
    """Most open websockets."""
    address_connections: int = 200
    """Most open websockets from one address."""
    send_seconds: float = 5.0
    """How long a client may take to read what was sent; then its connection is cut."""
    heartbeat_seconds: float = 25.0
    """Time between two pings; a client that does not answer is gone, as is one that takes
    nothing of what was sent for so long."""
    idle_seconds: float = 15.0
    """How long a client may take to send its first or its next request, or the rest of one."""
    drain_seconds: float = 8.0
    """How long stopping may take before what is still open is cut."""

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_texts(self)
        if self.production and "*" in self.origins:
            raise _fault("origins", "must name each origin in production, '*' lets everyone in")

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Read the environment; an override that is not None wins over it."""
        hints = get_type_hints(cls)
        _refuse_unknown(environ, overrides, known=tuple(hints))
        values: dict[str, Any] = {
            name: _parse(name, environ[_variable(name)], hint)
            for name, hint in hints.items()
            if environ.get(_variable(name), "").strip()
        }
        return cls(**values | {name: v for name, v in overrides.items() if v is not None})

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def admits_no_origin(self) -> bool:
        """Whether a client without an Origin is let in; see `allow_no_origin`."""
        if self.allow_no_origin is None:
            return self.loopback and not self.production
        return self.allow_no_origin


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _fault(name: str, reason: str) -> SettingsError:
    return SettingsError(f"{name} ({_variable(name)})", reason)


# --- reading -------------------------------------------------------------------------------


def _parse(name: str, text: str, hint: object) -> object:
    """Turn the text of a variable into its field's type."""
    parse, expected = _PARSERS[hint]
    try:
        return parse(text.strip())
    except (ValueError, KeyError):
        raise _fault(name, f"must be {expected}, not {text!r}") from None


def _flag(text: str) -> bool:
    return {**dict.fromkeys(_ON, True), **dict.fromkeys(_OFF, False)}[text.lower()]


def _names(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,\s]+", text.strip(" ,")))


_PARSERS: dict[object, tuple[Callable[[str], object], str]] = {
    str: (str, "a text"),
    str | None: (str, "a text"),
    Path: (Path, "a folder"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    bool: (_flag, "yes or no"),
    bool | None: (_flag, "yes or no"),
    tuple[str, ...]: (_names, "names with commas between them"),
}


def _refuse_unknown(
    environ: Mapping[str, str], overrides: Mapping[str, object], *, known: tuple[str, ...]
) -> None:
    """Raise on an override that does not exist, and on a variable that looks like a typing slip.

    Other variables with our prefix may belong to other tools, so only near misses are errors.
    """
    for name in overrides.keys() - set(known):
        raise SettingsError(name, "there is no such setting")
    variables = [_variable(name) for name in known]
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or variable in variables:
            continue
        if near := difflib.get_close_matches(variable, variables, n=1, cutoff=0.9):
            raise SettingsError(variable, f"there is no such setting; did you mean {near[0]}?")


# --- checking ------------------------------------------------------------------------------


def _check_numbers(settings: Settings) -> None:
    for each in fields(settings):
        value = getattr(settings, each.name)
        if each.name == "port":
            if not 0 <= value <= _LAST_PORT:
                raise _fault("port", f"must be a whole number from 0 to {_LAST_PORT}, not {value}")
        elif each.name.startswith("keep_"):
            if not 0 <= value <= _MOST_DAYS:
                raise _fault(each.name, f"must be days from 0 to {_MOST_DAYS}, not {value}")
        elif isinstance(value, int | float) and not isinstance(value, bool) and not value > 0:
            raise _fault(each.name, f"must be more than 0, not {value}")


def _is_origin(text: str) -> bool:
    match = _ORIGIN.fullmatch(text)
    return match is not None and int(match["port"] or 0) <= _LAST_PORT


def _check_texts(settings: Settings) -> None:
    if settings.log not in {"text", "json"}:
        raise _fault("log", f"must be text or json, not {settings.log!r}")
    if settings.metrics is not None and not _METRICS.fullmatch(settings.metrics):
        reason = f"must look like 127.0.0.1:9464, not {settings.metrics!r}"
        raise _fault("metrics", reason)
    if settings.secret is not None and len(settings.secret) < _SHORTEST_SECRET:
        raise _fault("secret", f"must have at least {_SHORTEST_SECRET} characters")
    if not _JOURNAL.fullmatch(settings.journal):
        reason = "must be sqlite, sqlite:/path/of/a/file, postgresql://… or none"
        raise _fault("journal", reason)
    for origin in settings.origins:
        if origin != "*" and not _is_origin(origin):
            raise _fault("origins", f"must look like https://clinic.example, not {origin!r}")
    for network in settings.proxies:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            reason = f"must be addresses or networks such as 10.0.0.0/8, not {network!r}"
            raise _fault("proxies", reason) from None

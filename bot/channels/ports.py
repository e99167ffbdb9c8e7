"""The port that a server listens on, opened by itself or by the process that started it."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

BACKLOG: Final = 4_096
"""Connections that may wait to be let in: all visitors come at once after a restart."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a worker has from the process that started it."""

    listening: socket.socket
    """The port, which all workers share."""
    lifeline: int
    """A file descriptor that can be read when that process is gone."""


def open_port(settings: Settings) -> socket.socket:
    """Open the port for several processes; raises SettingsError when it can't be opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise port_fault(error, settings) from None


def port_fault(error: OSError, settings: Settings) -> SettingsError:
    """Return what is wrong with the address, in a sentence."""
    if error.errno == errno.EADDRINUSE:
        reason = f"{settings.port} is already in use; stop the other program or take another"
        return SettingsError("port (ASKWELL_PORT)", reason)
    reason = f"can't listen on {settings.host!r}: {error.strerror}"
    return SettingsError("host (ASKWELL_HOST)", reason)

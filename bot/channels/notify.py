"""Telling systemd how the service is: a datagram to the socket that it names (`sd_notify(3)`)."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress

_log = logging.getLogger(__name__)
READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


def notify(state: str) -> bool:
    """Tell systemd a state; False where nobody wants to know."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect("\0" + address[1:] if address.startswith("@") else address)
        sender.sendall(state.encode())
        return True
    return False

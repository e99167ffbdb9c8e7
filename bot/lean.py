"""Holding less: what a server's imports would load and it never uses, and what it has let go."""

from __future__ import annotations

import ctypes
import gc
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES: Final = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}
"""Where OpenSSL is told to look for certificates."""


@contextmanager
def without_certificates() -> Iterator[None]:
    """Let nothing that is imported meanwhile read the system's certificates.

    aiohttp reads them when it is imported, for clients: 3 MB and a fiftieth of a second. A server
    asks nobody; what a database connection needs it reads for itself, later.
    """
    before = {name: os.environ.get(name) for name in _PLACES}
    os.environ.update(_PLACES)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def tidy() -> None:
    """Look for garbage in all that there is, and spare the collector what is left.

    That stops all answers for a tenth of a second. What is freed later is freed as ever, but for
    what refers to itself in a circle, such as a connection: that waits until the next call.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """Spare the collector what is loaded meanwhile, and all else that is there, until `tidy`.

    It would look at a large FAQ again and again while that grows, and stop all answers each time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def give_back() -> None:
    """Give memory that was freed back to the system, where its C library can (glibc).

    It keeps what large objects leave behind, such as an index that was replaced, for the next ones.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

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


def stay() -> None:
    """Spare the garbage collector all that is loaded now; for what stays as long as the process.

    A look at all of it stops all answers for a tenth of a second. What is freed later is freed as
    ever, but for what refers to itself in a circle: so call it while nobody is connected.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give memory that was freed back to the system, where its C library can (glibc).

    It keeps what large objects leave behind, such as an index that was replaced, for the next ones.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

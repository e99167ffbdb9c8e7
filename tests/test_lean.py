"""A server starts with as little as it needs."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

from bot.lean import give_back, loading, without_certificates

SERVER = """
from bot.lean import without_certificates
import ssl
before = ssl.create_default_context()
with without_certificates():
    from aiohttp import web
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as client
for each in (before, client, ssl.create_default_context()):
    print(each.cert_store_stats()["x509"])
"""


def test_no_certificates_for_a_server() -> None:
    """Importing what serves reads no certificates; who needs them later reads them."""
    done = subprocess.run(
        [sys.executable, "-c", SERVER], check=True, capture_output=True, text=True
    )
    before, importing, later = map(int, done.stdout.split())
    assert importing == 0
    assert later == before


def test_the_environment_is_as_before() -> None:
    """What was set stays set, and what was not does not."""
    before = dict(os.environ)
    with without_certificates():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
    assert dict(os.environ) == before


def test_what_stays_is_spared() -> None:
    """The collector no longer looks at what was there when it was told that it stays."""
    program = (
        "import gc; from bot.lean import tidy; here = [[]]; tidy(); "
        "print(any(each is here for each in gc.get_objects()))"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


def test_what_is_loaded_is_spared() -> None:
    """What was loaded meanwhile is looked at no more, and the collector works on afterwards."""
    frozen = gc.get_freeze_count()
    with loading():
        here = [[each] for each in range(2_000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(here)
    gc.unfreeze()


def test_memory_is_given_back() -> None:
    """What was freed may go back to the system; where that is not possible nothing happens."""
    give_back()

"""What is installed beside us must be what was tested: aiohttp, not too old, with its C parts."""

from __future__ import annotations

import re
from typing import Final

import aiohttp
from aiohttp import http_parser
from aiohttp._websocket import reader

from bot.errors import SettingsError

OLDEST: Final = (3, 14, 5)
"""Earlier releases have known faults in websocket and header parsing."""


def check_aiohttp() -> None:
    """Raise SettingsError where aiohttp is too old, or parses in Python what it should in C."""
    version = tuple(int(part) for part in re.findall(r"\d+", aiohttp.__version__)[:3])
    if version < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise SettingsError("aiohttp", f"{aiohttp.__version__} is too old; install {oldest}")
    slow = http_parser.HttpRequestParser is http_parser.HttpRequestParserPy
    if slow or reader.WebSocketReader.__module__.endswith("reader_py"):
        reason = "runs without its C parts; install its wheel, and unset AIOHTTP_NO_EXTENSIONS"
        raise SettingsError("aiohttp", reason)

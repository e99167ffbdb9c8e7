"""What the server writes about itself: one line for each event, as text or as JSON.

No event holds what a patient wrote; a message with line breaks stays one event all the same.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

_QUIET: Final = {"aiohttp": logging.CRITICAL, "watchfiles": logging.WARNING}
"""What aiohttp logs names addresses and quotes requests; our own faults are logged by us."""
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_BREAKS: Final = {9: "\\t", 10: "\\n", 13: "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_ESCAPES: Final = {**_CONTROLS, **_BREAKS}


class TextLines(logging.Formatter):
    """Writes an event for people. Line breaks are kept, but every further line is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event's message."""
        lines = record.getMessage().split("\n")
        return "\n  ".join(line.translate(_ESCAPES) for line in lines)


class JsonLines(logging.Formatter):
    """Writes an event as one line of JSON: time, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as JSON in ASCII; it holds no line break."""
        time = datetime.fromtimestamp(record.created, tz=UTC)
        return json.dumps(
            {
                "time": time.isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": record.getMessage(),
            }
        )


def start_logging(style: str) -> None:
    """Write events to stderr, as `text` or as `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)

"""How far back a command looks: `30d`, `2w`, `12h`, or a day such as 2026-11-01."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH = re.compile(r"(\d{1,5})\s?([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Since(click.ParamType[datetime]):
    """A moment in the past, in this machine's time zone."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a length of time or a day."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip().lower()
        try:
            if length := _LENGTH.fullmatch(text):
                past = timedelta(**{_UNITS[length[2]]: int(length[1])})
                return datetime.now().astimezone() - past
            return datetime.fromisoformat(text).astimezone()
        except (ValueError, OverflowError):
            reason = (
                f"{value!r} is neither a time such as 30d, 2w, 12h nor a day such as 2026-11-01."
            )
            self.fail(reason, param, ctx)


def since_option(default: str) -> Callable[[Any], Any]:
    """Return the option `--since`."""
    return click.option(
        "--since",
        type=Since(),
        default=default,
        show_default=True,
        metavar="TIME",
        help="How far back to look: 30d, 2w, 12h, or a day such as 2026-11-01.",
    )


def zone(moment: datetime) -> str:
    """Name the time zone in which days are counted, such as `CET (UTC+01:00)`."""
    local = moment.astimezone()
    name, offset = local.tzname(), local.strftime("%z")
    return "UTC" if name == "UTC" else f"{name} (UTC{offset[:3]}:{offset[3:]})"

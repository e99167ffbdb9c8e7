"""The content format: from the files that staff edit to records, with helpful problems.

`load` is imported when it is used: who prints a problem needs no parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.content.problems import format_problem

if TYPE_CHECKING:
    from bot.content.loader import Loaded, load

__all__ = ["Loaded", "format_problem", "load"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from bot.content import loader  # noqa: PLC0415

        return getattr(loader, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""What single lines can be: a line of a list, or `Name: value`."""

from __future__ import annotations

import re

NAME = re.compile(r"\s*(?:\*\*|__|\*|_)?([^\W\d_][\w' -]{1,29}?)\s{0,3}:(?:\*\*|__|\*|_)?")
"""The start of a line that may be a field or a list's name; group 1 is the name. Some people
print names in bold, which is recognised to tell them not to."""

_DASHES = "-–—−•·▪◦‣●○"
_BULLET = re.compile(rf"\s*(?:[{_DASHES}]|[*+](?=\s|$)|\d{{1,3}}[.)](?=\s|$))\s*")


def bullet(text: str) -> str | None:
    """Return what stands behind a line's bullet or number, or None if it has none.

    Word processors write `–` and `•`; a dash without a space counts too.
    """
    found = _BULLET.match(text)
    return text[found.end() :].strip() if found else None


def name_in(text: str) -> str | None:
    """Return the name that a line begins with, or None if it can't be `Name: value`."""
    found = NAME.match(text)
    return " ".join(found[1].split()) if found else None

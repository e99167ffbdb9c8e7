"""Where the journal is: a SQLite file, a PostgreSQL database, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

FILE = "journal.db"
"""Name of the SQLite file in the data folder."""


@dataclass(frozen=True, slots=True)
class Location:
    """Exactly one of the two is set."""

    path: Path | None = None
    """The SQLite file."""
    url: str | None = field(default=None, repr=False)
    """Of the PostgreSQL database; may hold a password."""

    def __str__(self) -> str:
        """Return what messages call it: the file, or the database without user and password."""
        if self.url is None:
            return str(self.path)
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"postgresql://{parts.hostname or ''}{port}{parts.path}"


def locate(journal: str, folder: Path) -> Location | None:
    """Return where the setting `journal` says; None for `none`. `folder` is the data folder."""
    if journal == "none":
        return None
    if journal == "sqlite":
        return Location(path=folder / FILE)
    if journal.startswith("sqlite:"):
        return Location(path=Path(unquote(urlsplit(journal).path)))
    return Location(url=journal)

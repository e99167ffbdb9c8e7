"""What is wrong with a database, in words; never in its own: those may quote what was written."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Trouble(StrEnum):
    """Why the journal can't be used; the value completes "the journal …"."""

    LOCKED = "is locked by another program"
    FULL = "can't be written: the disk is full"
    READ_ONLY = "is read-only"
    DAMAGED = "is damaged"
    GONE = "can't be opened: its file or folder is missing, or may not be written"
    DISK = "can't be written: the disk reports errors"
    UNREACHABLE = "can't be reached: its database server does not answer"
    REFUSED = "can't be used: its database server refuses user, password or database"
    NEWER = "was made by a newer version of askwell"
    FAILED = "can't be written"

    @property
    def lasting(self) -> bool:
        """Whether only people can mend it, so that trying often is of no use."""
        return self in {Trouble.DAMAGED, Trouble.NEWER, Trouble.REFUSED}

    @property
    def remedy(self) -> str:
        """What to do, as a sentence with a space before it, or nothing."""
        return _REMEDIES.get(self, "")


_REMEDIES: Final = {
    Trouble.DAMAGED: " It is left as it is: put it away or restore a backup (askwell restore).",
    Trouble.NEWER: " It is left as it is: install that version again, or put the journal away.",
    Trouble.REFUSED: " See ASKWELL_JOURNAL.",
}


_SQLITE: Final = {
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
    "SQLITE_PROTOCOL": Trouble.LOCKED,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
    "SQLITE_CANTOPEN": Trouble.GONE,
    "SQLITE_PERM": Trouble.GONE,
    "SQLITE_IOERR": Trouble.DISK,
}
_POSTGRESQL: Final = {
    "08": Trouble.UNREACHABLE,
    "25006": Trouble.READ_ONLY,
    "28": Trouble.REFUSED,
    "3D": Trouble.REFUSED,
    "40": Trouble.LOCKED,
    "42501": Trouble.REFUSED,
    "53100": Trouble.FULL,
    "53": Trouble.UNREACHABLE,
    "55P03": Trouble.LOCKED,
    "57": Trouble.UNREACHABLE,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
}
"""SQLSTATE, or its class, → trouble. https://www.postgresql.org/docs/current/errcodes-appendix.html"""


class Unusable(Exception):  # noqa: N818  it names the state of the journal
    """The journal can't be used now."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble)

    def __str__(self) -> str:
        return f"The journal {self.trouble}"


def diagnose(error: BaseException) -> Trouble:
    """Say what kind of trouble an exception of the database or of the file system is."""
    if isinstance(error, Unusable):
        return error.trouble
    found = next(filter(None, map(_known, _causes(error))), None)
    if found is None and getattr(error, "connection_invalidated", False):
        return Trouble.UNREACHABLE
    return found or Trouble.FAILED


def _known(cause: BaseException) -> Trouble | None:
    if name := getattr(cause, "sqlite_errorname", None):
        return _SQLITE.get("_".join(name.split("_")[:2]))
    if state := getattr(cause, "sqlstate", None):
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if isinstance(cause, ConnectionError | TimeoutError):
        return Trouble.UNREACHABLE
    return _of_files(cause) if isinstance(cause, OSError) else None


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an exception and all that led to it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return found


def _of_files(error: OSError) -> Trouble:
    return {28: Trouble.FULL, 30: Trouble.READ_ONLY, 5: Trouble.DISK}.get(
        error.errno or 0, Trouble.GONE
    )

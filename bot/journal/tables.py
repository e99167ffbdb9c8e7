"""The tables in plain SQL, the same in SQLite and in PostgreSQL but for two types.

Tests hold that they are those of `schema` and of the migrations. A server needs no more to write:
SQLAlchemy and Alembic, half a second and 13 MB, are for reading and for changing tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD: Final = "0001"
"""The newest migration; a test holds that it is."""

QUESTIONS: Final = ("key", "at", "outcome", "text", "near", "subject", "version")
FEEDBACK: Final = ("key", "at", "helpful", "comment", "kind", "entries", "version")
COUNTS: Final = ("hour", "kind", "entry", "n")
TIMINGS: Final = ("hour", "kind", "micros", "n")
LOSSES: Final = ("hour", "what", "n")
VERSIONS: Final = ("at", "version", "size", "added", "changed", "removed", "parts", "prints")
FAULTS: Final = ("at", "path", "line", "message")
NAMES: Final = ("questions", "feedback", "counts", "timings", "losses", "versions", "faults")

_TYPES: Final = {
    "sqlite": {"id": "INTEGER NOT NULL PRIMARY KEY", "bytes": "BLOB"},
    "postgresql": {"id": "BIGSERIAL PRIMARY KEY", "bytes": "BYTEA"},
}
"""What differs: a number that counts up by itself, and bytes."""
_MAKE: Final = (
    """CREATE TABLE questions (id {id}, key {bytes} NOT NULL UNIQUE, at BIGINT NOT NULL,
    outcome TEXT NOT NULL, text TEXT NOT NULL, near JSON NOT NULL, subject TEXT,
    version TEXT NOT NULL)""",
    "CREATE INDEX ix_questions_at ON questions (at)",
    """CREATE TABLE feedback (id {id}, key {bytes} NOT NULL UNIQUE, at BIGINT NOT NULL,
    helpful BOOLEAN NOT NULL, comment TEXT, kind TEXT, entries JSON NOT NULL,
    version TEXT NOT NULL)""",
    "CREATE INDEX ix_feedback_at ON feedback (at)",
    """CREATE TABLE counts (hour BIGINT NOT NULL, kind TEXT NOT NULL, entry TEXT NOT NULL,
    n BIGINT NOT NULL, PRIMARY KEY (hour, kind, entry))""",
    """CREATE TABLE timings (hour BIGINT NOT NULL, kind TEXT NOT NULL, micros BIGINT NOT NULL,
    n BIGINT NOT NULL, PRIMARY KEY (hour, kind, micros))""",
    """CREATE TABLE versions (id {id}, at BIGINT NOT NULL, version TEXT NOT NULL,
    size BIGINT NOT NULL, added JSON NOT NULL, changed JSON NOT NULL, removed JSON NOT NULL,
    parts JSON NOT NULL, prints JSON)""",
    """CREATE TABLE faults (id {id}, at BIGINT NOT NULL, path TEXT NOT NULL, line BIGINT NOT NULL,
    message TEXT NOT NULL)""",
    """CREATE TABLE losses (hour BIGINT NOT NULL, what TEXT NOT NULL, n BIGINT NOT NULL,
    PRIMARY KEY (hour, what))""",
    """CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))""",
    f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')",  # noqa: S608  our own number
)


def making(dialect: str) -> Iterator[str]:
    """Yield the statements that make all tables, and note which migration they come up to."""
    for statement in _MAKE:
        yield statement.format(**_TYPES[dialect])

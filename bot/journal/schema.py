"""The tables as SQLAlchemy knows them, for reading. Changes go with a migration, and `tables`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata: Final = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself there


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


questions: Final = Table(
    "questions",
    metadata,
    _id(),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("outcome", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("near", JSON, nullable=False),
    Column("subject", Text),
    Column("version", Text, nullable=False),
)
feedback: Final = Table(
    "feedback",
    metadata,
    _id(),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("kind", Text),
    Column("entries", JSON, nullable=False),
    Column("version", Text, nullable=False),
)
counts: Final = Table(
    "counts",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
timings: Final = Table(
    "timings",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("micros", BigInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
)
versions: Final = Table(
    "versions",
    metadata,
    _id(),
    Column("at", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added", JSON, nullable=False),
    Column("changed", JSON, nullable=False),
    Column("removed", JSON, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("prints", JSON),
)
faults: Final = Table(
    "faults",
    metadata,
    _id(),
    Column("at", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("message", Text, nullable=False),
)
losses: Final = Table(
    "losses",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("what", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("near", sa.JSON, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("version", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
    )
    _make_tallies()
    _make_changes()


def _make_tallies() -> None:
    whole = sa.BigInteger
    for table, other in (
        ("counts", [_key("kind", sa.Text), _key("entry", sa.Text)]),
        ("timings", [_key("kind", sa.Text), _key("micros", whole)]),
        ("losses", [_key("what", sa.Text)]),
    ):
        op.create_table(table, _key("hour", whole), *other, sa.Column("n", whole, nullable=False))


def _key(name: str, type_: type[sa.types.TypeEngine[Any]]) -> sa.Column[Any]:
    return sa.Column(name, type_, primary_key=True, autoincrement=False)


def _make_changes() -> None:
    op.create_table(
        "versions",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("added", sa.JSON, nullable=False),
        sa.Column("changed", sa.JSON, nullable=False),
        sa.Column("removed", sa.JSON, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("prints", sa.JSON),
    )
    op.create_table(
        "faults",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for name in ("faults", "versions", "losses", "timings", "counts", "feedback", "questions"):
        op.drop_table(name)

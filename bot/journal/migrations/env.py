"""What Alembic runs: the migrations, in the connection and transaction of `bot.journal.upgrade`."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()

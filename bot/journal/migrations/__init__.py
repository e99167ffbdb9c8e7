"""Changes of the schema, in order, for Alembic. A released one is never edited."""

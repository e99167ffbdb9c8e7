"""The journal: what is kept for staff, redacted, and nothing else (docs/privacy.md).

SQLAlchemy is imported by `schema`, `store`, `reading` and what they need, and only there: a server
that keeps nothing, and a command that needs no journal, do not pay for it.
"""

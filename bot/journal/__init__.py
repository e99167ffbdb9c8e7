"""The journal: what is kept for staff, redacted, and nothing else (docs/privacy.md).

SQLAlchemy is imported by `schema`, `engine`, `store`, `reading` and their like only, when they are
first needed: a server that keeps nothing, and a command that needs no journal, do not pay for it.
"""

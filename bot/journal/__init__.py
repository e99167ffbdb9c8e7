"""The journal: what is kept for staff, redacted, and nothing else (docs/privacy.md).

A server writes by plain SQL (`writing`, `sqlite`, `postgresql`). SQLAlchemy is imported only by
`schema`, `engine`, `reading` and `upgrade`: by commands that read, and where tables are changed.
"""

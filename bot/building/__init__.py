"""Reading, checking and indexing content in a process of its own.

`python -m bot.building` is that process: it lives for one job, and takes its memory along when it
ends. `Builder` is how a server starts it, waits for it and stops it. They hand each other names
of files, and one line of JSON, the `Outcome`.
"""

"""The exceptions of the package. Each carries its attributes and prints one clear sentence.

AskwellError
├── ContentError        the FAQ folder can't be loaded; holds every problem
├── SettingsError       a setting is missing or makes no sense
├── StateError          a state token is damaged, foreign or too long
├── ProtocolError       a client's message can't be understood; becomes an `error` message
├── BuildError          the process that reads and indexes the content failed
├── JournalError        the journal can't be read or written
└── ServerUnreachable   the command line can't talk to a deployed server
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Problem


class AskwellError(Exception):
    """Base of all errors that the package raises on purpose."""


class ContentError(AskwellError):
    """The content can't be served; `problems` has every reason at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        first = self.problems[0]
        more = len(self.problems) - 1
        where = f"{first.path}:{first.line}" if first.line else first.path
        return f"{where}: {first.message}" + (f" (and {more} more)" if more else "")


class SettingsError(AskwellError):
    """A setting is missing or makes no sense."""

    def __init__(self, setting: str, reason: str) -> None:
        self.setting = setting
        self.reason = reason
        super().__init__(setting, reason)

    def __str__(self) -> str:
        return f"{self.setting}: {self.reason}"


class StateError(AskwellError):
    """A state token is damaged, foreign or too long; the conversation starts anew."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"The state token can't be used: {self.reason}."


class ProtocolError(AskwellError):
    """A client's message can't be understood."""

    def __init__(self, code: str, message: str, *, reply_to: str | None = None) -> None:
        self.code = code
        self.message = message
        self.reply_to = reply_to
        super().__init__(code, message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class BuildError(AskwellError):
    """The process that reads and indexes the content failed; no fault of the content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"Reading the content {self.reason}."


class JournalError(AskwellError):
    """The journal can't be read or written; `reason` never holds what a patient wrote."""

    def __init__(self, journal: str, reason: str, *, retry_after: float | None = None) -> None:
        self.journal = journal
        self.reason = reason
        self.retry_after = retry_after
        """Seconds after which it is worth while to try again; None when people have to help."""
        super().__init__(journal, reason)

    def __str__(self) -> str:
        return f"{self.journal}: the journal {self.reason}."


class ServerUnreachable(AskwellError):  # noqa: N818  a fact about the server reads better as it is
    """A deployed server can't be reached or does not speak our protocol."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(url, reason)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"

"""A conversation as the command line holds it: with a snapshot in this process, or a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.dialogue import choose, greet, respond
from bot.explain import explain, rank
from bot.models import ReplyKind, State
from bot.replies import make

if TYPE_CHECKING:
    from bot.explain import Explanation
    from bot.models import Hit, Reply, Turn
    from bot.snapshot import Snapshot


class Talk(Protocol):
    """One conversation; `LocalTalk` and `RemoteTalk` behave alike."""

    @property
    def version(self) -> str | None:
        """Version of the content that answers, as far as it is known."""

    def greet(self) -> Reply:
        """Return what the chat opens with; its choices are the starters."""

    def say(self, utterance: str) -> Reply:
        """Send what the patient wrote."""

    def press(self, entry: str | None) -> Reply:
        """Press a quick reply; None is "None of these"."""

    def hits(self, top: int) -> tuple[Hit, ...]:
        """Return the `top` best entries for the last utterance, as far as that is known."""

    def explain(self, top: int) -> Explanation | None:
        """Explain the last reply, if that can be done from here."""

    def restart(self) -> None:
        """Forget the conversation and begin a new one."""

    def close(self) -> None:
        """Say goodbye to whoever answers."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The last turn with what it started from, so that it can be explained."""

    before: State
    utterance: str | None
    """None when a quick reply was pressed."""
    turn: Turn


class LocalTalk:
    """A conversation with a snapshot in this process."""

    def __init__(self, snapshot: Snapshot, *, longest: int) -> None:
        self.snapshot = snapshot
        self.last: Exchange | None = None
        """None before the first turn, and after one that was refused."""
        self._longest = longest
        self._state = State()

    @property
    def version(self) -> str:
        """Version of the content that answers."""
        return self.snapshot.version

    def greet(self) -> Reply:
        """Return what the chat opens with."""
        return greet(self.snapshot)

    def say(self, utterance: str) -> Reply:
        """Answer an utterance; one that a server would refuse as too long gets the same text."""
        if len(utterance) > self._longest:
            self.last = None
            return make(ReplyKind.FALLBACK, self.snapshot.replies.text("too-long"))
        return self._took(utterance, respond(self.snapshot, self._state, utterance))

    def press(self, entry: str | None) -> Reply:
        """Answer a pressed quick reply."""
        return self._took(None, choose(self.snapshot, self._state, entry))

    def hits(self, top: int) -> tuple[Hit, ...]:
        """Return the `top` best entries for the last utterance; none after a pressed choice."""
        if self.last is None or self.last.utterance is None:
            return ()
        return rank(self.snapshot, self.last.utterance, top=top).hits

    def explain(self, top: int) -> Explanation | None:
        """Explain the last reply; None when there is none."""
        last = self.last
        if last is None:
            return None
        return explain(self.snapshot, last.before, last.utterance, last.turn, top=top)

    def restart(self) -> None:
        """Begin a new conversation."""
        self._state, self.last = State(), None

    def close(self) -> None:
        """Nothing is open."""

    def _took(self, utterance: str | None, turn: Turn) -> Reply:
        self.last = Exchange(self._state, utterance, turn)
        self._state = turn.state
        return turn.reply

"""Running scripted conversations: each step is sent, and its reply compared with what must come."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from bot.content.questions import Conversation, load_questions, parse_questions
from bot.content.source import decode
from bot.errors import ContentError
from bot.explain import ranking_record
from bot.models import Problem, ReplyKind
from bot.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bot.content.questions import Step
    from bot.models import Hit, Reply

_ANSWERING = frozenset({ReplyKind.ANSWER, ReplyKind.SMALL_TALK})
"""The kinds that answer. A "did you mean" only offers, unless the step asks for that kind."""
_HITS = 3
"""How many entries of the ranking a failure shows."""


class Partner(Protocol):
    """Who is talked to: the bot in this process, or a server."""

    def say(self, utterance: str) -> Reply:
        """Send what the patient wrote."""

    def hits(self, top: int) -> tuple[Hit, ...]:
        """Return the best entries for it, as far as they are known."""

    def restart(self) -> None:
        """Begin a new conversation."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for one step that expects something."""

    path: str
    step: Step
    reply: Reply
    misses: tuple[str, ...]
    """What was expected and did not come, a sentence each; empty when the step passed."""
    ranking: tuple[Hit, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.misses


def read_scripts(paths: Iterable[Path]) -> tuple[Conversation, ...]:
    """Read files of conversations, and all `.txt` files of folders.

    A folder with a `questions` folder in it is a FAQ folder. Raises ContentError with every
    problem.
    """
    found: list[Conversation] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found += _read(path)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return tuple(found)


def select(conversations: Iterable[Conversation], text: str) -> tuple[Conversation, ...]:
    """Keep the conversations with `text` in their file's name, a question or an expected entry."""
    wanted = fold(text)
    return tuple(each for each in conversations if any(wanted in fold(it) for it in _words(each)))


def steps(conversations: Iterable[Conversation]) -> int:
    """Return how many steps expect something."""
    return sum(step.expects for each in conversations for step in each.steps)


def run(
    conversations: Iterable[Conversation],
    partner: Partner,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Outcome]:
    """Send every step, each conversation from its beginning, and yield what came of it."""
    for conversation in conversations:
        partner.restart()
        for step in conversation.steps:
            start = clock()
            reply = partner.say(step.utterance)
            if step.expects:
                misses = tuple(judge(step, reply))
                hits = partner.hits(_HITS) if misses else ()
                yield Outcome(conversation.path, step, reply, misses, hits, clock() - start)


def judge(step: Step, reply: Reply) -> Iterator[str]:
    """Yield in a sentence each what the step expects and the reply does not have."""
    if step.kind is not None and reply.kind is not step.kind:
        yield f"expected the kind {step.kind}, got {reply.kind}"
    if step.entry is not None:
        came = ", ".join(reply.entries) or "no entry"
        if step.entry not in reply.entries:
            yield f"expected the entry {step.entry}, got {came}"
        elif step.kind is None and reply.kind not in _ANSWERING:
            yield f"expected the entry {step.entry} to answer, got {reply.kind} with it"
    text = fold(f"{reply.text}\n{reply.disclaimer or ''}")
    yield from (f"expected the words “{each}”" for each in step.contains if fold(each) not in text)


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON has it."""
    step, reply = outcome.step, outcome.reply
    return {
        "path": outcome.path,
        "line": step.line,
        "question": step.utterance,
        "passed": outcome.passed,
        "misses": list(outcome.misses),
        "expected": {"entry": step.entry, "contains": list(step.contains), "kind": step.kind},
        "got": {"kind": reply.kind, "entries": list(reply.entries), "text": reply.text,
                "confidence": round(reply.confidence, 4)},
        "ranking": ranking_record(outcome.ranking),
        "seconds": round(outcome.seconds, 4),
    }  # fmt: skip


def _read(path: Path) -> tuple[Conversation, ...]:
    if (path / "questions").is_dir():
        return load_questions(path)
    if path.is_dir():
        return read_scripts(sorted(path.glob("*.txt")))
    source = decode(path.read_bytes(), str(path))
    if isinstance(source, Problem):
        raise ContentError([source])
    conversations, problems = parse_questions(source, source.path)
    if problems:
        raise ContentError(problems)
    return conversations


def _words(conversation: Conversation) -> Iterator[str]:
    yield conversation.path
    for step in conversation.steps:
        yield step.utterance
        yield step.entry or ""

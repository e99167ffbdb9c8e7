"""Scripted conversations, from `questions/*.txt`: what must come back.

    # a comment
    > what the patient writes
    = the entry that must answer
    ~ words that the reply must contain
    ! the kind of reply

A blank line starts a new conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.content.document import slug
from bot.content.folder import QUESTIONS, read_folder
from bot.content.grammar import suggestion
from bot.content.phrasings import phrasing_key
from bot.content.references import Ids
from bot.content.source import MAX_PROBLEMS, Source
from bot.errors import ContentError
from bot.models import Level, Phrasing, Problem, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.content.source import Row
    from bot.content.topics import Draft
    from bot.models import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One utterance, and what must come back."""

    line: int
    utterance: str
    entry: str | None = None
    """Full id of an entry that must be among those that answer."""
    contains: tuple[str, ...] = ()
    """Words that the reply must contain, each."""
    kind: ReplyKind | None = None
    entry_line: int = 0
    """Line of the entry's id; 0 without one."""

    @property
    def expects(self) -> bool:
        """Whether the step says what must come back."""
        return self.entry is not None or bool(self.contains) or self.kind is not None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Utterances that follow each other."""

    path: str
    line: int
    """Of the first utterance."""
    steps: tuple[Step, ...]


def parse_questions(
    text: str | Source, path: str
) -> tuple[tuple[Conversation, ...], list[Problem]]:
    """Parse a file of scripted conversations; never raises. All its problems are errors."""
    source = text if isinstance(text, Source) else Source.of(text, path)
    reader = _ScriptReader(source)
    return reader.read(), sorted(reader.problems)


def load_questions(folder: Path) -> tuple[Conversation, ...]:
    """Read all scripted conversations of a FAQ folder.

    Raises ContentError with every problem if one can't be read. Whether the entries that they
    name exist is checked by `load`.
    """
    files = read_folder(folder)
    found: list[Conversation] = []
    problems = [each for each in files.problems if f"/{QUESTIONS}/" in each.path]
    for source in files.scripts.values():
        conversations, wrong = parse_questions(source, source.path)
        found += conversations
        problems += wrong
    if problems:
        raise ContentError([replace(each, level=Level.ERROR) for each in sorted(problems)])
    return tuple(found)


class _ScriptReader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.topic = slug(source.path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        self.problems: list[Problem] = []
        self.conversations: list[Conversation] = []
        self.steps: list[Step] = []

    def read(self) -> tuple[Conversation, ...]:
        """Read line by line."""
        for row in self.source.rows:
            if len(self.problems) >= MAX_PROBLEMS:
                break
            if row.blank:
                self._end()
            elif not row.text.lstrip().startswith("#"):
                self._line(row)
        self._end()
        return tuple(self.conversations)

    def _end(self) -> None:
        """End the present conversation, if one has begun."""
        if not self.steps:
            return
        first = self.steps[0]
        if not any(step.expects for step in self.steps):
            self._problem(
                first.line,
                "Nothing is expected of this conversation.",
                'Write below it which entry must answer ("= botox/how-long"), words of the'
                ' reply ("~ 10 to 30"), or its kind ("! fallback").',
            )
        self.conversations.append(Conversation(self.source.path, first.line, tuple(self.steps)))
        self.steps = []

    def _line(self, row: Row) -> None:
        sign, value = row.text.lstrip()[0], row.text.lstrip()[1:].strip()
        if sign not in ">=~!":
            self._unknown(row)
        elif not value:
            self._problem(row.number, f"Nothing stands behind {sign}.", "Complete the line.")
        elif sign == ">":
            self.steps.append(Step(row.number, value))
        elif not self.steps:
            self._problem(
                row.number,
                "There is no patient's question above this line.",
                'Write "> " and the question above it, without an empty line between.',
            )
        else:
            self.steps[-1] = self._expect(self.steps[-1], sign, value, row)

    def _expect(self, step: Step, sign: str, value: str, row: Row) -> Step:
        if sign == "~":
            return replace(step, contains=(*step.contains, value))
        if (sign == "=" and step.entry) or (sign == "!" and step.kind):
            self._problem(row.number, f"There is a second {sign} line.", "Keep one of them.")
            return step
        if sign == "=":
            full = value if "/" in value else f"{self.topic}/{value}"
            return replace(step, entry=full, entry_line=row.number)
        return replace(step, kind=self._kind(value, row) or step.kind)

    def _kind(self, value: str, row: Row) -> ReplyKind | None:
        name = slug(value).replace("-", "_")
        if name in list(ReplyKind):
            return ReplyKind(name)
        near = suggestion(name, list(ReplyKind))
        self._problem(
            row.number,
            f'"{value}" is not a kind of reply' + (f'; did you mean "{near}"?' if near else "."),
            f"The kinds are: {', '.join(ReplyKind)}.",
            column=row.text.find(value) + 1,
        )
        return None

    def _unknown(self, row: Row) -> None:
        self._problem(
            row.number,
            "This line does not say what it is.",
            "Begin it with > (the patient writes), = (the entry that must answer), ~ (words of"
            " the reply), ! (the kind of reply) or # (a comment).",
        )

    def _problem(self, line: int, message: str, fix: str, *, column: int = 1) -> None:
        self.problems.append(self.source.problem(line, message, fix, column=column))


# --- checks --------------------------------------------------------------------------------


def check_scripts(
    scripts: Mapping[str, Source], drafts: Sequence[Draft], folder: str
) -> Iterator[Problem]:
    """Report topics without conversations and conversations that prove nothing.

    Everything is a warning: a broken test is no reason to leave patients without answers.
    """
    entries = {entry.id: entry for draft in drafts for entry in draft.topic.entries}
    ids = Ids(entries)
    for draft in drafts:
        if draft.topic.id not in scripts:
            yield _no_script(draft, folder)
    for source in scripts.values():
        conversations, problems = parse_questions(source, source.path)
        for problem in problems:
            yield replace(problem, level=Level.WARNING)
        unknown = [
            step
            for conversation in conversations
            for step in conversation.steps
            if step.entry and step.entry not in ids
        ]
        for step in unknown[:MAX_PROBLEMS]:
            yield _unknown_entry(step, source, ids)
        for conversation in conversations:
            yield from _copied(conversation, source, entries)


def _no_script(draft: Draft, folder: str) -> Problem:
    name = f"{folder}/{QUESTIONS}/{draft.topic.id}.txt"
    return Problem(
        draft.topic.path,
        0,
        "No scripted conversation tests this file.",
        f'Create {name}: "> " and a question in new words, below it "= " and the id of the'
        " entry that must answer.",
        Level.WARNING,
    )


def _unknown_entry(step: Step, source: Source, ids: Ids) -> Problem:
    entry = step.entry or ""
    near = ids.closest(entry)
    return source.problem(
        step.entry_line,
        f'There is no question with the id "{entry}"'
        + (f'; did you mean "{near}"?' if near else "."),
        f'Write "= {near}".' if near else "Look the id up in the topic's file.",
        level=Level.WARNING,
    )


def _copied(
    conversation: Conversation, source: Source, entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    """Report a question that its entry has word by word.

    In a longer conversation that is no fault: what is tested there is what follows.
    """
    step, *more = conversation.steps
    entry = entries.get(step.entry or "")
    if more or entry is None:
        return
    heading = Phrasing(entry.question, entry.line)
    key = phrasing_key(step.utterance)
    for phrasing in (heading, *entry.phrasings):
        if phrasing_key(phrasing.text) == key:
            yield source.problem(
                step.line,
                f"This question is copied from {entry.path}:{phrasing.line}, so it proves nothing.",
                "Ask in other words, as a patient would who has never seen the file.",
                level=Level.WARNING,
            )
            return

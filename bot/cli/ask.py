"""`askwell ask`: one question, or one from each line of stdin."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.lines import lines_of
from bot.cli.opening import open_local
from bot.cli.options import faq_option

if TYPE_CHECKING:
    from pathlib import Path

    from bot.channels.talk import LocalTalk
    from bot.channels.terminal import Look
    from bot.models import Reply

EXPLAINED = 3
"""How many entries an explanation shows, unless --top says otherwise."""


@click.command(
    cls=Command,
    examples=(
        'askwell ask "how long does it last?"',
        'askwell ask "is it safe?" --explain',
        "askwell ask - --json --top 3 < questions.txt",
    ),
)
@click.argument("question", nargs=-1, required=True)
@faq_option
@click.option("--json", "as_json", is_flag=True, help="Print each reply as one line of JSON.")
@click.option("--explain", is_flag=True, help="Say also why each reply is what it is.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Show the N best entries too.")
@click.option("--conversation", is_flag=True, help="Let the lines of stdin follow each other.")
def ask(
    question: tuple[str, ...],
    faq: Path,
    *,
    as_json: bool,
    explain: bool,
    top: int | None,
    conversation: bool,
) -> None:
    """Answer QUESTION, or each line of stdin when it is "-".

    Each line gets one reply, in the same order; an empty line too. Each line is a conversation
    of its own, unless --conversation is given.
    """
    from bot.channels.terminal import Look

    talk = open_local(faq)
    answers = _Answers(talk, Look.of(sys.stdout), as_json=as_json, explain=explain, top=top)
    many = question == ("-",)
    for at, utterance in enumerate(lines_of(sys.stdin.buffer) if many else [_shown(question)]):
        if not conversation:
            talk.restart()
        if many and not as_json:
            click.echo(("\n" if at else "") + answers.heading(utterance))
        click.echo(answers.print(talk.say(utterance)))


@dataclass(frozen=True)
class _Answers:
    """Prints replies as the options ask for."""

    talk: LocalTalk
    look: Look
    as_json: bool
    explain: bool
    top: int | None

    def heading(self, utterance: str) -> str:
        """Return the question as it stands over its reply."""
        return self.look.bold(self.look.text(utterance, first="> "))

    def print(self, reply: Reply) -> str:
        """Return a reply with what was asked for beside it."""
        return self._json(reply) if self.as_json else self._text(reply)

    def _json(self, reply: Reply) -> str:
        from bot.channels.jsonlines import json_line, reply_record
        from bot.explain import as_record, ranking_record

        record = reply_record(reply, self.talk.version)
        if self.top:
            record["ranking"] = ranking_record(self.talk.hits(self.top))
        if self.explain:
            explanation = self.talk.explain(self.top or EXPLAINED)
            record["explanation"] = as_record(explanation) if explanation else None
        return json_line(record, unicode=self.look.unicode)

    def _text(self, reply: Reply) -> str:
        from bot.channels.console import render
        from bot.cli.explained import ranking_table, table

        parts = [render(reply, self.look)]
        if self.explain and (explanation := self.talk.explain(self.top or EXPLAINED)):
            parts.append(table(explanation, self.look))
        elif self.top:
            parts.append(ranking_table(self.talk.hits(self.top), self.look))
        return "\n\n".join(parts)


def _shown(question: tuple[str, ...]) -> str:
    """Join the words of a question that was written without quotes."""
    return " ".join(question).encode(errors="surrogateescape").decode(errors="replace")

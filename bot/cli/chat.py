"""`askwell chat`: a conversation on the terminal."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from bot.cli.command import Command
from bot.cli.opening import open_talk
from bot.cli.options import faq_option, url_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.channels.talk import Talk
    from bot.channels.terminal import Look
    from bot.models import Choice, Reply

_HINT = "Type a question, the number of a choice, or /help."
_HELP = {
    "/why": "why the last reply is what it is",
    "/reset": "begin a new conversation",
    "/help": "this list",
    "/quit": "leave; Ctrl-D does the same",
    "1, 2, …": "press the choice with this number",
}
_NUMBER_DIGITS = 2
"""Longer numbers, such as 911, are something that the patient wrote."""


@click.command(
    cls=Command,
    examples=("askwell chat", "askwell chat --url wss://clinic.example/ws"),
)
@faq_option
@url_option
@click.option(
    "--history/--no-history",
    default=True,
    show_default=True,
    help="Keep what you type, for this account only, so that the up key finds it again.",
)
def chat(faq: Path, *, url: str | None, history: bool) -> None:
    """Talk to the bot, here or on a server.

    What you type is answered as a patient would be. Do not type what real patients wrote:
    the history is a file.
    """
    from bot.channels.terminal import Look
    from bot.cli.prompt import typed_lines

    look = Look.of(sys.stdout)
    with closing(open_talk(faq, url)) as talk:
        _Chat(talk, look).run(typed_lines(look, history=history))


class _Chat:
    """Reads, answers, prints, until the visitor leaves."""

    def __init__(self, talk: Talk, look: Look) -> None:
        self._talk = talk
        self._look = look
        self._choices: tuple[Choice, ...] = ()
        self._last: Reply | None = None

    def run(self, lines: Iterator[str]) -> None:
        """Talk until the lines end or /quit is typed."""
        self._begin()
        for line in lines:
            text = line.strip()
            if text in {"/quit", "/exit", "/q"}:
                return
            if text.startswith("/"):
                self._command(text)
            elif text:
                self._answer(text)

    def _begin(self) -> None:
        greeting = self._talk.greet()
        self._last = None
        self._show(greeting)
        click.echo(f"{self._look.dim(self._look.text(_HINT))}\n")

    def _command(self, text: str) -> None:
        match text:
            case "/why":
                self._why()
            case "/reset":
                self._talk.restart()
                self._begin()
            case "/help" | "/?":
                self._help()
            case _:
                self._say(f"There is no command {text.split(maxsplit=1)[0]}; see /help.")

    def _answer(self, text: str) -> None:
        if not (text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS):
            self._took(self._talk.say(text))
        elif 0 < int(text) <= len(self._choices):
            self._took(self._talk.press(self._choices[int(text) - 1].entry))
        elif self._choices:
            self._say(f"The choices are numbered from 1 to {len(self._choices)}.")
        else:
            self._took(self._talk.say(text))

    def _took(self, reply: Reply) -> None:
        self._last = reply
        self._show(reply)

    def _show(self, reply: Reply) -> None:
        from bot.channels.console import render

        self._choices = reply.choices
        click.echo(f"\n{render(reply, self._look)}\n")

    def _why(self) -> None:
        from bot.explain import in_words

        if self._last is None:
            self._say("There is no reply to explain yet.")
        elif explanation := self._talk.explain(2):
            click.echo("\n" + "\n".join(self._look.text(it) for it in in_words(explanation)) + "\n")
        else:
            self._say(self._told(self._last))

    def _help(self) -> None:
        lines = (self._look.text(about, first=f"{name:<9}") for name, about in _HELP.items())
        click.echo("\n" + "\n".join(lines) + "\n")

    def _told(self, reply: Reply) -> str:
        """Say what is known about a reply that can't be explained from here."""
        entries = ", ".join(reply.entries) or "none"
        return (
            f"Kind: {reply.kind}. Entries: {entries}. Confidence: {reply.confidence:.2f}."
            f" Content: {self._talk.version}.\nA server does not tell more; askwell ask --explain"
            " with the same FAQ folder does."
        )

    def _say(self, text: str) -> None:
        """Print a message of the command line itself, not of the bot."""
        click.echo(f"\n{self._look.dim(self._look.text(text))}\n")

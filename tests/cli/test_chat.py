"""`askwell chat`: through a pipe, and on a real terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.history import InMemoryHistory

from bot.cli.prompt import PROMPT, history_file, open_history
from tests.cli.commands import HOW_LONG, SWALLOW, environment, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANSWER = "10 to 30 minutes"


def talk(faq: Path, *lines: str) -> list[str]:
    """Return what is printed before the first line, and for each line."""
    result = run("chat", "--faq", faq, stdin="\n".join(lines))
    assert result.exit_code == 0
    return re.split(r"^> .*$", result.stdout, flags=re.MULTILINE)


def test_it_opens_with_greeting_and_starters(faq: Path) -> None:
    """A tester sees what a patient sees, with numbers to type."""
    opening, *_ = talk(faq)
    assert "automated assistant of Windmill Clinic" in opening
    assert "[1] How long does an appointment take?" in opening
    assert "/help" in opening


def test_a_number_presses_a_choice(faq: Path) -> None:
    """The numbers are those of the last reply."""
    _, first, second = talk(faq, "2", "where can I park")
    assert "Lot B" in first
    assert "Lot B" in second
    assert "numbered from 1 to 2" in talk(faq, "3")[1]


def test_a_long_number_is_a_message(faq: Path) -> None:
    """911 is what a patient in need might type."""
    assert "numbered" not in talk(faq, "911")[1]


def test_the_conversation_goes_on_until_reset(faq: Path) -> None:
    """A follow-up is understood, and after /reset it is not."""
    _, _, follow_up, greeting, alone = talk(faq, HOW_LONG, "tell me more", "/reset", "tell me more")
    assert "within a week" in follow_up
    assert "automated assistant" in greeting
    assert "Which treatment or visit do you mean?" in alone


def test_why_explains_the_last_reply(faq: Path) -> None:
    """In sentences: what was read, found and decided."""
    _, nothing, _, why, card, alarm = talk(
        faq, "/why", "how long is the sesion", "/why", SWALLOW, "/why"
    )
    assert "no reply to explain yet" in nothing
    assert "“sesion” was taken for “session”" in why
    assert "(botox/how-long)" in why
    assert "EMERGENCY" in card
    assert "The red-flag screen saw “i can't breathe”" in alarm


def test_why_explains_a_pressed_choice(faq: Path) -> None:
    """Nothing was searched for then."""
    assert "A choice was pressed" in talk(faq, "1", "/why")[2]


def test_commands_help_themselves(faq: Path) -> None:
    """An unknown command is not sent to the bot; /quit ends before the next line."""
    _, unknown, listed, *rest = talk(faq, "/wy now", "/help", "/quit", "hello")
    assert "There is no command /wy" in unknown
    assert all(command in listed for command in ("/why", "/reset", "/help", "/quit"))
    assert "What would you like to know?" not in "".join(rest)


def test_empty_lines_are_nothing(faq: Path) -> None:
    """Pressing Enter on an empty line just shows the prompt again."""
    assert [part.strip() for part in talk(faq, "", "  ")[1:]] == ["", ""]


# --- on a terminal -------------------------------------------------------------------------

TERMINAL = {"TERM": "xterm", "COLUMNS": "40", "PROMPT_TOOLKIT_NO_CPR": "1"}
"""Ours does not answer when it is asked where its cursor stands."""
EDITOR = "\x1b[0m>"
"""What the line editor prints when it waits for keys."""


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, faq: Path, *args: str, **env: str) -> None:
        self._end, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--faq", str(faq), *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(**{**TERMINAL, **env}),
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""
        self._unread = ""

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._end, text.encode())

    def wait_for(self, text: str, *, seconds: float = 20) -> str:
        """Read until `text` has come; return what came since the last time, up to it."""
        start = time.monotonic()
        while text not in self._unread:
            assert time.monotonic() - start < seconds, f"no {text!r} in {self._unread!r}"
            if select.select([self._end], [], [], 0.1)[0]:
                self._unread += os.read(self._end, 65_536).decode(errors="replace")
        came, _, self._unread = self._unread.partition(text)
        self.seen += came + text
        return came + text

    def close(self) -> None:
        """Hang up, and end the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._end)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder for the state of programs."""
    return tmp_path / "state"


@pytest.fixture
def chat(faq: Path, home: Path) -> Iterator[Callable[..., Terminal]]:
    """Return a function that opens a chat on a terminal."""
    with ExitStack() as stack:
        yield lambda *args, **env: stack.enter_context(
            closing(Terminal(faq, *args, XDG_STATE_HOME=str(home), **env))
        )


def test_a_terminal_gets_a_prompt_colours_and_a_history(
    chat: Callable[..., Terminal], home: Path
) -> None:
    """The up key finds what was typed before; the history belongs to this account alone."""
    terminal = chat()
    assert "\x1b[2mType a question" in terminal.wait_for(EDITOR)
    terminal.type(f"{HOW_LONG}\r")
    assert "\x1b[1m10 to 30 minutes" in terminal.wait_for("[2] Where can I park?")
    terminal.wait_for(EDITOR)
    terminal.type("\x1b[A\r")
    terminal.wait_for("[2] Where can I park?")
    terminal.wait_for(EDITOR)
    terminal.type("\x04")
    assert terminal.process.wait(10) == 0
    history = home / "askwell" / "history"
    assert history.read_text().count(f"+{HOW_LONG}\n") == 1
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_ctrl_c_ends_it_with_130(chat: Callable[..., Terminal]) -> None:
    """Without a traceback."""
    terminal = chat()
    terminal.wait_for(EDITOR)
    terminal.type("\x03")
    assert terminal.process.wait(10) == 130
    assert "Traceback" not in terminal.seen


def test_no_history_keeps_nothing(chat: Callable[..., Terminal], home: Path) -> None:
    """Not even an empty file. NO_COLOR keeps colours away."""
    terminal = chat("--no-history", NO_COLOR="1")
    assert "\x1b[2m" not in terminal.wait_for(EDITOR)
    terminal.type("/quit\r")
    assert terminal.process.wait(10) == 0
    assert not home.exists()


def test_a_dumb_terminal_gets_a_plain_prompt(chat: Callable[..., Terminal]) -> None:
    """No line editing and no colours."""
    terminal = chat(TERM="dumb")
    assert "\x1b" not in terminal.wait_for(PROMPT)
    terminal.type("thanks\n")
    assert "\x1b" not in terminal.wait_for("You are welcome.")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(10) == 130


def test_the_history_follows_the_xdg_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative XDG_STATE_HOME counts as none."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    assert history_file() == tmp_path / ".local" / "state" / "askwell" / "history"
    monkeypatch.setenv("XDG_STATE_HOME", "/x")
    assert str(history_file()) == "/x/askwell/history"


def test_a_history_that_cannot_be_kept_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It lasts as long as the chat, then."""
    (tmp_path / "askwell").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert isinstance(open_history(), InMemoryHistory)

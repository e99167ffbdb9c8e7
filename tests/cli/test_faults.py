"""What goes wrong is said in one sentence, with an exit code that scripts can rely on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import cli
from tests.cli.commands import HOW_LONG, askwell, environment, run

WRITTEN = "zebra crossing"
"""Stands for what a patient wrote."""


def test_broken_content_exits_with_3_and_all_problems(own: Path) -> None:
    """In the form that `check` prints; stdout stays empty."""
    (own / "parking.md").write_text("# Parking\nKnd: practical\n\n## Where?\n")
    for args in (["ask", "x"], ["chat"], ["test"], ["serve"]):
        result = run(*args, "--faq", own, stdin="")
        assert (result.exit_code, result.stdout) == (3, "")
        assert "faq/parking.md:2: " in result.stderr
        assert "faq/parking.md:4: This question has no answer." in result.stderr
        assert "nothing can be answered until this is mended" in result.stderr


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["aks", "x"], "Did you mean 'ask'?"),
        (["ask", "x", "--jsn"], "Did you mean '--json'?"),
        (["ask"], "Missing argument 'QUESTION...'"),
        (["ask", "x", "--top", "0"], "0 is not in the range"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["test", "no-such-file.txt"], "'no-such-file.txt' does not exist"),
        (["serve", "--port", "99999"], "99999 is not in the range"),
    ],
)
def test_a_wrong_command_line_exits_with_2_and_a_hint(args: list[str], hint: str) -> None:
    """The hint says what would be right."""
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in " ".join(result.stderr.split())


def test_a_wrong_setting_exits_with_2(faq: Path) -> None:
    """The sentence names the variable."""
    result = run("ask", HOW_LONG, "--faq", faq, ASKWELL_PORT="many")
    assert result.exit_code == 2
    assert result.stderr == "port (ASKWELL_PORT): must be a whole number, not 'many'\n"


@pytest.mark.parametrize("debug", ["", "1"])
def test_an_internal_error_names_its_place_but_no_text(
    faq: Path, monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    """The exception's own message may hold what a patient wrote; ASKWELL_DEBUG shows it."""

    def fail(*_: object, **__: object) -> None:
        raise KeyError(WRITTEN)

    monkeypatch.setattr("bot.channels.talk.respond", fail)
    result = run("ask", WRITTEN, "--faq", faq, ASKWELL_DEBUG=debug)
    assert result.exit_code == 70
    assert "went wrong inside askwell: KeyError at bot/channels/talk.py:" in result.stderr
    assert __version__ in result.stderr
    assert ("Traceback" in result.stderr) is (WRITTEN in result.stderr) is bool(debug)


def test_a_reader_that_leaves_is_no_fault(faq: Path) -> None:
    """`| head -1` ends the command quietly."""
    piped = f"{sys.executable} -m bot ask - | head -1; echo ${{PIPESTATUS[0]}}"
    process = subprocess.run(
        ["bash", "-c", piped],
        input=f"{HOW_LONG}\n".encode() * 2000,
        capture_output=True,
        env=environment(ASKWELL_FAQ=str(faq)),
        timeout=60,
        check=True,
    )
    assert process.stdout.splitlines() == [f"> {HOW_LONG}".encode(), b"0"]
    assert process.stderr == b""


def test_ctrl_c_exits_with_130(faq: Path) -> None:
    """Without a traceback, also while lines are waited for."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "-", "--faq", faq],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"thanks\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"> thanks\n"  # each line is answered at once
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, b"\n")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_any_encoding_can_be_printed(faq: Path, encoding: str) -> None:
    """What it does not have is replaced; a card's frame is made of plain signs."""
    lines = "I can't breathe 🙂\n".encode()
    process = askwell("ask", "-", "--faq", faq, stdin=lines, PYTHONIOENCODING=encoding)
    assert (process.returncode, process.stderr) == (0, b"")
    assert "EMERGENCY" in process.stdout.decode(encoding, errors="replace")


@pytest.mark.parametrize("width", [20, 40])
def test_narrow_terminals_are_kept_to(faq: Path, width: int) -> None:
    """No line is wider, but for a single long word."""
    for args in (["ask", HOW_LONG, "--explain"], ["ask", "I can't breathe"]):
        result = run(*args, "--faq", faq, COLUMNS=str(width))
        assert result.exit_code == 0
        wide = [line for line in result.stdout.splitlines() if len(line) > width]
        assert not [line for line in wide if " " in line.strip()]


def test_no_color_is_heeded_and_pipes_get_none(faq: Path) -> None:
    """Nothing but text comes through a pipe."""
    card = ("ask", "I can't breathe", "--faq", faq)
    assert b"\x1b" not in askwell(*card, NO_COLOR="1").stdout
    assert b"\x1b" not in askwell(*card, FORCE_COLOR="1").stdout


def test_the_package_is_the_command(faq: Path) -> None:
    """`python -m bot` is `askwell`."""
    assert askwell("--version").stdout == f"askwell {__version__}\n".encode()
    assert askwell("ask", "thanks", "--faq", faq).stdout == b"You are welcome.\n"


def test_help_begins_with_examples() -> None:
    """Of the whole, and of each command."""
    for name in ("", *cli.commands):
        result = run(*name.split(), "--help")
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Examples:\n  askwell {name}")
        assert max(map(len, result.stdout.splitlines())) <= 88


def test_the_folder_is_found(faq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over the variable, that over ./faq, that over the shipped folder."""
    monkeypatch.chdir(tmp_path)
    other = str(tmp_path / "other")
    assert run("check", "--faq", faq, ASKWELL_FAQ=other).exit_code == 0
    assert "other: There is no such folder." in run("check", ASKWELL_FAQ=other).stdout
    Path("faq").mkdir()
    assert "faq: There is no topic file" in run("check").stdout
    assert os.listdir("faq") == []  # noqa: PTH208  shorter

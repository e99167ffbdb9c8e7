"""`askwell serve`, and the commands that talk to a server: real processes on a real port."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import HOW_LONG, ROOT, environment, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def serving(*command: str, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Start a server; yield its address, and what it has printed until then."""
    process = subprocess.Popen(
        [sys.executable, *command, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
    )
    try:
        assert process.stderr
        printed: list[str] = []
        while not (found := re.search(r"http://\S+:\d+", "".join(printed[-1:]))):
            printed.append(process.stderr.readline())
            assert printed[-1], printed
        yield found[0], printed
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def address(faq: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the small FAQ for all tests of this file."""
    folder = tmp_path_factory.mktemp("server")
    with serving("-m", "bot", "serve", "--faq", str(faq), folder=folder) as (address, _):
        yield address


def test_chat_talks_through_the_protocol(address: str) -> None:
    """The same conversation as with a folder; /why tells what a server tells."""
    lines = f"{HOW_LONG}\n/why\n1\n/reset\ntell me more\n"
    result = run("chat", "--url", address, stdin=lines)
    assert result.exit_code == 0
    assert "automated assistant of Windmill Clinic" in result.stdout
    assert "10 to 30 minutes" in result.stdout
    assert "Kind: answer. Entries: botox/how-long." in result.stdout
    assert "within a week" in result.stdout
    assert result.stdout.endswith("Which treatment or visit do you mean?\n\n")


def test_scripts_run_against_a_server(address: str, tmp_path: Path) -> None:
    """More than a connection's burst, each conversation on its own."""
    (tmp_path / "a.txt").write_text("> is it quick\n= botox/how-long\n> tell me more\n\n" * 12)
    (tmp_path / "b.txt").write_text("> tell me more\n! answer\n")
    result = run("test", tmp_path, "--url", address)
    assert (result.exit_code, result.stderr) == (1, "12 passed, 1 failed.\n")
    assert "expected the kind answer, got fallback" in result.stdout
    assert "ranking" not in result.stdout


@pytest.mark.parametrize("command", ["chat", "test"])
def test_a_server_that_is_not_there_exits_with_4(
    command: str, faq: Path, unused_tcp_port: int
) -> None:
    """In one sentence on stderr."""
    url = f"ws://127.0.0.1:{unused_tcp_port}"
    result = run(command, "--url", url, "--faq", faq, stdin="")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == f"{url}: nobody answers there (connection refused)\n"


def test_a_port_that_is_taken_exits_with_2(address: str, faq: Path, tmp_path: Path) -> None:
    """The sentence says what to do."""
    port = address.rpartition(":")[2]
    result = run("serve", "--port", port, "--faq", faq, ASKWELL_VAR=str(tmp_path))
    assert result.exit_code == 2
    assert "already in use" in result.stderr


def test_unset_facts_are_warned_of_once(unset: Path, tmp_path: Path) -> None:
    """Before the address; `server.py` is the same command."""
    with serving(str(ROOT / "server.py"), "--faq", str(unset), folder=tmp_path) as (_, printed):
        assert [line.partition(":")[0] for line in printed[:-1]] == ["faq/clinic.md"]

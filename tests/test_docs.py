"""The documents say what is so: their commands run, their links lead somewhere."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot.models import ReplyKind
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "faq" / "README.md"])
_SESSION = re.compile(r"```console\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:|tel:|#)([^)#\s]+)")


def sessions() -> list[tuple[str, str, str]]:
    """Each command that a document shows with what it prints."""
    found = []
    for path in DOCUMENTS:
        for block in _SESSION.findall(path.read_text(encoding="utf-8")):
            for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, printed = step.partition("\n")
                if printed.strip():
                    found.append((str(path.relative_to(ROOT)), command, printed))
    return found


@pytest.mark.parametrize(("document", "command", "printed"), sessions())
def test_console_sessions(document: str, command: str, printed: str) -> None:
    """A command that is shown prints what is shown."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    how = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(printed, done.stdout, how), (document, done.stdout)


def test_sessions_are_found() -> None:
    """The README shows a question, a misspelt one, a choice, a refusal and a red flag."""
    assert len([command for document, command, _ in sessions() if document == "README.md"]) >= 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(path: Path) -> None:
    """A link to a file leads to a file."""
    links = _LINK.findall(path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


def test_readme_commands_are_targets() -> None:
    """Each `make` command of the README is a target of the Makefile, and CI calls the tests."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"^    make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert shown == ["serve", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in shown)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    """The operators' page names every setting."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [f.name for f in fields(Settings) if f"`ASKWELL_{f.name.upper()}`" not in page] == []


def test_every_message_is_documented() -> None:
    """The protocol's page names every message type, reply kind and error code."""
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    source = "".join(path.read_text("utf-8") for path in (ROOT / "bot/channels").glob("*.py"))
    tags = set(re.findall(r'tag="(\w+)"', source)) - {"paragraph", "list"}
    named = tags | {kind.value for kind in ReplyKind}
    assert [name for name in sorted(named) if f"`{name}`" not in page] == []


def test_shipped_conversations() -> None:
    """Every scripted conversation that ships with the FAQ goes as it is written."""
    command = [sys.executable, "-m", "bot", "test", "--faq", str(ROOT / "faq")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout

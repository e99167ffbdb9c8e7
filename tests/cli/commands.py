"""Running commands: inside this process for their logic, and as real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from click.testing import CliRunner

from bot.cli import cli

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parents[2]
HOW_LONG = "how long is the session"
SWALLOW = "I can't breathe"


def run(*args: str | Path, stdin: str | bytes | None = None, **env: str) -> Result:
    """Run a command in this process."""
    clean = {"ASKWELL_FAQ": None, "ASKWELL_DEBUG": None, "COLUMNS": None, **env}
    return CliRunner().invoke(cli, [str(arg) for arg in args], input=stdin, env=clean)


def records(result: Result) -> list[dict[str, Any]]:
    """Return the JSON lines that a command printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def environment(**env: str) -> dict[str, str]:
    """Return the environment for a real process: ours without settings, and `env`."""
    kept = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR"}}
    kept = {k: v for k, v in kept.items() if not k.startswith("ASKWELL_")}
    return {**kept, "PYTHONPATH": str(ROOT), **env}


Process: TypeAlias = subprocess.CompletedProcess[bytes]


def askwell(*args: str | Path, stdin: bytes = b"", **env: str) -> Process:
    """Run a command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment(**env),
        timeout=60,
        check=False,
    )

"""The examples for operators name what exists."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy"
EXAMPLES = sorted(path.name for path in DEPLOY.iterdir())


@pytest.mark.parametrize("name", EXAMPLES)
def test_settings_exist(name: str) -> None:
    """Every setting that an example names is one."""
    known = {f"ASKWELL_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    named = set(re.findall(r"ASKWELL_[A-Z_]+", (DEPLOY / name).read_text(encoding="utf-8")))
    assert named <= known


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_explained(name: str) -> None:
    """Every example is linked from the page for operators."""
    page = (DEPLOY.parent / "operating.md").read_text(encoding="utf-8")
    assert f"(deploy/{name})" in page


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """The unit has no unknown or misspelt line."""
    unit = (DEPLOY / "askwell.service").read_text(encoding="utf-8")
    path = tmp_path / "askwell.service"
    path.write_text(unit.replace("/opt/askwell/.venv/bin/askwell", "/bin/true"), encoding="utf-8")
    command = ["systemd-analyze", "verify", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

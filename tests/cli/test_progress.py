"""What is said while one waits: on a terminal only, and only when it takes long."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr, suppress

import pytest

from bot.cli.opening import announced
from bot.cli.outcomes import Progress


class Errors(io.StringIO):
    """A stderr that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a hundredth of a second long."""
    monkeypatch.setattr("bot.cli.opening.LONG", 0.01)
    monkeypatch.setattr("bot.cli.outcomes.LONG", 0.01)


def test_a_long_wait_is_announced_and_wiped_away() -> None:
    """Nothing of it is left on the line."""
    with redirect_stderr(Errors()) as errors, announced("Reading"):
        time.sleep(0.1)
    assert errors.getvalue() == "Reading\r       \r"


def test_a_short_wait_is_not_mentioned() -> None:
    """Nothing flickers."""
    with redirect_stderr(Errors()) as errors, announced("Reading"):
        pass
    assert errors.getvalue() == ""


def test_ctrl_c_ends_the_announcement() -> None:
    """What is printed next begins on a clean line."""
    errors = Errors()
    with suppress(KeyboardInterrupt), redirect_stderr(errors), announced("Reading"):
        time.sleep(0.1)
        raise KeyboardInterrupt
    assert errors.getvalue().endswith("\r")


def test_a_long_run_is_counted() -> None:
    """How much is done, and how much of it failed."""
    with redirect_stderr(Errors()) as errors, Progress(9) as progress:
        for passed in (True, False):
            time.sleep(0.02)
            progress.count(passed=passed)
    assert errors.getvalue().startswith("\r1 of 9, 0 failed\r2 of 9, 1 failed")
    assert errors.getvalue().endswith(f"\r{' ' * 16}\r")


def test_a_pipe_hears_nothing() -> None:
    """Whatever it takes."""
    with redirect_stderr(io.StringIO()) as errors, announced("Reading"), Progress(1) as progress:
        time.sleep(0.05)
        progress.count(passed=True)
    assert errors.getvalue() == ""

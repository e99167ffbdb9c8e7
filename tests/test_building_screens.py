"""Kept screens: what comes back finds what was found before, or is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.building.reading import parse
from bot.building.screens import kept_screen
from bot.errors import ContentError
from bot.models import RedFlags
from bot.safety import Screen
from tests.conftest import SHIPPED, TODAY
from tests.safety.flags import flag, red_flags

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = red_flags(flag("(chest | arm) ... {bad}", "can not breathe"), bad=("hurts", "is so heavy"))
ASKED = ("my chest is so heavy", "i cant breath", "how long does it take", "my arm really hurts")


def found(screen: Screen) -> list[tuple[object, ...]]:
    """Return what a screen finds in what is asked."""
    return [screen.screen(text).found for text in ASKED]


def only(folder: Path) -> Path:
    """Return the one file of a folder."""
    (path,) = folder.iterdir()
    return path


def test_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that was compiled before is not compiled again, and finds the same."""
    first = kept_screen(FLAGS, tmp_path)
    monkeypatch.setattr("bot.building.screens.compile_red_flags", None)
    assert found(kept_screen(FLAGS, tmp_path)) == found(first) == found(Screen(FLAGS))


def test_shipped_screen_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the shipped patterns come back."""
    flags = parse(SHIPPED, today=TODAY)[0].red_flags
    kept_screen(flags, tmp_path)
    monkeypatch.setattr("bot.building.screens.compile_red_flags", None)
    assert kept_screen(flags, tmp_path).screen("I can't breathe").text == "emergency"


@pytest.mark.parametrize("damage", [b"", b"\x93", b"\0" * 300])
def test_damaged(tmp_path: Path, damage: bytes) -> None:
    """A file that is cut short or holds something else is ignored, and written anew."""
    first = kept_screen(FLAGS, tmp_path)
    whole = only(tmp_path).read_bytes()
    only(tmp_path).write_bytes(whole[:40] + damage)
    assert found(kept_screen(FLAGS, tmp_path)) == found(first)
    assert only(tmp_path).read_bytes() == whole


def test_flipped_bit(tmp_path: Path) -> None:
    """So is one with a single bit flipped, however readable it still is."""
    kept_screen(FLAGS, tmp_path)
    whole = only(tmp_path).read_bytes()
    only(tmp_path).write_bytes(whole.replace(b"heavy", b"heavx"))
    assert kept_screen(FLAGS, tmp_path).screen("my chest is so heavy").found
    assert only(tmp_path).read_bytes() == whole


def test_changed_patterns(tmp_path: Path) -> None:
    """Changed patterns or lists have a screen of their own."""
    kept_screen(FLAGS, tmp_path)
    more = red_flags(FLAGS.flags[0], bad=("hurts", "is so heavy", "burns"))
    assert kept_screen(more, tmp_path).screen("my arm burns").found
    assert len(list(tmp_path.iterdir())) == 2


def test_nowhere_to_keep(tmp_path: Path) -> None:
    """Where nothing can be written, the screen is compiled each time."""
    file = tmp_path / "file"
    file.touch()
    assert found(kept_screen(FLAGS, file)) == found(kept_screen(FLAGS, None))


def test_faulty_patterns(tmp_path: Path) -> None:
    """Patterns that can't be read are refused, and nothing is kept."""
    with pytest.raises(ContentError):
        kept_screen(RedFlags((flag("(a | b"),), {}), tmp_path)
    assert not list(tmp_path.iterdir())

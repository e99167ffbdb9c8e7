"""State tokens survive a restart and another process, and nothing else passes for one."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError, StateError
from bot.models import State, Tier
from bot.state import LONGEST_TOKEN, StateSigner, load_key

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
ids = st.text(max_size=40)
states = st.builds(
    State,
    conversation=st.text(max_size=40),
    shown=st.lists(ids, max_size=6).map(tuple),
    offered=st.lists(ids, max_size=4).map(tuple),
    misses=st.integers(0, 1000),
    clarified=st.integers(0, 1000),
    alert=st.none() | st.sampled_from(Tier),
    tail=st.text(max_size=200),
)


@given(states)
def test_another_process_with_the_same_key_reads_the_token(state: State) -> None:
    """What one signer writes, another one with the same key reads."""
    token = StateSigner(KEY).dump(state)
    assert StateSigner(KEY).load(token) == state
    assert len(token) <= LONGEST_TOKEN


@given(st.text() | st.from_regex(r"2[A-Za-z0-9_-]{0,300}", fullmatch=True))
def test_garbage_is_refused(token: str) -> None:
    """No text that we did not sign is taken for a state, and none raises anything else."""
    with pytest.raises(StateError):
        StateSigner(KEY).load(token)


@given(states, st.data())
def test_one_changed_character_is_noticed(state: State, data: st.DataObject) -> None:
    """A token that was changed anywhere is refused, or still says exactly the same."""
    token = StateSigner(KEY).dump(state)
    at = data.draw(st.integers(0, len(token) - 1))
    forged = token[:at] + data.draw(st.characters(codec="ascii")) + token[at + 1 :]
    try:
        assert StateSigner(KEY).load(forged) == state
    except StateError:
        assert forged != token


def test_foreign_key_is_refused() -> None:
    """A token of another clinic's server means nothing here."""
    token = StateSigner(b"x" * 32).dump(State(conversation="c"))
    with pytest.raises(StateError, match="not signed with this server's key"):
        StateSigner(KEY).load(token)


def test_long_token_is_refused_unread() -> None:
    """A token of any length costs nothing."""
    with pytest.raises(StateError, match="too long"):
        StateSigner(KEY).load("2" + "A" * 10_000_000)


def test_signed_but_of_another_version() -> None:
    """A token with our signature and other content is refused as such."""
    signer = StateSigner(KEY)
    with pytest.raises(StateError, match="another version"):
        signer.load(signer._seal(b"\x93\x01\x02\x03"))


@given(st.text(min_size=1, max_size=3000), st.integers(1, 6))
def test_a_token_always_fits_a_frame(name: str, count: int) -> None:
    """However long the entries' ids are, the token stays short and keeps the conversation."""
    state = State(conversation="c", shown=(name,) * count, offered=(name,) * 4, tail="t" * 200)
    token = StateSigner(KEY).dump(state)
    assert len(token) <= LONGEST_TOKEN
    assert StateSigner(KEY).load(token).conversation == "c"


def test_token_is_plain_text() -> None:
    """A token needs no escaping in JSON, in a URL or in a header."""
    token = StateSigner(KEY).dump(State(conversation="c", tail="¿cuánto dura?"))
    assert token.isascii()
    assert base64.urlsafe_b64decode(token[1:] + "=" * (-len(token[1:]) % 4))


def test_key_is_made_once_and_private(tmp_path: Path) -> None:
    """The key is kept, so a restart reads old tokens; only its owner may read it."""
    key = load_key(tmp_path / "var")
    assert load_key(tmp_path / "var") == key
    [file] = (tmp_path / "var").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_damaged_key_is_not_used(tmp_path: Path) -> None:
    """An empty key file is refused with what to do."""
    (tmp_path / "state.key").write_bytes(b"")
    with pytest.raises(SettingsError, match="delete it, and a new key is made"):
        load_key(tmp_path)


def test_key_that_cannot_be_kept(tmp_path: Path) -> None:
    """A folder that can't be written is named."""
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(SettingsError, match="can't keep a key in"):
        load_key(tmp_path / "var")

"""The small parts: keys, buckets, repeats, differences, clocks, places."""

from __future__ import annotations

import hmac
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal.batch import bucket
from bot.journal.faults import Trouble, diagnose
from bot.journal.keys import Keys
from bot.journal.location import Location, locate
from bot.journal.postgresql import address
from bot.journal.prints import differences, prints
from bot.journal.repeats import Repeats
from bot.journal.retention import DAY, Clock

if TYPE_CHECKING:
    from bot.snapshot import Snapshot

KEYS = Keys(b"a server's secret")
UUID = "a0429e79-2b20-44e4-bdab-1c9386164aab"


# --- keys ----------------------------------------------------------------------------------


def test_the_same_message_has_the_same_key() -> None:
    """The same words with the same id in the same conversation."""
    assert KEYS.question("c", "1", "how?") == KEYS.question("c", "1", "how?")


@pytest.mark.parametrize(
    "other", [("d", "1", "how?"), ("c", "2", "how?"), ("c", "1", "why?"), ("c1", "", "how?")]
)
def test_another_message_has_another_key(other: tuple[str, str, str]) -> None:
    """Another conversation, id or text; and parts don't run into each other."""
    assert KEYS.question(*other) != KEYS.question("c", "1", "how?")


@pytest.mark.parametrize("id_", [UUID, UUID.replace("-", "")])
def test_a_uuid_is_nobody_elses(id_: str) -> None:
    """It is known on a new connection too, where the conversation has another name."""
    assert KEYS.question("c", id_, "how?") == KEYS.question("d", id_, "how?")
    assert KEYS.feedback("c", id_) == KEYS.feedback("d", id_)
    assert KEYS.feedback("c", "message-number-1-of-visitor") != KEYS.feedback(
        "d", "message-number-1-of-visitor"
    )


def test_a_message_without_an_id_is_new_each_time() -> None:
    """Nothing tells whether it is a second copy."""
    assert KEYS.question("c", None, "how?") != KEYS.question("c", None, "how?")


def test_a_key_says_nothing_without_the_secret() -> None:
    """The same message under another secret has another key, and keys are short hashes."""
    assert KEYS.feedback("c", "1") != Keys(b"another secret").feedback("c", "1")
    assert len(KEYS.feedback("c" * 500, "1")) == 16


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        (KEYS.question("c", "1", "how?"), "3ba71c533e22ce02415b462b4b687d01"),
        (KEYS.feedback("c", "1"), "af24416fdd52f8b8cc92baf29a273cad"),
    ],
)
def test_keys_stay_what_they_were(key: bytes, kept: str) -> None:
    """Those of a journal that was begun by an earlier version still mean the same messages."""
    assert key.hex() == kept


@given(st.binary(max_size=100), st.text(), st.text(min_size=1), st.text())
def test_a_key_is_an_hmac(secret: bytes, conversation: str, id_: str, text: str) -> None:
    """HMAC-SHA-256 of all parts, each with its length, cut to 16 bytes."""
    parts = [part.encode("utf-8", "replace") for part in ("question", conversation, id_, text)]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    own = hmac.digest(secret, b"askwell journal 1", "sha256")
    key = Keys(secret).question(conversation, id_, text)
    assert key == hmac.digest(own, message, "sha256")[:16]


# --- buckets and repeats -------------------------------------------------------------------


@given(st.floats(min_value=0, max_value=3600))
def test_a_bucket_is_at_most_an_eighth_wide(seconds: float) -> None:
    """It begins at or below the time, by an eighth or a microsecond."""
    micros = seconds * 1_000_000
    assert bucket(seconds) <= micros < bucket(seconds) * 9 / 8 + 1


def test_a_repeat_is_recognised_for_a_while() -> None:
    """Memory is bounded: the oldest are forgotten first."""
    repeats = Repeats(most=2)
    assert not repeats.seen("c", "1")
    assert repeats.seen("c", "1")
    assert not any(repeats.seen("c", str(n)) for n in range(2, 7))
    assert repeats.seen("c", "6")
    assert not repeats.seen("c", "1")


# --- differences ---------------------------------------------------------------------------


def test_where_something_stands_is_no_difference(windmill: Snapshot) -> None:
    """A blank line more in a file changes no entry; a word of the answer does."""
    faq = windmill.faq
    topic = faq.topics[0]
    moved = tuple(replace(entry, line=entry.line + 1) for entry in topic.entries)
    same = replace(faq, topics=(replace(topic, entries=moved), *faq.topics[1:]))
    assert prints(same) == prints(faq)
    asked = replace(moved[0], question="Why?")
    other = replace(faq, topics=(replace(topic, entries=(asked, *moved[1:])), *faq.topics[1:]))
    assert differences(prints(faq), prints(other)) == {
        "added": [],
        "changed": [moved[0].id],
        "removed": [],
        "parts": [],
    }


# --- the clock -----------------------------------------------------------------------------


class Hands:
    """A wall clock and a steady one, moved by hand."""

    def __init__(self) -> None:
        self.wall = 1_795_262_400.0
        self.steady = 1_000.0

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def hands() -> Hands:
    """Return the hands of a clock."""
    return Hands()


@pytest.fixture
def clock(hands: Hands) -> Clock:
    """Return a clock with these hands."""
    return Clock(wall=lambda: hands.wall, steady=lambda: hands.steady)


def test_a_clock_that_goes_evenly_is_believed(hands: Hands, clock: Clock) -> None:
    """Hour after hour, and through small corrections."""
    for _ in range(100):
        hands.pass_(3600)
        hands.wall += 2
        assert clock.believed()


@pytest.mark.parametrize("jump", [-400 * DAY, -3600, 3600, 40 * DAY, 400 * DAY])
def test_a_clock_that_jumped_is_doubted_for_a_day(hands: Hands, clock: Clock, jump: int) -> None:
    """Then it is believed: it may have been wrong before."""
    hands.wall += jump
    assert not clock.believed()
    hands.pass_(DAY - 1)
    assert not clock.believed()
    hands.pass_(2)
    assert clock.believed()


def test_a_jump_that_is_taken_back_is_doubted_as_well(hands: Hands, clock: Clock) -> None:
    """From the second jump on."""
    hands.wall += 400 * DAY
    clock.believed()
    hands.pass_(7200)
    hands.wall -= 400 * DAY
    assert not clock.believed()
    hands.pass_(DAY + 1)
    assert clock.believed()


@pytest.mark.parametrize(("age", "believed"), [(0, True), (30, True), (-3, False), (400, False)])
def test_a_journal_of_another_time_is_not_purged_at_once(
    hands: Hands, clock: Clock, age: int, believed: bool
) -> None:
    """One whose newest row is from the future, or is months old, says that the clock is wrong."""
    clock.newest(int(hands.wall) - age * DAY)
    assert clock.believed() is believed


# --- places and faults ---------------------------------------------------------------------


def test_a_place_is_named_without_its_password() -> None:
    """In messages and in what Python prints."""
    location = Location(url="postgresql://clinic:secret@db.example:5432/askwell")
    assert str(location) == "postgresql://db.example:5432/askwell"
    assert "secret" not in repr(location)


@pytest.mark.parametrize(
    ("setting", "location"),
    [
        ("none", None),
        ("sqlite", Location(path=Path("var/journal.db"))),
        ("sqlite:/srv/a%20b.db", Location(path=Path("/srv/a b.db"))),
        ("sqlite:///srv/b.db", Location(path=Path("/srv/b.db"))),
        ("postgresql:///askwell", Location(url="postgresql:///askwell")),
    ],
)
def test_the_setting_says_where(setting: str, location: Location | None) -> None:
    """The data folder holds the file where no other is named."""
    assert locate(setting, Path("var")) == location


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql:///askwell", {"dsn": "postgresql:///askwell"}),
        ("postgresql://a:b%40@h:1/d?x=1", {"dsn": "postgresql://a:b%40@h:1/d?x=1"}),
        ("postgresql://h/d?ssl=require&x=1", {"dsn": "postgresql://h/d?x=1", "ssl": "require"}),
    ],
)
def test_a_url_means_the_same_to_all(url: str, told: dict[str, str]) -> None:
    """Whether a server writes there, or a command reads there."""
    assert address(url) == told


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(28, "No space left"), Trouble.FULL),
        (PermissionError(13, "denied"), Trouble.GONE),
        (ConnectionRefusedError(111, "refused"), Trouble.UNREACHABLE),
        (TimeoutError(), Trouble.UNREACHABLE),
        (ValueError("what the patient wrote"), Trouble.FAILED),
        (sqlite3.OperationalError("unknown"), Trouble.FAILED),
    ],
)
def test_faults_are_named_in_words_of_ours(error: Exception, trouble: Trouble) -> None:
    """Never in theirs, which may quote what was written."""
    assert diagnose(error) is trouble
    assert diagnose(RuntimeError("around it")) is Trouble.FAILED

"""`askwell ask`: what comes back for a question, as text and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.channels.wire import body_to_wire
from bot.dialogue import respond
from bot.models import State
from tests.cli.commands import HOW_LONG, askwell, environment, records, run

if TYPE_CHECKING:
    from pathlib import Path

    from bot.snapshot import Snapshot


def test_a_question_is_answered_on_stdout(faq: Path) -> None:
    """The answer, its disclaimer, its source and the next questions are printed."""
    result = run("ask", HOW_LONG, "--faq", faq)
    assert result.exit_code == 0
    assert "10 to 30 minutes" in result.stdout
    assert "Please ask your provider" in result.stdout
    assert "Source: treatment-page" in result.stdout
    assert "[1] When does it start to work?" in result.stdout


def test_quotes_may_be_left_out(faq: Path) -> None:
    """A question of several words is read as one."""
    assert run("ask", *HOW_LONG.split(), "--faq", faq).stdout == (
        run("ask", HOW_LONG, "--faq", faq).stdout
    )


def test_json_is_the_reply_of_the_wire(faq: Path, windmill: Snapshot) -> None:
    """A program reads the same object from the command line as from the server."""
    (record,) = records(run("ask", HOW_LONG, "--json", "--faq", faq))
    assert record.pop("content_version") == windmill.version
    assert set(record) == set(
        body_to_wire(respond(windmill, State(), HOW_LONG).reply).__struct_fields__
    )
    assert record["kind"] == "answer"
    assert record["entries"] == ["botox/how-long"]
    assert record["blocks"][0]["type"] == "paragraph"


@pytest.mark.parametrize(("top", "shown"), [(1, 1), (3, 3), (99, 6)])
def test_top_adds_the_ranking(faq: Path, top: int, shown: int) -> None:
    """The ranking has as many entries as asked for, or all, best first."""
    (record,) = records(run("ask", HOW_LONG, "--json", "--top", str(top), "--faq", faq))
    ranking = record["ranking"]
    assert len(ranking) == shown
    assert set(ranking[0]) == {"entry", "confidence", "score"}
    assert ranking[0]["entry"] == "botox/how-long"
    assert ranking == sorted(ranking, key=lambda hit: -hit["confidence"])


def test_a_red_flag_has_a_ranking_too(faq: Path) -> None:
    """Nobody has to treat emergencies apart when evaluating rankings."""
    (record,) = records(run("ask", "I can't breathe", "--json", "--top", "2", "--faq", faq))
    assert record["kind"] == "emergency"
    assert len(record["ranking"]) == 2


def test_every_line_of_stdin_gets_one_reply_in_order(faq: Path) -> None:
    """An empty line gets its reply too, so that replies line up with questions."""
    lines = f"{HOW_LONG}\n\nwhere can I park\r\nthanks"
    replies = records(run("ask", "-", "--json", "--faq", faq, stdin=lines))
    assert [reply["entries"] for reply in replies] == [
        ["botox/how-long"],
        [],
        ["parking/where-can-i-park"],
        ["small-talk/thanks"],
    ]


def test_lines_are_conversations_of_their_own(faq: Path) -> None:
    """A follow-up has nothing to follow, unless the lines are one conversation."""
    lines = f"{HOW_LONG}\ntell me more\n"
    apart = records(run("ask", "-", "--json", "--faq", faq, stdin=lines))
    together = records(run("ask", "-", "--json", "--conversation", "--faq", faq, stdin=lines))
    assert apart[1]["kind"] != "answer"
    assert together[1]["kind"] == "answer"


def test_lines_are_shown_above_their_replies(faq: Path) -> None:
    """People see which question a reply belongs to."""
    result = run("ask", "-", "--faq", faq, stdin="where can I park\nthanks\n")
    assert result.stdout.startswith("> where can I park\nPark in Lot B")
    assert "\n\n> thanks\nYou are welcome." in result.stdout


@pytest.mark.parametrize(
    "line", [b"\xef\xbb\xbfwhere can I park", b"where c\xe1n I park", b"where can I park \xff\xfe"]
)
def test_stdin_may_be_in_any_encoding(faq: Path, line: bytes) -> None:
    """A byte order mark, Windows-1252 and broken bytes are no reason to fail."""
    (record,) = records(run("ask", "-", "--json", "--faq", faq, stdin=line))
    assert record["entries"] == ["parking/where-can-i-park"]


def test_an_argument_may_be_in_any_encoding(faq: Path) -> None:
    """Bytes of the shell that are not UTF-8 are no reason to fail."""
    process = askwell("ask", "where can I park \udcff", "--json", "--faq", faq)
    assert process.returncode == 0
    assert json.loads(process.stdout)["kind"] == "answer"


def test_a_message_that_is_too_long_gets_the_servers_text(faq: Path) -> None:
    """What a server refuses is not answered here either."""
    text = "where can I park " * 70
    (record,) = records(run("ask", text, "--json", "--explain", "--top", "1", "--faq", faq))
    assert record["text"].startswith("That message is too long.")
    assert (record["ranking"], record["explanation"]) == ([], None)


def test_the_limit_is_a_setting(faq: Path) -> None:
    """The command line reads the same settings as the server."""
    result = run("ask", HOW_LONG, "--faq", faq, ASKWELL_UTTERANCE_LENGTH="5")
    assert result.stdout.startswith("That message is too long.")


def test_explain_adds_one_record(faq: Path) -> None:
    """The record has all that led to the reply."""
    (record,) = records(run("ask", "how long is the sesion", "--json", "--explain", "--faq", faq))
    why = record["explanation"]
    assert why["read_as"].startswith("how long is the")
    assert why["corrections"] == [{"typed": "sesion", "taken_as": "session"}]
    assert {"answer_at", "clarify_at"} <= set(why["thresholds"])
    assert why["rule"]
    best, runner_up, *_ = why["candidates"]
    assert (best["entry"], best["terms"][0]["weight"] > 0) == ("botox/how-long", True)
    assert set(runner_up["parts"]) == {"classifier", "phrasings", "meaning"}


def test_explain_names_pattern_and_tier_of_a_red_flag(faq: Path) -> None:
    """Whoever sees a card can find the line that caused it."""
    (record,) = records(run("ask", "I can't breathe", "--json", "--explain", "--faq", faq))
    screening = record["explanation"]["screening"]
    assert screening["tier"] == "emergency"
    assert screening["found"][0]["pattern"] == "I can't breathe"
    assert record["explanation"]["method"] is None


def test_explain_is_readable_text(faq: Path) -> None:
    """Labels stand in one column, values in the other."""
    out = run("ask", HOW_LONG, "--explain", "--faq", faq).stdout
    for label in ("Decision    answer", "Best        ", "Runner-up   ", "Thresholds  answer_at"):
        assert f"\n{label}" in out
    assert "\n            score " in out


def test_top_is_readable_text(faq: Path) -> None:
    """Confidence, score and entry stand in columns."""
    out = run("ask", HOW_LONG, "--top", "2", "--faq", faq).stdout
    header, best, *_ = out.split("\n\n")[-1].splitlines()
    assert header.split() == ["sure", "score", "entry"]
    assert best.split()[-1] == "botox/how-long"


def test_unset_facts_are_one_line_on_stderr(unset: Path) -> None:
    """A warning never mixes with results."""
    result = run("ask", HOW_LONG, "--json", "--faq", unset)
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("faq/clinic.md: The clinic's name")
    assert len(records(result)) == 1


LOADED = """
import sys
from bot.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("args", "unwanted"),
    [
        (["ask", HOW_LONG, "--explain"], {"sklearn", "scipy", "aiohttp", "prompt_toolkit"}),
        (["ask", HOW_LONG, "--json"], {"sklearn", "scipy", "aiohttp", "prompt_toolkit"}),
        (["--help"], {"numpy", "aiohttp", "msgspec", "markdown_it", "bot.snapshot"}),
        (["serve", "--help"], {"numpy", "aiohttp", "msgspec", "markdown_it", "bot.snapshot"}),
    ],
)
def test_a_command_imports_only_what_it_needs(
    faq: Path, args: list[str], unwanted: set[str]
) -> None:
    """With a compiled index, a question costs no import that takes long."""
    process = subprocess.run(
        [sys.executable, "-c", LOADED, *args],
        capture_output=True,
        env=environment(ASKWELL_FAQ=str(faq)),
        timeout=60,
        check=True,
    )
    loaded = set(process.stderr.decode().split())
    assert "bot.cli.ask" in loaded
    assert not unwanted & loaded

"""Every compiled pattern of the product takes time in proportion to the text, whatever the text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from typing import TYPE_CHECKING

import pytest

import bot

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = (
    "channels",
    "dialogue",
    "journal",
    "numbers",
    "policy",
    "reading",
    "retrieval",
    "safety",
    "text",
)
"""What reads what patients write; for content there are tests with files of a megabyte."""
NOT_SEARCHED = {
    "bot.channels.bundle": "reads our own scripts and styles",
    "bot.journal.redaction_names._END": "is matched where a name ends, never searched for",
}
LENGTH = 10_000
"""Characters. A pattern in quadratic time needs a second for as many, a linear one nothing."""
SECONDS = 0.3
PIECES = (
    "a", "aB ", "a1", "1", "1 ", "1-", "1.1.", "0" * 9 + " ", " ", "\t", "\n", "\r\n", "_", "a_",
    "'", "a'", "a'b'", "\"", "-", "--", "- ", ".", "a.", "a.b@", "@", "a@a.", "a@a ", "://",
    "https://a", "/", "a/", "\\", "(", ")", "()", "[", "]", "[]", "[a](", "{", "}", "{#", "{a}",
    "<", "<a", "<a b='", "*", "**", "*a", "**a*", "`", "```", "#", "# ", "## ", "|", "| -", "+",
    ",", ", ", ":", "a:", ": a", ";", "!", "?", "=", "~", ">", "> ", "&", "&#", "%", "é", "ａ",
    "\u0301", "\u200b", "ﷺ", "😀", "can't ", "dont ", "my name is ", "Dr. A ", "born on ",
    "12 Oak Street ", "Kind: ", "Also asked:",
)  # fmt: skip
"""What is repeated to make a text."""


def compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each compiled pattern in the product's modules, with where it is kept."""
    for info in pkgutil.walk_packages(bot.__path__, "bot."):
        if info.name.split(".")[1] not in PARTS or re.search("training|migrations", info.name):
            continue
        if "kernel-" in info.name:  # a library without Python in it
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            yield from _patterns(f"{info.name}.{name}", value)


def _patterns(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _patterns(f"{name}[{key!r}]", each)
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from _patterns(name, each)


PATTERNS = {
    f"{name} {value.pattern[:30]}": value
    for name, value in compiled()
    if not name.startswith(tuple(NOT_SEARCHED))
}


def test_patterns_are_found() -> None:
    """There are many, the folding's, the parser's and the redactor's among them."""
    assert len(PATTERNS) > 30
    assert {name.split(".")[1] for name in PATTERNS} >= {"text", "reading", "safety", "journal"}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_linear_time(pattern: re.Pattern[str]) -> None:
    """Searching and matching a long text of repeated pieces, with an odd end, is done at once."""
    slow = []
    for piece in PIECES:
        text = (piece * LENGTH)[:LENGTH] + "\0!"
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        pattern.match(text)
        pattern.fullmatch(text)
        if time.process_time() - start > SECONDS:
            slow.append(piece)
    assert slow == []

"""What an utterance's form says: its clauses, whether it asks, whether it leans on the last turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKING = (
    "what|whats|how|hows|when|where|who|whom|why|which|does|do|did|is|are|was|were|can|could|will|"
    "would|should|may|am|has|have"
)
_SENTENCE = re.compile(r"(?<=[.?!;\n])\s+|\n+|\s+-+\s+")
_JOINED = re.compile(
    rf"(?:,|;|\band\b|\balso\b|\bplus\b|&)+\s*(?:(?:and|also|then|plus)\s+)*(?=(?:{_ASKING})\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    rf"\?|^(?:(?:so|and|but|also|ok|okay|hi|hello|hey|please|well|now)\b[\s,]*)*(?:{_ASKING})\b"
    r"|\b(?:tell me|explain|wonder\w*|want to know|need to know|like to know|question is|my question|asking)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    [
        "a",
        "about",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "but",
        "can",
        "could",
        "did",
        "do",
        "does",
        "else",
        "even",
        "ever",
        "examples",
        "explain",
        "for",
        "from",
        "give",
        "go",
        "going",
        "got",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "information",
        "info",
        "is",
        "it",
        "its",
        "just",
        "know",
        "let",
        "like",
        "many",
        "me",
        "mean",
        "more",
        "much",
        "my",
        "no",
        "now",
        "of",
        "ok",
        "okay",
        "on",
        "one",
        "ones",
        "or",
        "other",
        "others",
        "out",
        "please",
        "really",
        "right",
        "say",
        "she",
        "should",
        "so",
        "some",
        "such",
        "sure",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "this",
        "those",
        "to",
        "too",
        "us",
        "was",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "yeah",
        "yes",
        "you",
        "your",
        "detail",
        "details",
        "further",
        "example",
        "elaborate",
        "come",
        "on",
        "come",
    ]
)
_BACKWARD = frozenset(
    ["it", "that", "this", "they", "them", "those", "these", "he", "she", "one", "ones", "there"]
)
_LEADING = frozenset(["and", "but", "so", "or", "also", "then", "what"])
_ORDINALS = {
    "1": 0, "one": 0, "first": 0, "1st": 0, "2": 1, "two": 1, "second": 1, "2nd": 1,
    "3": 2, "three": 2, "third": 2, "3rd": 2, "4": 3, "four": 3, "fourth": 3, "4th": 3,
    "last": -1, "bottom": -1, "top": 0,
}  # fmt: skip
_NONE = frozenset(["none", "neither", "no", "nope", "nothing"])
MOST_CLAUSES = 8


def clauses(utterance: str) -> tuple[str, ...]:
    """Split an utterance into sentences, and those at "and how …", "also, does …"."""
    found = [
        clause.strip(" ,;-")
        for sentence in _SENTENCE.split(utterance)
        for clause in _JOINED.split(sentence)
    ]
    return tuple(clause for clause in found if any(char.isalnum() for char in clause))[
        -MOST_CLAUSES:
    ]


def asks(clause: str) -> bool:
    """Whether a clause reads like a question."""
    return bool(_QUESTION.search(clause.strip()))


def is_elliptical(utterance: str) -> bool:
    """Whether nothing in a short utterance names a subject: "like what?", "why?", "tell me more"."""
    read = words(fold(utterance))
    return 0 < len(read) <= 8 and all(word in _EMPTY for word in read)


def leans_back(utterance: str) -> bool:
    """Whether an utterance may lean on the last turn: "and …", "do they …", or very short."""
    read = words(fold(utterance))
    return len(read) <= 3 or read[0] in _LEADING or any(word in _BACKWARD for word in read)


def picked_option(utterance: str, offered: Sequence[str]) -> str | None:
    """Return which offered entry "2" or "the first one" means, "" for "none", None for neither."""
    read = [
        word
        for word in words(fold(utterance))
        if word
        not in {"the", "option", "number", "of", "these", "them", "please", "it", "is", "thanks"}
    ]
    if not offered or not read or len(read) > 2:
        return None
    if read[0] in _NONE:
        return ""
    if read[-1] == "one" and len(read) > 1:
        read.pop()
    at = _ORDINALS.get(read[0]) if len(read) == 1 else None
    return offered[at] if at is not None and at < len(offered) else None

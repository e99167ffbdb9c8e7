"""What an utterance's form says: its clauses, whether it asks, whether it leans on the last turn.

English only. Everything here looks at function words; what the utterance is about is the
retriever's business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.text import fold, said

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CLAUSES = 8
"""Only the last ones of a long message are looked at: the question tends to come at the end."""
SHORT = 8
"""Words up to which an utterance may be elliptical."""

_ASKING = (
    "what|whats|how|hows|when|where|who|whom|why|which|does|do|did|is|are|was|were|can|could|"
    "will|would|should|may|am|has|have"
)
_SENTENCE = re.compile(r"(?<=[.?!;:\n])\s+|\n+|(?<!\s)\s++-++\s+|(?<!\s),?\s++(?=because\b)")
_MAY_END = re.compile(r"\.|\?|!|;|:|\n|-|because")
"""What every end of a sentence but the last holds; a choice of plain texts is found soon."""
_JOINED = re.compile(
    rf"(?:,|;|&|\b(?:and|also|plus)\b)\s*(?:(?:and|also|then|plus)\s+){{0,3}}(?=(?:{_ASKING})\b)",
    re.IGNORECASE,
)
_MAY_JOIN = re.compile(r",|;|&|and\s|also\s|plus\s")
"""The same for what joins clauses, in lower case; beyond plain English more letters match."""
_OPENING = r"(?:(?:so|and|but|also|ok|okay|hi|hello|hey|please|well|now)\b[\s,]*){0,4}"
_QUESTION = re.compile(
    rf"^\s*{_OPENING}(?:{_ASKING})\b|\b(?:tell (?:me|us)|explain|wonder(?:s|ed|ing)?|curious|"
    r"(?:wants?|wanted|needs?|like|love) to (?:know|ask|find out|hear)|question is|my question|"
    r"asking|(?:ask(?:s|ed)?(?: you| me)?|find out|know|sure) (?:if|whether))\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more|else|go on|continue|further|elaborate|next|besides|like what|such as|examples?|"
    r"details?)\b|^and\W*$"
)
_FUNCTION_WORDS = frozenset(
    "a about after again all also am an and any anything are as at be besides both but can come "
    "could did different do does each else even ever everything for from further give go going "
    "got had has have he her him his how i if in info information is it its just kind know let "
    "like many me mean more much my next no nothing now of ok okay on one ones only or other "
    "others out please really right same say she should so some something sort such sure tell "
    "than that the their them then there these they thing things this those to too us was way we "
    "well were what when where which who why will with would yeah yes you your detail details "
    "elaborate example examples explain".split()
)
_BACKWARD = frozenset("it that this they them those these he him she her one ones there".split())
_PLURAL = frozenset("they them those these".split())
_LEADING = frozenset("and but so or also then what".split())
_FILLERS = frozenset("the option number of these them please it is thanks".split())
_NONE = frozenset("none neither no nope nothing".split())
_ORDINALS = {
    "1": 0, "one": 0, "first": 0, "1st": 0, "2": 1, "two": 1, "second": 1, "2nd": 1,
    "3": 2, "three": 2, "third": 2, "3rd": 2, "4": 3, "four": 3, "fourth": 3, "4th": 3,
    "last": -1, "bottom": -1, "top": 0,
}  # fmt: skip


_new = tuple.__new__  # in half of the time that a record's own constructor takes


class Form(NamedTuple):
    """The form of one utterance or clause."""

    text: str
    leans_back: bool
    """It may refer to the last answer: "and …", "do they …", or very short."""
    plural: bool
    """It speaks of "they" or "those", which Botox is not."""
    elliptical: bool
    """It names no subject of its own: "why?", "like what?"."""
    wants_more: bool
    """It is elliptical and asks for more: "tell me more", "what else?"."""

    @property
    def asks(self) -> bool:
        """It reads like a question."""
        return "?" in self.text or bool(_QUESTION.search(self.text))


def form(text: str) -> Form:
    """Return the form of an utterance or a clause."""
    words = said(text)
    elliptical = 0 < len(words) <= SHORT and _FUNCTION_WORDS.issuperset(words)
    wants_more = elliptical and bool(_MORE.search(fold(text)))
    leans_back = len(words) <= 3 or words[0] in _LEADING or not _BACKWARD.isdisjoint(words)
    return _new(Form, (text, leans_back, not _PLURAL.isdisjoint(words), elliptical, wants_more))


def clauses(utterance: str) -> tuple[str, ...]:
    """Split an utterance into sentences, and those before "and how …" or ", does …"."""
    found = [utterance]
    if _MAY_END.search(utterance.rstrip(".?!")):
        found = _SENTENCE.split(utterance)
    if not utterance.isascii() or _MAY_JOIN.search(utterance.lower()):
        found = [part for sentence in found for part in _JOINED.split(sentence)]
    spoken = [part for each in found if any(map(str.isalnum, part := each.strip(" ,;-")))]
    return tuple(spoken[-MOST_CLAUSES:])


def picked_option(utterance: str, offered: Sequence[str]) -> str | None:
    """Return which offered entry "2" or "the first one" means, "" for "none", else None."""
    picked = _picked(utterance) if offered else None
    if picked is None:
        return None
    if picked in _NONE:
        return ""
    at = _ORDINALS[picked]
    return offered[at] if at < len(offered) else None


def may_pick(utterance: str) -> bool:
    """Whether an utterance would pick one of some offered entries, or none of them."""
    return _picked(utterance) is not None


def _picked(utterance: str) -> str | None:
    """Return the word that picks."""
    words = [word for word in said(utterance) if word not in _FILLERS]
    if not 1 <= len(words) <= 2:
        return None
    if len(words) == 2 and words[1] != "one":  # "no, parking" says more than "no"
        return None
    return words[0] if words[0] in _NONE or words[0] in _ORDINALS else None

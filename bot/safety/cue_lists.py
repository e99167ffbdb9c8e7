"""The cue lists of `red-flags.md` written as expressions, some of them put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.safety.expressions import Written

if TYPE_CHECKING:
    from collections.abc import Callable


def written_cues(one: Callable[..., Written]) -> dict[str, Written]:
    """Write each of the `Cues`; `one` returns the lists of some names as one expression."""
    before = _Before({name: one(name) for name in _BEFORE})
    return {
        "denied": before.denied(),
        "asked_of": before.listed("asked of"),
        "inverted": before.inverted(),
        "supposed": before.supposed(),
        "used_to": before.listed("long ago"),
        "breaks": one("breaks"),
        "denying": one("denying words"),
        "idiom": one("figures of speech"),
        "over": one("over"),
        "live": one("happening now"),
        "long_ago": one("long ago"),
        "earlier": one("earlier"),
        "long_standing": one("long-standing"),
        "general": one("general question"),
        "treatment": one("would it help"),
        "had_shot": one("since the shot"),
        "heard_of": one("heard of"),
        "medicine": one("asked about medicines"),
        "subject": one("subject"),
        "person": before.person(),
        "people": one("first person", "third person"),
        "third": one("third person"),
        "past": one("past tense"),
        "present": one("present tense"),
    }


_BEFORE: Final = (
    "denial", "plain not", "filler", "or", "breaks", "asked of", "modal", "subject", "person",
    "supposed", "unsure", "long ago", "helping verb",
)  # fmt: skip
"""Lists of which the expressions that end right before a finding are made."""


class _Before:
    """Builds the expressions that end right before a finding."""

    def __init__(self, lists: dict[str, Written]) -> None:
        self._lists = lists
        self._filler = f"(?:{self._source('filler')}){{0,3}}"

    def listed(self, name: str) -> Written:
        """Write a list and fillers."""
        return self._ending(name, f"(?:{self._source(name)}){self._filler}")

    def denied(self) -> Written:
        """Write a denial and fillers ("not having any"), or a list that ends in "or".

        The "not" of "can not" denies nothing.
        """
        denial, more = self._source("denial"), self._source("or")
        any_words = f"(?:(?!{self._source('breaks')}).){{1,6}}?"
        can = f"(?:\\A|(?!{self._source('modal')}{self._source('plain not')}).)"
        source = f"{can}(?:{denial})(?:{any_words}(?:{more}))?{self._filler}"
        return self._ending("denial", source)

    def inverted(self) -> Written:
        """Write a modal verb that no subject precedes, and one to three words for the subject."""
        subject, modal = self._source("subject"), self._source("modal")
        who = f"(?:{subject}|{self._source('person')}|{self._source('filler')}){{1,3}}"
        return self._ending("modal", f"(?:\\A|(?!{subject}).)(?:{modal}){who}")

    def supposed(self) -> Written:
        """Write an "if" that no "know" or "not sure" precedes."""
        clause = f"((?:(?!{self._source('breaks')}).){{0,6}})"
        source = f"(?:\\A|(?!{self._source('unsure')}).)(?:{self._source('supposed')}){clause}"
        return self._ending("supposed", source)

    def person(self) -> Written:
        """Write a person whom no helping verb precedes: not the "I" of "should I expect"."""
        person = self._lists["person"]
        source = f"(?<!{self._source('helping verb')}){person.source}"
        return Written(source, person.needs)

    def _source(self, name: str) -> str:
        return self._lists[name].source

    def _ending(self, name: str, source: str) -> Written:
        main = self._lists[name]
        return Written(f"(?:{source})\\Z", main.needs)

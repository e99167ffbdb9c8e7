"""The cue lists of `red-flags.md`: the words that weaken a finding or show that it is happening.

Every list may be missing: then fewer findings are weakened, and more cards are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from bot.safety.expressions import Expression

if TYPE_CHECKING:
    from bot.safety.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Cues:
    """The cue lists as expressions; those of the first group end right before a finding."""

    denied: Expression
    asked_of: Expression
    """A general question about what follows: "can it cause …"."""
    inverted: Expression
    """A modal verb and a subject: "could my throat …"."""
    supposed: Expression
    """An "if" and up to six words, which are group 1."""
    used_to: Expression

    breaks: Expression
    """Words behind which a new clause begins: "but", "because"."""
    denying: Expression
    idiom: Expression
    over: Expression
    live: Expression
    """It is happening; overrules the past and general questions."""
    long_ago: Expression
    earlier: Expression
    """The past, but perhaps of this treatment: counts with a verb in the past only."""
    long_standing: Expression
    general: Expression
    treatment: Expression
    """Asks whether a treatment would help."""
    had_shot: Expression
    heard_of: Expression
    """Asks whether what happened to somebody else is common."""
    medicine: Expression
    """Asks whether a medicine brings thoughts of self-harm."""

    subject: Expression
    person: Expression
    """A person at hand: "my", "she"; in a question not the "I" of "can I"."""
    people: Expression
    third: Expression
    """Somebody other than the person who writes."""
    past: Expression
    present: Expression

    def all(self) -> list[Expression]:
        """Return every cue."""
        return [getattr(self, field.name) for field in fields(self)]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Cues:
        """Read the cue lists of a lexicon."""
        one = lexicon.listed
        before = _Before({name: one(name) for name in _BEFORE})
        return cls(
            denied=before.denied(),
            asked_of=before.listed("asked of"),
            inverted=before.inverted(),
            supposed=before.supposed(),
            used_to=before.listed("long ago"),
            breaks=one("breaks"),
            denying=one("denying words"),
            idiom=one("figures of speech"),
            over=one("over"),
            live=one("happening now"),
            long_ago=one("long ago"),
            earlier=one("earlier"),
            long_standing=one("long-standing"),
            general=one("general question"),
            treatment=one("would it help"),
            had_shot=one("since the shot"),
            heard_of=one("heard of"),
            medicine=one("asked about medicines"),
            subject=one("subject"),
            person=before.person(),
            people=one("first person", "third person"),
            third=one("third person"),
            past=one("past tense"),
            present=one("present tense"),
        )


_BEFORE: Final = (
    "denial", "plain not", "filler", "or", "breaks", "asked of", "modal", "subject", "person",
    "supposed", "unsure", "long ago", "helping verb",
)  # fmt: skip
"""Lists of which the expressions that end right before a finding are made."""


class _Before:
    """Builds the expressions that end right before a finding."""

    def __init__(self, lists: dict[str, Expression]) -> None:
        self._lists = lists
        self._filler = f"(?:{self._source('filler')}){{0,3}}"

    def listed(self, name: str) -> Expression:
        """Write a list and fillers."""
        return self._ending(name, f"(?:{self._source(name)}){self._filler}")

    def denied(self) -> Expression:
        """Write a denial and fillers ("not having any"), or a list that ends in "or".

        The "not" of "can not" denies nothing.
        """
        denial, more = self._source("denial"), self._source("or")
        any_words = f"(?:(?!{self._source('breaks')}).){{1,6}}?"
        can = f"(?:\\A|(?!{self._source('modal')}{self._source('plain not')}).)"
        source = f"{can}(?:{denial})(?:{any_words}(?:{more}))?{self._filler}"
        return self._ending("denial", source)

    def inverted(self) -> Expression:
        """Write a modal verb that no subject precedes, and one to three words for the subject."""
        subject, modal = self._source("subject"), self._source("modal")
        who = f"(?:{subject}|{self._source('person')}|{self._source('filler')}){{1,3}}"
        return self._ending("modal", f"(?:\\A|(?!{subject}).)(?:{modal}){who}")

    def supposed(self) -> Expression:
        """Write an "if" that no "know" or "not sure" precedes."""
        clause = f"((?:(?!{self._source('breaks')}).){{0,6}})"
        source = f"(?:\\A|(?!{self._source('unsure')}).)(?:{self._source('supposed')}){clause}"
        return self._ending("supposed", source)

    def person(self) -> Expression:
        """Write a person whom no helping verb precedes: not the "I" of "should I expect"."""
        person = self._lists["person"]
        source = f"(?<!{self._source('helping verb')}){person.source}"
        return Expression(source, person.needs, person.bits)

    def _source(self, name: str) -> str:
        return self._lists[name].source

    def _ending(self, name: str, source: str) -> Expression:
        main = self._lists[name]
        return Expression(f"(?:{source})\\Z", main.needs, main.bits)

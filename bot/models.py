"""The records that all parts share. Standard library only; every record is frozen.

Those that each turn makes are named tuples, which are made in a third of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


# --- content -------------------------------------------------------------------------------


class Kind(StrEnum):
    """What an entry is about; decides on the disclaimer and on which checks apply."""

    CLINICAL = "clinical"
    """Carries the disclaimer; must name its source and its review dates."""
    PRACTICAL = "practical"
    SMALL_TALK = "small talk"
    NOT_COVERED = "not covered"
    """A subject that the FAQ deliberately does not answer; the reply is the honest fallback."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    strong: bool = False
    em: bool = False
    href: str | None = None
    """An https:, tel:, sms: or mailto: address, or None."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of short texts, with bullets or numbers."""

    items: tuple[tuple[Run, ...], ...]
    ordered: bool = False


Block: TypeAlias = Paragraph | Listing


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way in which patients ask an entry."""

    text: str
    line: int
    """Line in the topic file, from 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One curated question with its phrasings and its answer."""

    id: str
    """`topic/slug`, or `topic/` and the short id that the heading names in `{#short-id}`."""
    question: str
    """The heading, as it is shown to patients."""
    phrasings: tuple[Phrasing, ...]
    """What stands under "Also asked"; the heading itself is not repeated here."""
    answer: tuple[Block, ...]
    kind: Kind
    topic: str
    """Stem of the file's name."""
    path: str
    """The file as messages name it, such as `faq/botox.md`."""
    line: int
    """Line of the heading, from 1."""
    source: str | None = None
    reviewed: date | None = None
    review_by: date | None = None
    related: tuple[str, ...] = ()
    """Full ids of entries to offer next and to prefer in follow-ups."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One content file."""

    id: str
    title: str
    path: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's own facts, from `clinic.md`. What staff have not filled in is None."""

    name: str | None = None
    phone: str | None = None
    website: str | None = None
    hours: str | None = None
    """Link to the page with the opening hours."""
    country: str | None = None
    """Two letters (US, UK, EU, MX); decides on the emergency and crisis numbers."""
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Wording:
    """The curated texts around the answers, from `wording.md`: name → blocks."""

    texts: Mapping[str, tuple[Block, ...]]
    starters: tuple[str, ...] = ()
    """Full ids of the entries that are offered when the chat opens."""


class Tier(StrEnum):
    """How urgent a red flag is, most urgent first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    URGENT = "urgent"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One block of `red-flags.md`: ways in which patients describe one danger."""

    id: str
    title: str
    tier: Tier
    patterns: tuple[Phrasing, ...]
    path: str
    line: int
    language: str = "en"
    sources: str | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class RedFlags:
    """All of `red-flags.md`: the patterns and the fixed texts, by name."""

    flags: tuple[RedFlag, ...]
    texts: Mapping[str, tuple[Block, ...]]
    """Fixed reply texts by name, such as `emergency`, `emergency-es`, `crisis`."""
    lists: Mapping[str, tuple[Phrasing, ...]] = field(default_factory=dict)
    """Word lists that patterns name in braces, and modifier lists."""


@dataclass(frozen=True, slots=True)
class Faq:
    """All that was loaded from one FAQ folder."""

    topics: tuple[Topic, ...]
    clinic: Clinic
    wording: Wording
    red_flags: RedFlags
    synonyms: tuple[tuple[str, ...], ...]
    """Groups of words or phrases that mean the same; the first one stands for all."""
    version: str
    """The first 12 hex digits of the SHA-256 of the folder's content."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries of all topics, in file order."""
        return tuple(entry for topic in self.topics for entry in topic.entries)


class Level(StrEnum):
    """How bad a content problem is."""

    ERROR = "error"
    """The content is not served."""
    WARNING = "warning"
    """Served, but staff should look at it."""
    HINT = "hint"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in the content, in words for the person who edits it."""

    path: str
    line: int
    """From 1; 0 when the whole file or folder is meant."""
    message: str
    """One sentence: what is wrong."""
    fix: str = field(compare=False, default="")
    """One or two sentences: what to do."""
    level: Level = field(compare=False, default=Level.ERROR)
    column: int = field(compare=False, default=1)
    excerpt: tuple[tuple[int, str], ...] = field(compare=False, default=())
    """The lines that are shown: number and text."""
    pointer: str = field(compare=False, default="")
    """A few words printed behind the caret."""


# --- retrieval -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was taken for a misspelling."""

    typed: str
    taken_as: str


class Query(NamedTuple):
    """The normalised utterance, as the retriever sees it."""

    text: str
    """The utterance with misspelt words repaired, contractions written out."""
    words: tuple[str, ...]
    """Its words, with each synonym replaced by the word that stands for its group."""
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term that spoke for a hit, with its share of the score."""

    text: str
    weight: float


class Hit(NamedTuple):
    """An entry with its score."""

    entry: str
    score: float
    """Raw similarity; comparable within one ranking only."""
    confidence: float
    """Calibrated probability that this entry is the right answer, 0 to 1."""
    nearest: float = 0.0
    """Best TF-IDF cosine with one of the entry's phrasings; 1 for the very words."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits for one query, best first."""

    query: Query
    hits: tuple[Hit, ...]
    refusal: Hit | None = None
    """The subject that is not covered, or the background, with the best score; its confidence is
    the probability that no entry is right, 1 less the best hit's."""
    method: str = "tfidf"
    """`tfidf`, or `fuzzy` when no term was known and rapidfuzz found the hits."""


# --- the turn ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flagged:
    """One pattern of the red-flag screen that matched."""

    flag: str
    tier: Tier
    pattern: str
    matched: str
    modifiers: tuple[str, ...] = ()
    """What weakened it, such as `negated` or `general question`; empty for a live red flag."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen found in one utterance."""

    tier: Tier | None = None
    """The most urgent live red flag, or None."""
    text: str | None = None
    """Name of the fixed text to show, such as `crisis-other`; None when tier is None."""
    notice: bool = False
    """A danger is mentioned but not as happening now: the reply carries one line about 911."""
    found: tuple[Flagged, ...] = ()
    language: str = "en"
    """Language of what was found; a notice in it is named `notice-es`."""


class Answer(NamedTuple):
    """One entry answers; two when the patient asked two things."""

    entries: tuple[str, ...]
    confidence: float
    rule: str
    subject: str | None = None
    """Id of the not-covered entry that another part of the message asked for, if any."""


class Clarify(NamedTuple):
    """Did you mean …: two to four curated questions, best first."""

    entries: tuple[str, ...]
    confidence: float
    rule: str


class Fallback(NamedTuple):
    """An honest "I don't know" with what to do next."""

    rule: str
    text: str = "fallback"
    """Name of the wording to use."""
    subject: str | None = None
    """Id of the not-covered entry that the question was recognised as, if any."""
    offer: tuple[str, ...] = ()
    """Entries that may help all the same, offered as choices."""


class Handoff(NamedTuple):
    """The clinic's contact details, when asked for or after repeated misses."""

    rule: str


class RedFlagged(NamedTuple):
    """A red flag: the fixed text of its tier, before and regardless of retrieval."""

    tier: Tier
    text: str
    rule: str


class SmallTalk(NamedTuple):
    """A greeting, thanks or goodbye."""

    entry: str
    rule: str


Decision: TypeAlias = Answer | Clarify | Fallback | Handoff | RedFlagged | SmallTalk


class ReplyKind(StrEnum):
    """What a reply is; the wire's `kind`."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    URGENT = "urgent"
    ADVICE = "advice"
    SMALL_TALK = "small_talk"


class Choice(NamedTuple):
    """A quick reply."""

    entry: str | None
    """None is "None of these"."""
    label: str


class Reply(NamedTuple):
    """What the patient reads."""

    kind: ReplyKind
    blocks: tuple[Block, ...]
    text: str
    """The blocks as plain text."""
    entries: tuple[str, ...] = ()
    confidence: float = 0.0
    choices: tuple[Choice, ...] = ()
    disclaimer: str | None = None
    source: str | None = None
    reviewed: str | None = None
    """Day of the last review, ISO 8601."""


class State(NamedTuple):
    """What the next turn needs to know of the conversation. Travels with the client."""

    conversation: str = ""
    shown: tuple[str, ...] = ()
    """Entries of the last answer first, then earlier ones; at most six."""
    offered: tuple[str, ...] = ()
    """The open "did you mean", in the order shown."""
    misses: int = 0
    """Turns in a row that were not answered."""
    clarified: int = 0
    """Clarifications in a row."""
    alert: Tier | None = None
    """Tier of the last red-flag card in this conversation."""
    tail: str = ""
    """The last utterance, cut to 200 characters, to see a message that was split in two."""


class Turn(NamedTuple):
    """One utterance and its reply, with all that led to it."""

    reply: Reply
    state: State
    decision: Decision
    screening: Screening
    ranking: Ranking | None = None
    """None when a red flag or a pressed choice decided without retrieval."""

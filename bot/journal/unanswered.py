"""What was asked and not answered, similar questions together, judged by today's content."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.dialogue import respond
from bot.journal.records import Near, Outcome
from bot.models import Answer, Clarify, Fallback, State
from bot.retrieval.groups import group
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.journal.records import Kept, Question
    from bot.models import Ranking, Turn
    from bot.snapshot import Snapshot

NEAREST = 3
"""Entries that are named for a group."""
MOST = 8_000
"""Different wordings that are looked at, the newest; grouping them takes 256 MB of memory."""
_TAKEN_OUT = re.compile(
    r"(?:\b(?:my name is|this is|i['’]?m|i am|me llamo|soy)\s)?\[[a-z]+\]", re.IGNORECASE
)
"""What redaction left in the place of an identifier, with what introduced a name."""
_ASKED = (Outcome.UNANSWERED, Outcome.NONE_OF_THESE)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask about the same."""

    count: int
    """How often they were asked, repeats included."""
    none_of_these: int
    """How many of these times the patient said "None of these" to what was offered."""
    first: int
    """Start of the hour, whole seconds since 1970, UTC."""
    last: int
    examples: tuple[str, ...]
    """The different wordings, what was asked most often first, then the most typical ones."""
    nearest: tuple[Near, ...]
    """Entries of today's content with the mean confidence over the wordings, best first."""
    subject: str | None
    """Id of the subject that is not covered, if most wordings are recognised as that today."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """All groups, the largest first."""

    version: str
    """Of the content that judged."""
    groups: tuple[Group, ...]
    questions: int
    """How many questions the groups hold."""
    answered_today: int
    """Questions that were not answered then and are now; they are in no group."""
    wordless: int
    """Times that a patient said "None of these" and the words were no longer known."""
    left_out: int = 0
    """Older questions that were not looked at, because there are more than MOST."""


@dataclass
class _Wording:
    """One way to ask, however often."""

    text: str
    times: list[Question] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    """A wording that today's content does not answer."""

    wording: _Wording
    times: tuple[Question, ...]
    """The questions that are still open."""
    ranking: Ranking | None
    subject: str | None


def unanswered(
    kept: Kept, snapshot: Snapshot, *, steps: Callable[[int], Callable[[], None]] | None = None
) -> Unanswered:
    """Return what is not answered, in groups; the same rows and content give the same.

    `steps` is told how many steps there will be, and gives what is called at each.
    """
    asked = [question for question in kept.questions if question.outcome in _ASKED]
    wordings = _wordings(question for question in asked if question.text.strip())
    looked_at = wordings[:MOST]
    step = steps(2 * len(looked_at)) if steps else _nothing
    changed = _changed(kept)
    found = [each for one in looked_at if (each := _open(one, snapshot, changed, step))]
    groups = group([_bare(each.wording.text) for each in found], step=step)
    questions = sum(len(each.times) for each in found)
    return Unanswered(
        version=snapshot.version,
        groups=_sorted(_group([found[at] for at in members]) for members in groups),
        questions=questions,
        answered_today=sum(len(each.times) for each in looked_at) - questions,
        wordless=sum(not question.text.strip() for question in asked),
        left_out=sum(len(each.times) for each in wordings[MOST:]),
    )


def _nothing() -> None:
    """Show no progress."""


def _wordings(questions: Iterable[Question]) -> list[_Wording]:
    """Return the wordings, the newest first; case, signs and accents make no difference."""
    found: dict[tuple[str, ...], _Wording] = {}
    for question in sorted(questions, key=lambda each: -each.at):
        key = tuple(words(fold(question.text))) or (question.text,)
        found.setdefault(key, _Wording(question.text)).times.append(question)
    return list(found.values())


def _bare(text: str) -> str:
    """Leave out what redaction put in: two questions are not alike because both had a name."""
    return _TAKEN_OUT.sub(" ", text)


def _changed(kept: Kept) -> Mapping[str, int]:
    """Return when each entry was last edited or added."""
    return {
        entry: version.at
        for version in kept.versions
        for entry in (*version.added, *version.changed)
    }


def _open(
    wording: _Wording, snapshot: Snapshot, changed: Mapping[str, int], step: Callable[[], None]
) -> _Open | None:
    """Ask today's content; None where it leaves nothing open."""
    step()
    turn = respond(snapshot, State(), _bare(wording.text) or wording.text)
    match turn.decision:
        case Answer(entries=entries):
            times = [each for each in wording.times if _refused(each, entries, changed)]
        case Clarify() | Fallback():
            times = wording.times
        case _:  # a red flag, small talk or the clinic's own number: more than an answer
            times = []
    if not times:
        return None
    return _Open(wording, tuple(times), turn.ranking, _subject(turn))


def _refused(question: Question, entries: Sequence[str], changed: Mapping[str, int]) -> bool:
    """Whether what would answer today was offered then, did not help, and is still the same."""
    if question.outcome is not Outcome.NONE_OF_THESE:
        return False
    offered = {near.entry for near in question.near}
    return all(each in offered and changed.get(each, 0) <= question.at for each in entries)


def _subject(turn: Turn) -> str | None:
    return turn.decision.subject if isinstance(turn.decision, Fallback) else None


def _group(members: Sequence[_Open]) -> Group:
    """Add up a group; its members come the most typical first."""
    times = [question for each in members for question in each.times]
    often = sorted(members, key=lambda each: -len(each.times))
    return Group(
        count=len(times),
        none_of_these=sum(each.outcome is Outcome.NONE_OF_THESE for each in times),
        first=min(each.at for each in times),
        last=max(each.at for each in times),
        examples=tuple(each.wording.text for each in often),
        nearest=_nearest(members),
        subject=_most(members),
    )


def _nearest(members: Sequence[_Open]) -> tuple[Near, ...]:
    sure: defaultdict[str, float] = defaultdict(float)
    for each in members:
        for hit in each.ranking.hits if each.ranking else ():
            sure[hit.entry] += hit.confidence
    best = sorted(sure.items(), key=lambda item: (-item[1], item[0]))[:NEAREST]
    return tuple(Near(entry, total / len(members)) for entry, total in best)


def _most(members: Sequence[_Open]) -> str | None:
    subject, many = Counter(each.subject for each in members).most_common(1)[0]
    return subject if 2 * many > len(members) else None


def _sorted(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda each: (-each.count, -each.last, each.examples)))

"""Decision + wording → reply. The disclaimer is added here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, assert_never

from bot.models import (
    Answer,
    Choice,
    Clarify,
    Fallback,
    Handoff,
    Kind,
    Listing,
    Paragraph,
    RedFlagged,
    Reply,
    ReplyKind,
    Run,
    SmallTalk,
)
from bot.numbers import numbers
from bot.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.models import Block, Clinic, Decision, Entry, Faq

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
NEXT_QUESTIONS = 3
"""How many related questions an answer offers as quick replies."""
REPLIES_KEPT = 2_048
"""How many written replies are kept, 2 KiB each; there are about as many as there are entries."""
_CONFIDENCE: Final = Reply._fields.index("confidence")
_new = tuple.__new__  # in half of the time that a record's own constructor takes
Values = dict[str, tuple[Run, ...]]


@dataclass(frozen=True, slots=True)
class Replies:
    """Writes replies in the words of one FAQ."""

    faq: Faq
    entries: Mapping[str, Entry]
    values: Mapping[str, tuple[Run, ...]]
    """What stands for each placeholder."""
    _written: dict[tuple[object, ...], Reply] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Replies written before, by what they say; at most REPLIES_KEPT."""

    @classmethod
    def of(cls, faq: Faq) -> Replies:
        """Prepare the replies of a FAQ: the clinic's facts become placeholders' values."""
        values = clinic_values(faq.clinic)
        contact = "contact-with-phone" if faq.clinic.phone else "contact-without-phone"
        values["contact"] = _runs(fill(faq.wording.texts[contact], values))
        by_text = faq.red_flags.texts.get("or-text", ()) if "crisis_text" in values else ()
        values["or_text"] = (Run(" "), *_runs(fill(by_text, values))) if by_text else ()
        return cls(faq, {entry.id: entry for entry in faq.entries}, values)

    def compose(self, decision: Decision, *, card: str = "") -> Reply:
        """Return the reply for a decision, with a fixed text of `red-flags.md` at its end if named.

        What it says is written once and kept.
        """
        said = (card, *_content(decision))
        reply = self._written.get(said)
        if reply is None:
            if len(self._written) >= REPLIES_KEPT:
                self._written.clear()
            after = self.card(card) if card else ()
            reply = self._written[said] = with_notes(self._write(decision), after=after)
        if isinstance(decision, (Answer, Clarify)):
            return _with_confidence(reply, decision.confidence)
        return reply

    def _write(self, decision: Decision) -> Reply:
        """Write a reply, without its confidence."""
        match decision:
            case Answer():
                return self._answer(decision)
            case Clarify():
                none = Choice(None, plain(self.faq.wording.texts["none-of-these"]))
                choices = (*self.choices(decision.entries), none)
                return make(ReplyKind.CLARIFY, self.text("clarify"), decision.entries, choices)
            case Fallback():
                subject = self._subject(decision.subject)
                blocks = self.text(decision.text, subject=subject)
                return make(ReplyKind.FALLBACK, blocks, choices=self.choices(decision.offer))
            case Handoff():
                return make(ReplyKind.HANDOFF, self.text("handoff"))
            case RedFlagged():
                return make(ReplyKind(decision.tier), self.card(decision.text))
            case SmallTalk():
                answer = fill(self.entries[decision.entry].answer, self.values)
                return make(ReplyKind.SMALL_TALK, answer, (decision.entry,))
            case _:
                assert_never(decision)

    def text(self, name: str, **values: str) -> tuple[Block, ...]:
        """Return a text of `wording.md`, placeholders filled."""
        also = {key: (Run(value),) for key, value in values.items()}
        return fill(self.faq.wording.texts[name], {**self.values, **also})

    def card(self, name: str) -> tuple[Block, ...]:
        """Return a fixed text of `red-flags.md`, placeholders filled.

        One that is not there gives way to what it is a variant of (`crisis-other` to `crisis`), or
        to the text of that name in `wording.md`; where there is neither, nothing is said.
        """
        texts = self.faq.red_flags.texts
        general = texts.get(name.partition("-")[0], self.faq.wording.texts.get(name, ()))
        return fill(texts.get(name, general), self.values)

    def choices(self, entries: Iterable[str]) -> tuple[Choice, ...]:
        """Return entries as quick replies with their curated questions."""
        return tuple(Choice(entry, self.entries[entry].question) for entry in entries)

    def _answer(self, decision: Answer) -> Reply:
        entries = [self.entries[entry] for entry in decision.entries]
        blocks = [block for entry in entries for block in fill(entry.answer, self.values)]
        if len(entries) > 1:
            blocks = [*self.text("two-answers")]
            for entry in entries:
                title = Paragraph((Run(entry.question, strong=True),))
                blocks += [title, *fill(entry.answer, self.values)]
        if decision.subject:
            blocks += self.text("not-covered", subject=self._subject(decision.subject))
        clinical = any(entry.kind is Kind.CLINICAL for entry in entries)
        related = [one for entry in entries for one in entry.related if one not in decision.entries]
        reply = make(ReplyKind.ANSWER, blocks, decision.entries, self.choices(_first(related)))
        return reply._replace(
            disclaimer=plain(self.text("disclaimer")) if clinical else None,
            source="; ".join(dict.fromkeys(entry.source for entry in entries if entry.source))
            or None,
            reviewed=min(
                (entry.reviewed.isoformat() for entry in entries if entry.reviewed), default=None
            ),
        )

    def _subject(self, entry: str | None) -> str:
        return self.entries[entry].question if entry else ""


def _content(decision: Decision) -> tuple[object, ...]:
    """Return what a decision wants to be said: all of it but its confidence and its rule."""
    match decision:
        case Answer(entries=entries, subject=subject):
            return (Answer, entries, subject)
        case Clarify(entries=entries):
            return (Clarify, entries)
        case Fallback(text=text, subject=subject, offer=offer):
            return (Fallback, text, subject, offer)
        case Handoff():
            return (Handoff,)
        case RedFlagged(tier=tier, text=text):
            return (RedFlagged, tier, text)
        case SmallTalk(entry=entry):
            return (SmallTalk, entry)


def _with_confidence(reply: Reply, confidence: float) -> Reply:
    return _new(Reply, (*reply[:_CONFIDENCE], confidence, *reply[_CONFIDENCE + 1 :]))


def make(
    kind: ReplyKind,
    blocks: Iterable[Block],
    entries: tuple[str, ...] = (),
    choices: tuple[Choice, ...] = (),
) -> Reply:
    """Return a reply with its plain text made from its blocks."""
    blocks = tuple(blocks)
    return Reply(kind, blocks, plain(blocks), entries, choices=choices)


def with_notes(reply: Reply, *, before: Iterable[Block] = (), after: Iterable[Block] = ()) -> Reply:
    """Return the reply with blocks put in front of its text and behind it."""
    before, after = tuple(before), tuple(after)
    if not (before or after):
        return reply
    parts = (before, plain(before)), (reply.blocks, reply.text), (after, plain(after))
    texts = [text for blocks, text in parts if blocks]
    return reply._replace(blocks=(*before, *reply.blocks, *after), text="\n\n".join(texts))


def clinic_values(clinic: Clinic) -> Values:
    """Return what stands for the placeholders that name the clinic and the emergency numbers."""
    lines = numbers(clinic.country)
    values: Values = {
        "clinic": (Run(clinic.name or "the clinic"),),
        "emergency": (_dial(lines.emergency),),
        "crisis": (_dial(lines.crisis),),
        "poison": (_dial(lines.poison),),
    }
    if lines.crisis_text:
        values["crisis_text"] = (Run(lines.crisis_text, href=f"sms:{_digits(lines.crisis_text)}"),)
    if clinic.phone:
        values["phone"] = (_dial(clinic.phone),)
    return values


def fill(blocks: Iterable[Block], values: Mapping[str, tuple[Run, ...]]) -> tuple[Block, ...]:
    """Return the blocks with each `{name}` replaced by its runs; unknown names stay as they are."""
    return tuple([_fill_block(block, values) for block in blocks])


def _fill_block(block: Block, values: Mapping[str, tuple[Run, ...]]) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_fill(block.runs, values))
    return Listing(tuple([_fill(item, values) for item in block.items]), block.ordered)


def _fill(runs: Iterable[Run], values: Mapping[str, tuple[Run, ...]]) -> tuple[Run, ...]:
    return tuple([part for run in runs for part in _fill_run(run, values) if part.text])


def _fill_run(run: Run, values: Mapping[str, tuple[Run, ...]]) -> Iterable[Run]:
    if "{" not in run.text:
        yield run
        return
    for at, piece in enumerate(_PLACEHOLDER.split(run.text)):
        if at % 2 == 0:
            yield Run(piece, run.strong, run.em, run.href)
        elif piece not in values:
            yield Run("{" + piece + "}", run.strong, run.em, run.href)
        else:
            for value in values[piece]:
                strong, em = run.strong or value.strong, run.em or value.em
                yield Run(value.text, strong, em, value.href or run.href)


def _runs(blocks: Iterable[Block]) -> tuple[Run, ...]:
    """Return the blocks as one stretch of text, a space between them."""
    lines: list[tuple[Run, ...]] = []
    for block in blocks:
        lines.extend([block.runs] if isinstance(block, Paragraph) else block.items)
    return tuple(run for line in lines for run in (Run(" "), *line))[1:]


def _dial(number: str) -> Run:
    """Return a telephone number as a link that also dials its extension (RFC 3966)."""
    line, *extension = re.split(r"ext\.?|x", number, flags=re.IGNORECASE)
    parts = (_digits(line), *(f"ext={_digits(each)}" for each in extension))
    return Run(number, href=f"tel:{';'.join(parts)}")


def _digits(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)


def _first(entries: list[str]) -> list[str]:
    return list(dict.fromkeys(entries))[:NEXT_QUESTIONS]

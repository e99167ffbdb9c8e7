"""Replies are put together from curated texts only, and none can lose its disclaimer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Answer,
    Clarify,
    Clinic,
    Fallback,
    Handoff,
    Kind,
    Listing,
    Paragraph,
    RedFlagged,
    ReplyKind,
    Run,
    SmallTalk,
    Tier,
)
from bot.numbers import NUMBERS
from bot.replies import Replies, fill, make, with_notes
from bot.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.models import Block, Decision, Faq
    from bot.snapshot import Snapshot

HOW_LONG, WHEN, PARK = "botox/how-long", "botox/when-it-works", "parking/where-can-i-park"
UNSET = Clinic()
SET = Clinic(name="Windmill Clinic", phone="+1 555 010 0200", country="US")
CALL = (Paragraph((Run("Call {phone}, "), Run("{clinic}", strong=True))),)


@pytest.fixture(scope="module")
def replies(windmill: Snapshot) -> Replies:
    """Return replies in the words of the Windmill Clinic."""
    return windmill.replies


def replies_with(faq: Faq, clinic: Clinic) -> Replies:
    """Return replies of a FAQ with other facts in its `clinic.md`."""
    return Replies.of(replace(faq, clinic=clinic))


def every_text(replies: Replies) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield all that a patient can read, by name."""
    for name in replies.faq.wording.texts:
        yield name, replies.text(name, query="is it safe", subject="prices")
    for name in replies.faq.red_flags.texts:
        yield name, replies.card(name)
    for entry in replies.entries.values():
        if entry.kind is not Kind.NOT_COVERED:
            yield entry.id, replies.compose(Answer((entry.id,), 1.0, "chosen")).blocks


# --- the disclaimer ------------------------------------------------------------------------


@pytest.mark.parametrize("other", [(), (PARK,), (WHEN,)])
def test_clinical_answers_carry_the_disclaimer(replies: Replies, other: tuple[str, ...]) -> None:
    """An answer with one clinical entry in it says that it is no medical advice."""
    reply = replies.compose(Answer((HOW_LONG, *other), 1.0, "likely enough"))
    assert reply.disclaimer == plain(replies.text("disclaimer"))


@pytest.mark.parametrize(
    "decision",
    [
        Answer((PARK,), 1.0, "likely enough"),
        Clarify((HOW_LONG, WHEN), 0.3, "several may be meant"),
        Fallback("nothing likely"),
        Fallback("nothing likely", offer=(HOW_LONG,)),
        Fallback("subject", "not-covered", "not-covered/prices"),
        Handoff("missed several times"),
        *(RedFlagged(tier, tier.value, "red flag") for tier in Tier),
        SmallTalk("small-talk/hello", "small talk"),
    ],
)
def test_no_other_reply_carries_it(replies: Replies, decision: Decision) -> None:
    """What says nothing clinical has no disclaimer, least of all an emergency."""
    assert replies.compose(decision).disclaimer is None


def test_every_clinical_entry_of_the_shipped_faq(shipped: Snapshot) -> None:
    """Each clinical entry that we ship is shown with the disclaimer, and only those are."""
    for entry in shipped.faq.entries:
        reply = shipped.replies.compose(Answer((entry.id,), 1.0, "chosen"))
        assert (reply.disclaimer is not None) == (entry.kind is Kind.CLINICAL), entry.id


# --- kinds of replies ----------------------------------------------------------------------


def test_answer(replies: Replies) -> None:
    """An answer has its entry's text, source and last review, and offers what is related."""
    reply = replies.compose(Answer((HOW_LONG,), 0.9, "likely enough"))
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text == "Usually 10 to 30 minutes. It depends on the size of the area."
    assert (reply.entries, reply.confidence) == ((HOW_LONG,), 0.9)
    assert reply.source == 'treatment-page, "How Long Does It Take"'
    assert reply.reviewed == "2026-11-20"
    assert [choice.entry for choice in reply.choices] == [WHEN, PARK]


def test_two_answers(replies: Replies) -> None:
    """Two answers stand one below the other, each under its question."""
    reply = replies.compose(Answer((PARK, HOW_LONG), 0.9, "two questions"))
    parts = ["You asked two things.", "Where can I park?", "Lot B", "How long does", "10 to 30"]
    places = [reply.text.find(part) for part in parts]
    assert places == sorted(places)
    assert -1 not in places
    assert [choice.entry for choice in reply.choices] == [WHEN]


def test_two_answers_name_the_older_review(windmill: Snapshot) -> None:
    """Of two answers the day of the older review counts."""
    old = replace(windmill.entries[WHEN], reviewed=date(2026, 1, 2))
    replies = replace(windmill.replies, entries={**windmill.entries, WHEN: old})
    reply = replies.compose(Answer((HOW_LONG, WHEN), 0.9, "two questions"))
    assert reply.reviewed == "2026-01-02"
    assert reply.source == 'treatment-page, "How Long Does It Take"; treatment-page'


def test_answer_beside_a_subject_that_is_not_covered(replies: Replies) -> None:
    """Where only half of a message can be answered, the other half is named."""
    reply = replies.compose(Answer((PARK,), 0.9, "two questions", "not-covered/prices"))
    assert "Lot B" in reply.text
    assert "I don't have an answer about prices and insurance." in reply.text


def test_clarify(replies: Replies) -> None:
    """The choices are the curated questions as staff wrote them, and "None of these" last."""
    reply = replies.compose(Clarify((WHEN, PARK), 0.3, "several may be meant"))
    labels = ["When does it start to work?", "Where can I park?", "None of these"]
    assert [choice.label for choice in reply.choices] == labels
    assert [choice.entry for choice in reply.choices] == [WHEN, PARK, None]


@pytest.mark.parametrize(
    ("decision", "kind", "text"),
    [
        (Fallback("x"), "fallback", "I don't have an answer to that."),
        (Fallback("x", "fallback-again"), "fallback", "I still don't have an answer."),
        (Fallback("x", "none-chosen"), "fallback", "Please try other words."),
        (Handoff("x"), "handoff", "A person can help you. Please call us at +1 555 010 0200."),
        (SmallTalk("small-talk/thanks", "x"), "small_talk", "You are welcome."),
        (RedFlagged(Tier.EMERGENCY, "emergency", "x"), "emergency", "Call 911 now."),
        (RedFlagged(Tier.CRISIS, "crisis", "x"), "crisis", "Call or text 988."),
        (RedFlagged(Tier.CRISIS, "crisis-other", "x"), "crisis", "Stay with them if you can."),
        (RedFlagged(Tier.URGENT, "urgent", "x"), "urgent", "Please call the clinic today."),
        (RedFlagged(Tier.ADVICE, "advice", "x"), "advice", "about your own case."),
    ],
)
def test_other_kinds(replies: Replies, decision: Decision, kind: str, text: str) -> None:
    """Each decision becomes a reply of its own kind in the clinic's words."""
    reply = replies.compose(decision)
    assert (reply.kind, text in reply.text) == (ReplyKind(kind), True)


@pytest.mark.parametrize(
    ("name", "text"),
    [("crisis-taken", "You deserve support."), ("unavailable", "I can't answer"), ("reminder", "")],
)
def test_missing_card(replies: Replies, name: str, text: str) -> None:
    """A fixed text that staff have not written gives way to a general one, never to a fault."""
    assert name not in replies.faq.red_flags.texts
    assert plain(replies.card(name)).startswith(text)


# --- facts of the clinic -------------------------------------------------------------------


@pytest.mark.parametrize("clinic", [UNSET, SET], ids=["unset", "set"])
def test_every_shipped_text_reads_well(shipped: Snapshot, clinic: Clinic) -> None:
    """Whether the clinic's facts are set or not, no braces, gaps or placeholders are left."""
    unused = {"none-of-these", "contact-without-phone" if clinic.phone else "contact-with-phone"}
    for name, blocks in every_text(replies_with(shipped.faq, clinic)):
        text = plain(blocks)
        assert name in unused or not re.search(r"[{}]|\bNone\b|  | [.,!?]|\(\)", text), (name, text)
        assert text.strip()


@pytest.mark.parametrize("country", NUMBERS)
def test_every_shipped_card_reads_well_in_each_country(shipped: Snapshot, country: str) -> None:
    """No fixed text of a red flag names a number that the country does not have."""
    replies = replies_with(shipped.faq, Clinic(country=country))
    shown = [name for name in replies.faq.red_flags.texts if name != "or-text"]
    cards = {name: plain(replies.card(name)) for name in shown}
    assert [name for name, text in cards.items() if "{" in text] == []
    assert ("send a text message to 988" in cards["crisis"]) == (country == "US")


def test_contact_without_a_phone(shipped: Snapshot) -> None:
    """While there is no number, nobody is told to call one."""
    text = plain(replies_with(shipped.faq, UNSET).text("handoff"))
    assert "the clinic" in text
    assert "at ." not in text


def test_contact_with_a_phone(shipped: Snapshot) -> None:
    """The clinic's number can be pressed to call it."""
    runs = [run for block in replies_with(shipped.faq, SET).text("handoff") for run in _runs(block)]
    assert Run("+1 555 010 0200", href="tel:+15550100200") in runs
    assert any(run.text == "Windmill Clinic" for run in runs)


def test_extension_is_dialled_behind_the_number(windmill: Snapshot) -> None:
    """An extension is not run together with the number."""
    replies = replies_with(windmill.faq, Clinic(phone="(555) 010-0200 ext. 12"))
    assert replies.values["phone"][0].href == "tel:5550100200;ext=12"


@pytest.mark.parametrize("country", NUMBERS)
def test_emergency_number_of_the_country(shipped: Snapshot, country: str) -> None:
    """An emergency names the number of the clinic's country, as a link to call it."""
    replies = replies_with(shipped.faq, Clinic(country=country))
    number = NUMBERS[country].emergency
    runs = [run for block in replies.card("emergency") for run in _runs(block)]
    assert f"tel:{number}" in [run.href for run in runs]


def test_contact_of_several_paragraphs(windmill: Snapshot) -> None:
    """A contact text of more than one block is still one sentence after the other."""
    blocks = (Paragraph((Run("Call us."),)), Listing(((Run("Or write."),), (Run("Or come."),))))
    texts = {**windmill.faq.wording.texts, "contact-with-phone": blocks}
    faq = replace(windmill.faq, wording=replace(windmill.faq.wording, texts=texts))
    assert plain(Replies.of(faq).text("handoff")).endswith("help you. Call us. Or write. Or come.")


# --- filling and putting together ----------------------------------------------------------

runs = st.builds(Run, st.text("ab {}"), strong=st.booleans(), href=st.none() | st.just("tel:1"))
rows = st.lists(runs, max_size=4).map(tuple)
blocks = st.lists(st.builds(Paragraph, rows) | st.builds(Listing, st.lists(rows).map(tuple)))


def test_fill() -> None:
    """A placeholder is replaced by its value, which takes on the style around it."""
    values = {"phone": (Run("555", href="tel:555"),), "clinic": (Run("Windmill"),)}
    filled = (Run("Call "), Run("555", href="tel:555"), Run(", "), Run("Windmill", strong=True))
    assert fill(CALL, values) == (Paragraph(filled),)


def test_fill_keeps_a_link() -> None:
    """A placeholder in the text of a link stays a part of the link."""
    page = (Paragraph((Run("{clinic}", href="https://windmill.example/"),)),)
    filled = (Run("Windmill", href="https://windmill.example/"),)
    assert fill(page, {"clinic": (Run("Windmill"),)}) == (Paragraph(filled),)


@given(blocks)
def test_fill_changes_nothing_else(blocks: list[Block]) -> None:
    """Text without known placeholders reads the same after filling."""
    assert plain(fill(blocks, {"phone": (Run("555"),)})) == plain(blocks)


@given(blocks, blocks, blocks)
def test_text_is_always_that_of_the_blocks(
    before: list[Block], body: list[Block], after: list[Block]
) -> None:
    """The plain text of a reply and its blocks say the same, notes included."""
    reply = with_notes(make(ReplyKind.ANSWER, body), before=before, after=after)
    assert reply.blocks == (*before, *body, *after)
    assert reply.text == plain(reply.blocks)


def _runs(block: Block) -> tuple[Run, ...]:
    if isinstance(block, Paragraph):
        return block.runs
    return tuple(run for item in block.items for run in item)

"""An index can be built from any FAQ, small or odd, and an edit shows at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.models import Entry, Kind, Paragraph, Phrasing, Run, Topic
from bot.retrieval.analysis import Analyzer
from bot.retrieval.build import build_index
from bot.retrieval.corpus import ANSWER_WEIGHT, background, read_corpus
from bot.retrieval.index import BACKGROUND

if TYPE_CHECKING:
    from bot.models import Faq
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

PARKING = ["Where can I park?", "is there a car park", "where do I leave my car"]
LENGTH = ["How long does it take?", "how many minutes is a visit", "is it quick"]
SUBJECTS = "price insurance dose wrinkles alcohol driving flying pregnancy aspirin sport".split()
ASKED = ["where can I park", "xyzzy", "", "привет", "🙂", "how much is it and why " * 40]


def entry(name: str, asked: list[str], kind: Kind = Kind.PRACTICAL) -> Entry:
    """Write an entry; the first of what is asked is its heading."""
    phrasings = tuple(Phrasing(text, 1) for text in asked[1:])
    answer = (Paragraph((Run(f"The answer about {name} is short."),)),)
    return Entry(f"made/{name}", asked[0], phrasings, answer, kind, "made", "faq/made.md", 1)


def faq_of(base: Faq, *entries: Entry) -> Faq:
    """Return a FAQ with these entries only."""
    topic = Topic("made", "Made", "faq/made.md", entries)
    return replace(base, topics=(topic,), synonyms=(), version=f"made-{len(entries)}")


def best(index: Index, text: str) -> str | None:
    """Return the entry that a text finds first."""
    return next((hit.entry for hit in index.rank(index.read(text)).hits), None)


SHAPES = {
    "one entry": [entry("park", PARKING)],
    "one entry, one phrasing": [entry("park", PARKING[:1])],
    "two entries": [entry("park", PARKING), entry("length", LENGTH)],
    "one phrasing each": [
        *(entry(each, [f"What about {each}?"]) for each in SUBJECTS),
        entry("park", PARKING[:1]),
    ],
    "one with many phrasings": [
        entry("park", PARKING + [f"parking lot {each}" for each in SUBJECTS * 8]),
        entry("length", LENGTH[:1]),
    ],
    "other scripts": [
        entry("park", PARKING),
        entry("russian", ["Где парковка?"]),
        entry("emoji", ["🚗🅿️"]),
    ],
    "the same twice": [entry("park", PARKING), entry("again", PARKING)],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_faq(windmill: Snapshot, shape: str) -> None:
    """However few entries and phrasings there are, each heading finds its entry."""
    index = build_index(faq_of(windmill.faq, *SHAPES[shape]))
    assert all(len(index.rank(index.read(text)).hits) <= len(SHAPES[shape]) for text in ASKED)
    wordy = [each for each in SHAPES[shape] if each.id not in {"made/emoji", "made/again"}]
    assert [best(index, each.question) for each in wordy] == [each.id for each in wordy]
    hits = [hit for text in ASKED for hit in index.rank(index.read(text)).hits]
    assert all(0 <= hit.confidence <= 1 for hit in hits)


def test_faq_without_an_answer(windmill: Snapshot) -> None:
    """Where only subjects that are not covered are written down, nothing is found."""
    index = build_index(faq_of(windmill.faq, entry("price", ["prices"], Kind.NOT_COVERED)))
    assert not any(index.rank(index.read(text)).hits for text in ["prices", *ASKED])


def test_the_same_faq_gives_the_same_ranking(windmill: Snapshot) -> None:
    """Two builds rank alike, so that every process answers alike."""
    again = build_index(windmill.faq)
    for text in ["how long is it", "wehre can i prak", "thanks", "what is the capital of france"]:
        first, second = (index.rank(index.read(text)) for index in (windmill.index, again))
        assert [(hit.entry, hit.score) for hit in first.hits] == [
            (hit.entry, hit.score) for hit in second.hits
        ]
        pairs = zip(first.hits, second.hits, strict=True)
        assert all(abs(one.confidence - two.confidence) < 0.01 for one, two in pairs)


# --- what is learned from ------------------------------------------------------------------


def test_corpus(windmill: Snapshot) -> None:
    """Entries come first, then subjects that are not covered, then general questions."""
    corpus = read_corpus(windmill.faq.entries, Analyzer())
    assert corpus.labels[corpus.answerable - 1] == "small-talk/talk-to-a-person"
    assert corpus.labels[corpus.answerable :] == ("not-covered/prices", BACKGROUND)
    assert (np.diff(corpus.label) >= 0).all()
    assert (corpus.label == corpus.label.max()).sum() == len(background())


def test_answers_count_less_than_phrasings(windmill: Snapshot) -> None:
    """The text of an answer helps to find it, but less; small talk is found by phrasings only."""
    corpus = read_corpus(windmill.faq.entries, Analyzer())
    rows = dict(zip(corpus.words, zip(corpus.label, corpus.weight, strict=True), strict=True))
    _, weight = rows[tuple("most people notice it within a week".split())]
    assert weight == ANSWER_WEIGHT < 1
    assert tuple("you are welcome".split()) not in rows


def test_background_is_general() -> None:
    """The shipped general questions are many, each different, and none is about this treatment."""
    assert len(set(background())) == len(background()) > 100
    assert not [text for text in background() if "botox" in text.casefold()]


# --- edits ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def edited(windmill: Snapshot) -> Index:
    """Return the index of the Windmill Clinic's FAQ after an entry was added, quickly built."""
    topic = Topic("made", "Made", "faq/made.md", (entry("pets", ["May I bring my dog?"]),))
    faq = replace(windmill.faq, topics=(*windmill.faq.topics, topic), version="edited")
    return build_index(faq, windmill.index)


def test_an_edit_is_found_at_once(edited: Index) -> None:
    """A quick build finds what was added, and says that it is not the whole."""
    assert best(edited, "can I bring my dog") == "made/pets"
    assert (edited.whole, edited.version) == (False, "edited")


@pytest.mark.parametrize("text", ["how long is it", "where is the car park", "when does it help"])
def test_an_edit_leaves_the_rest(windmill: Snapshot, edited: Index, text: str) -> None:
    """A quick build finds the same as before for what was not edited."""
    assert best(edited, text) == best(windmill.index, text)


def test_removed_entry_is_found_no_more(windmill: Snapshot) -> None:
    """After a quick build without an entry nothing leads to it."""
    kept = tuple(topic for topic in windmill.faq.topics if topic.id != "parking")
    index = build_index(replace(windmill.faq, topics=kept), windmill.index)
    assert "parking/where-can-i-park" not in index.labels
    assert best(index, "where can I park") != "parking/where-can-i-park"


def test_large_edit_is_built_as_a_whole(windmill: Snapshot) -> None:
    """Where almost everything changed, everything is fitted anew."""
    entries = [entry(each, [f"What about {each}?"]) for each in [*SUBJECTS, "bus", "train"]]
    assert build_index(faq_of(windmill.faq, *entries), windmill.index).whole

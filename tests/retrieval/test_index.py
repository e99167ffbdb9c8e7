"""An index ranks whatever it is asked, and can say why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.models import Kind
from bot.retrieval.calibration import FEATURES
from bot.retrieval.index import BACKGROUND
from bot.snapshot import check_snapshot

if TYPE_CHECKING:
    from bot.models import Ranking
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

ODD = [
    "",
    " ",
    "?",
    "🙂" * 50,
    "x" * 1_000,
    "how long " * 111,
    "привет как дела",
    "你好吗",
    "שלום",
    "a'b'c",
]
asked = st.sampled_from("how long does botox last is it safe parking hi 10 привет 🙂 no".split())
texts = st.text(max_size=60) | st.lists(asked).map(" ".join)


@pytest.fixture(scope="module")
def index(shipped: Snapshot) -> Index:
    """Return the index of the FAQ that we ship."""
    return shipped.index


def rank(index: Index, text: str) -> Ranking:
    """Rank the entries for a text."""
    return index.rank(index.read(text))


def check(index: Index, ranking: Ranking) -> None:
    """Hold what is true of every ranking."""
    confidences = [hit.confidence for hit in ranking.hits]
    assert all(0 <= each <= 1 for each in confidences)
    assert confidences == sorted(confidences, reverse=True)
    entries = [hit.entry for hit in ranking.hits]
    assert len(set(entries)) == len(entries)
    assert set(entries) <= set(index.labels[: index.answerable])


@settings(max_examples=60)
@given(text=texts)
def test_every_text_is_ranked(index: Index, text: str) -> None:
    """Any text gets entries in the order of their confidence, each from 0 to 1."""
    check(index, rank(index, text))


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_ranked(index: Index, text: str) -> None:
    """Nothing, emoji, other scripts and very long texts are ranked like all others."""
    check(index, rank(index, text))


@settings(max_examples=25)
@given(text=texts)
@example("how long does botox last")
def test_refusal(index: Index, text: str) -> None:
    """Beside the entries stands what speaks for refusing: a subject, or general questions."""
    ranking = rank(index, text)
    if ranking.refusal is not None:
        assert ranking.refusal.entry in index.labels[index.answerable :]
        best = ranking.hits[0].confidence
        assert ranking.refusal.confidence == pytest.approx(1 - best)


def test_labels(shipped: Snapshot) -> None:
    """Entries can be found, subjects that are not covered and general questions only refused."""
    index, entries = shipped.index, shipped.entries
    shown, refused = index.labels[: index.answerable], index.labels[index.answerable :]
    assert {entries[label].kind for label in shown}.isdisjoint({Kind.NOT_COVERED})
    assert refused[-1] == BACKGROUND
    assert {entries[label].kind for label in refused[:-1]} == {Kind.NOT_COVERED}


def test_every_phrasing_finds_its_entry(shipped: Snapshot) -> None:
    """Of all phrasings that we ship at least 99 in 100 find their own entry first."""
    entries = [entry for entry in shipped.faq.entries if entry.kind is not Kind.NOT_COVERED]
    lost = [problem.message for problem in check_snapshot(shipped)]
    assert len(lost) <= 0.01 * sum(1 + len(entry.phrasings) for entry in entries), lost


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("How long does Botox last?", "results/duration"),
        ("how long dose botx lsat", "results/duration"),
        ("what are teh side efects of the shots", "results/side-effects"),
        ("is it painful", "treatment/does-it-hurt"),
        ("can the jabs help my migraines", "conditions/migraine"),
        ("thanks a lot", "small-talk/thanks"),
    ],
)
def test_best_hit(index: Index, text: str, entry: str) -> None:
    """The entry that a question means comes first, misspelt or not."""
    assert rank(index, text).hits[0].entry == entry


@pytest.mark.parametrize(
    ("text", "subject"),
    [("how much does it cost", "not-covered/prices"), ("am I too old for it", "not-covered/age")],
)
def test_best_refusal(index: Index, text: str, subject: str) -> None:
    """A subject that is not covered speaks for refusing, more than any entry for answering."""
    ranking = rank(index, text)
    assert ranking.refusal is not None
    assert ranking.refusal.entry == subject
    assert ranking.refusal.confidence > ranking.hits[0].confidence


@pytest.mark.parametrize("top", [1, 3, 1_000])
def test_top(index: Index, top: int) -> None:
    """As many entries come back as were asked for, the same ones first."""
    query = index.read("how long does botox last")
    ranking = index.rank(query, top=top)
    assert len(ranking.hits) == min(top, index.answerable)
    best = index.rank(query).hits[0]
    assert ranking.hits[0].entry == best.entry
    assert ranking.hits[0].confidence == pytest.approx(best.confidence)  # numpy adds up by shape


def test_synonyms_are_read_alike(windmill: Snapshot) -> None:
    """Two words of one synonym group make the same query."""
    first, second = (windmill.index.read(f"does the {word} hurt") for word in ("jab", "shot"))
    assert first.words == second.words
    assert first.text != second.text


def test_query(index: Index) -> None:
    """A query holds its words, and which of them were repaired."""
    query = index.read("How long dose Botx LAST?!")
    assert query.text == "how long does botox last"
    assert [each.typed for each in query.corrections] == ["dose", "botx"]
    assert index.read("How long dose Botx LAST?!", repair=False).corrections == ()


def test_other_questions_change_nothing(index: Index) -> None:
    """What is remembered of earlier queries never shows."""
    before = rank(index, "how long dose botx lsat")
    for text in ODD:
        rank(index, text)
    assert rank(index, "how long dose botx lsat") == before


# --- explaining ----------------------------------------------------------------------------


@settings(max_examples=25)
@given(text=texts)
def test_parts_add_up_to_the_score(index: Index, text: str) -> None:
    """The parts of an explanation add up to the score of the hit."""
    ranking = rank(index, text)
    for hit in ranking.hits[:2]:
        why = index.explain(ranking.query, hit.entry)
        assert sum(why.parts.values()) == pytest.approx(hit.score, abs=1e-4)
        assert list(why.features) == list(FEATURES)


def test_shared_words(index: Index) -> None:
    """An explanation names the words of the query that the entry uses, the weightiest first."""
    query = index.read("will the effect of botox last on the moon")
    terms = index.explain(query, "results/duration").terms
    assert {"effect", "last"} <= {term.text for term in terms}
    assert "moon" not in {term.text for term in terms}
    weights = [term.weight for term in terms]
    assert weights == sorted(weights, reverse=True)
    assert 0 < sum(weights) <= 1


# --- the fallback --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blind(windmill: Snapshot) -> Index:
    """Return an index that knows no term, so that TF-IDF finds nothing."""
    return replace(windmill.index, rows=replace(windmill.index.rows, terms={}, word_terms=0))


def test_fuzzy_fallback(blind: Index) -> None:
    """Where no term is known, the phrasing that is written most alike is found."""
    ranking = rank(blind, "where do I laeve my cra")
    assert (ranking.method, ranking.hits[0].entry) == ("fuzzy", "parking/where-can-i-park")
    check(blind, ranking)


@pytest.mark.parametrize("text", ["", "你好吗", "the tallest mountain of peru"])
def test_nothing_is_alike(blind: Index, text: str) -> None:
    """What is like no phrasing finds nothing."""
    assert rank(blind, text).hits == ()

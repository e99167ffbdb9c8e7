"""A large FAQ is ranked by the same cosines as a small one, for the labels that are looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Hit
from bot.retrieval import build
from bot.retrieval.compacting import is_fitted
from bot.retrieval.compared import open_comparer
from bot.retrieval.kernel import load
from bot.retrieval.large import find, hashed, hashes, in_common, sorted_hashes
from bot.retrieval.pairs import Pairs
from bot.retrieval.scoring import cosines, encode, meanings
from bot.retrieval.sifting import Sifter, Without
from bot.retrieval.store import read, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.models import Faq
    from bot.retrieval.compared import Ranked
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

ASKED = (
    "where do I leave my car",
    "how soon does botox kick in",
    "park park parking",
    "wher can i prak",
    "is it going to rain tomorrow",
    "xyzzy",
)


WORDS = st.one_of(
    st.sampled_from(
        "where can i park my car botox kick in how soon does it rain wher prak".split()
    ),
    st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=9),
)
needs_compiler = pytest.mark.skipif(load() is None, reason="nothing was compiled here")


@pytest.fixture(scope="module")
def index(windmill: Snapshot) -> Index:
    """Build the index of the small FAQ as that of a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "MOST", 0)
        return build.build_index(windmill.faq)


@pytest.fixture
def sifter(index: Index) -> Sifter:
    """Return what ranks in it."""
    assert index.sifter is not None
    return index.sifter


def edited(faq: Faq, question: str) -> Faq:
    """Return the FAQ with another question on its first entry."""
    topic = faq.topics[0]
    entries = (replace(topic.entries[0], question=question), *topic.entries[1:])
    return replace(faq, topics=(replace(topic, entries=entries), *faq.topics[1:]), version="edited")


@pytest.mark.parametrize("text", ASKED)
def test_cosines_are_those_of_a_small_faq(windmill: Snapshot, sifter: Sifter, text: str) -> None:
    """Rows as numbers of words give the TF-IDF cosines of scikit-learn's, to 1e-6."""
    words = text.split()
    rows, asked = windmill.index.rows, sifter.ask(words)
    encoded = encode(rows, words, asked.words.vector)
    common = in_common(sifter.large, asked.words, asked.chars, np.arange(rows.labels))
    assert common.by_terms == pytest.approx(cosines(rows, encoded), abs=1e-6)
    assert common.by_meaning == pytest.approx(meanings(rows, encoded), abs=5e-3)


def assert_alike(compiled: Ranked, plain: Ranked) -> None:
    """Assert that two rankings are the same but for rounding.

    Entries that are equally likely to 1e-6 may change places.
    """
    assert compiled.refusal == plain.refusal
    assert compiled.refusal_score == pytest.approx(plain.refusal_score, abs=1e-3)
    for entry, other in zip(compiled.entries, plain.entries, strict=True):
        alike = entry.label == other.label
        assert entry.confidence == pytest.approx(other.confidence, abs=1e-3 if alike else 1e-6)
    known = {each.label: each for each in plain.entries}
    for entry in compiled.entries:
        if entry.label in known:
            assert entry.features == pytest.approx(known[entry.label].features, abs=1e-3)


@needs_compiler
@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("text", [*ASKED, "", "naïve café 🙂", "car " * 40, "x" * 3_000])
def test_compiled_and_plain_agree(sifter: Sifter, text: str, every: bool) -> None:
    """What is compiled says the same of each entry as NumPy: its place, its features."""
    words = text.split()
    assert_alike(sifter.rank(words, 3, every=every), sifter.rank_plainly(words, 3, every=every))


@needs_compiler
@given(st.lists(WORDS, max_size=12))
def test_drawn_texts(index: Index, words: list[str]) -> None:
    """Compiled and plain agree on any words, those of the FAQ and others."""
    assert index.sifter is not None
    assert_alike(index.sifter.rank(words, 3), index.sifter.rank_plainly(words, 3))


@needs_compiler
@pytest.mark.parametrize("text", ASKED)
def test_left_out(sifter: Sifter, text: str) -> None:
    """A label or a row that is left out is as if it were not there, compiled and plainly."""
    plain, words = replace(sifter), text.split()
    vars(plain)["comparer"] = None
    for without in (Without(label=1), Without(row=2), Without(label=0, row=0)):
        one, other = sifter.find(words, without), plain.find(words, without)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one[0] == other[0] != without.label
            assert one[1] == pytest.approx(other[1], abs=1e-3)


@needs_compiler
@pytest.mark.parametrize("name", ["weight", "stem", "own_start", "gram_idf", "vectors"])
def test_parts_that_do_not_fit(sifter: Sifter, name: str) -> None:
    """Arrays of which one is too short are not looked into."""
    damaged = replace(sifter.large, **{name: getattr(sifter.large, name)[:-1]})
    with pytest.raises(ValueError, match="do not fit each other"):
        open_comparer(replace(sifter, large=damaged))


@needs_compiler
def test_too_much_to_ask(sifter: Sifter) -> None:
    """More words than are made room for, or more entries, are left to the plain way."""
    assert sifter.comparer is not None
    assert sifter.comparer.rank(["car"] * 1_025, 3) is None
    assert sifter.comparer.rank(["car"], 17) is None
    assert sifter.rank(["car"] * 1_025, 3) == sifter.rank_plainly(["car"] * 1_025, 3)


def test_each_heading_finds_its_entry(windmill: Snapshot, index: Index) -> None:
    """What staff wrote is found, by sifting and by looking at all."""
    for entry in (each for each in windmill.faq.entries if each.id in index.labels[:3]):
        query = index.read(entry.question)
        assert index.rank(query).hits[0].entry == index.rank_all(query).hits[0].entry == entry.id


def test_nothing_asked_finds_nothing(index: Index) -> None:
    """A text without words, or without a known part of one, has no hits."""
    assert index.rank(index.read("")).hits == ()
    assert index.rank(index.read("🙂")).hits == ()


def test_explained(index: Index) -> None:
    """The parts of a hit's score add up to it, and the words that it shares are named."""
    query = index.read("where can I park")
    best = index.rank(query).hits[0]
    why = index.explain(query, best.entry)
    assert sum(why.parts.values()) == pytest.approx(best.score, abs=1e-4)
    assert why.features["score"] == pytest.approx(best.score, abs=1e-4)
    assert "park" in [term.text for term in why.terms]


def test_written_and_read(windmill: Snapshot, index: Index, tmp_path: Path) -> None:
    """A compiled index of a large FAQ ranks, repairs and explains as the one that was built."""
    write(index, tmp_path / "index.npz")
    again = read(tmp_path / "index.npz", windmill.faq)
    assert again is not None
    for text in ASKED:
        query = index.read(text)
        assert again.read(text) == query
        assert again.rank(query) == index.rank(query)


@needs_compiler
def test_damaged_and_read(windmill: Snapshot, index: Index, tmp_path: Path) -> None:
    """A compiled index whose parts do not fit is no index, so that it is built anew."""
    assert index.large is not None
    shorter = replace(index.large, weight=index.large.weight[:-1])
    write(replace(index, large=shorter), tmp_path / "index.npz")
    assert read(tmp_path / "index.npz", windmill.faq) is None


def test_an_edited_answer_builds_nothing(windmill: Snapshot, index: Index) -> None:
    """The index stays as it is while no phrasing changes; else the whole is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "MOST", 0)
        same = build.build_index(replace(windmill.faq, version="next"), index)
        other = build.build_index(edited(windmill.faq, "Is it a zebra?"), index)
    assert same.large is index.large
    assert other.whole
    assert other.large is not index.large
    assert isinstance(other.rank(other.read("zebra")).hits[0], Hit)


@pytest.fixture(scope="module")
def compact(windmill: Snapshot) -> Index:
    """Build the index of the small FAQ as one of some thousand phrasings: fitted, and sifted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "WORDS", 0)
        return build.build_index(windmill.faq)


@pytest.mark.parametrize("text", ASKED)
def test_compact_ranks_as_fitted(windmill: Snapshot, compact: Index, text: str) -> None:
    """Kept as a large FAQ, the FAQ gives the same scores, but for the steps of vectors."""
    hits, before = (
        {hit.entry: hit for hit in each.rank_all(each.read(text)).hits}
        for each in (compact, windmill.index)
    )
    assert hits.keys() == before.keys()
    for entry, hit in hits.items():
        assert hit.score == pytest.approx(before[entry].score, abs=0.02)
        assert hit.confidence == pytest.approx(before[entry].confidence, abs=0.02)


@needs_compiler
@given(st.lists(WORDS, max_size=12))
def test_compact_and_plain_agree(compact: Index, words: list[str]) -> None:
    """With a classifier that knows n-grams, too, compiled and plain agree."""
    assert compact.sifter is not None
    assert_alike(compact.sifter.rank(words, 3), compact.sifter.rank_plainly(words, 3))


def test_an_edit_of_a_compact_one(windmill: Snapshot, compact: Index) -> None:
    """An edited question is fitted alone; all other weights are carried over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "WORDS", 0)
        quick = build.build_index(edited(windmill.faq, "Is it a zebra?"), compact)
    assert quick.large is not None
    assert not quick.whole
    assert is_fitted(quick)
    assert quick.rank(quick.read("zebra")).hits[0].entry == windmill.faq.topics[0].entries[0].id
    for text in ("where do I leave my car", "is there a car park"):
        now, before = (each.rank(each.read(text)).hits[0] for each in (quick, compact))
        assert now.entry == before.entry
        assert now.score == pytest.approx(before.score, abs=0.1)


def test_a_small_faq_after_a_large_one(windmill: Snapshot, index: Index) -> None:
    """Where a large FAQ has become a small one, it is built as a small one."""
    assert build.build_index(edited(windmill.faq, "Is it a zebra?"), index).large is None


def test_names_are_found_by_their_hashes() -> None:
    """A known name has its number, an unknown one has none."""
    known, numbers = sorted_hashes(["park", "car", "é"])
    assert find(known, numbers, ["car", "é", "park"]).tolist() == [1, 2, 0]
    assert find(known, numbers, ["bus", ""]).tolist() == [-1, -1]
    assert find(known[:0], numbers[:0], ["car"]).tolist() == [-1]


@given(st.lists(st.text(), max_size=8))
def test_hashes_of_many_names_and_of_one(names: list[str]) -> None:
    """Names are hashed alike, all at once and each alone."""
    each = [hashed(name.encode("utf-8", "surrogatepass")) for name in names]
    assert hashes(names).tolist() == each


def test_pairs_are_told_from_their_reverse() -> None:
    """Words are a pair in the order in which they stand."""
    pairs = Pairs.of([("where", "to", "park"), ("is", "it")])
    assert ("where", "to") in pairs
    assert ("is", "it") in pairs
    assert ("to", "where") not in pairs
    assert ("park", "is") not in pairs
    assert "where" not in pairs

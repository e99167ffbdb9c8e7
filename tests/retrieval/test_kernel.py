"""The compiled way to rank gives what the plain way gives, whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.models import Query
from bot.retrieval import kernel
from bot.retrieval.compile_kernel import compile_kernel
from bot.retrieval.kernel import Kernel, load

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterable

    from bot.models import Ranking
    from bot.retrieval.index import Index
    from bot.snapshot import Snapshot

pytestmark = pytest.mark.skipif(compile_kernel() is None, reason="there is no C compiler here")

EVERY = 7
"""One phrasing in so many is asked; a prime, so that all entries get their turn."""
asked = st.sampled_from(
    "how long does botox take to park my car is it xyzzy привет 10 do the a iii".split()
)
letters = st.text(st.characters(categories=["L", "N"]), min_size=1)
queries = st.lists(asked | letters, max_size=12)


def library() -> ctypes.PyDLL:
    """Return the compiled library."""
    loaded = load()
    assert loaded is not None
    return loaded


def asking(words: Iterable[str]) -> Query:
    """Return a query of these words."""
    words = tuple(words)
    return Query(" ".join(words), words)


def same(fast: Ranking, plain: Ranking) -> None:
    """Hold that two rankings differ by no more than rounding, which decides between level hits."""
    assert fast.method == plain.method
    assert (fast.refusal and fast.refusal.entry) == (plain.refusal and plain.refusal.entry)
    theirs = {hit.entry: hit for hit in plain.hits}
    for ours, beside in zip((*fast.hits, fast.refusal), (*plain.hits, plain.refusal), strict=True):
        if ours and beside:
            assert ours.confidence == pytest.approx(beside.confidence, abs=1e-5)
            their = theirs.get(ours.entry, beside)
            assert ours.score == pytest.approx(their.score, abs=1e-5)
            assert ours.nearest == pytest.approx(their.nearest, abs=1e-6)


def with_room(index: Index, room: int) -> Index:
    """Return an index that keeps what it knows of words in so many bytes."""
    other = replace(index)
    vars(other)["kernel"] = Kernel(library(), index, room=room)
    return other


@settings(max_examples=80)
@given(words=queries, top=st.sampled_from([1, 2, 5]))
@example(words=[], top=5)
@example(words=["xyzzy"], top=5)
@example(words=["how", "how", "how", "long"], top=5)
@example(words=["long"] * 200, top=1)
@example(words=["a" * 2_000], top=5)
@example(words=["é" * 100], top=5)
@example(words=["𝔘" * 101, "x"], top=5)
def test_rankings_are_those_of_the_plain_way(shipped: Snapshot, words: list[str], top: int) -> None:
    """The same entries come first with the same numbers, and the same refusal."""
    query = asking(words)
    same(shipped.index.rank(query, top=top), shipped.index.rank_all(query, top=top))


def test_phrasings_rank_as_in_the_plain_way(shipped: Snapshot) -> None:
    """The shipped FAQ's own phrasings rank the same both ways."""
    for phrasing in shipped.index.phrasings[::EVERY]:
        query = asking(phrasing.split())
        same(shipped.index.rank(query), shipped.index.rank_all(query))


def test_a_small_faq_ranks_as_in_the_plain_way(windmill: Snapshot) -> None:
    """A label with one row or two has no more rows to average than it has."""
    for phrasing in windmill.index.phrasings[:200]:
        query = asking(phrasing.split()[:12])
        same(windmill.index.rank(query), windmill.index.rank_all(query))


@pytest.mark.parametrize("room", [0, 1 << 19])
def test_forgotten_words_come_back_the_same(windmill: Snapshot, room: int) -> None:
    """Where there is room for few words or none, each is worked out again when it is asked."""
    index = with_room(windmill.index, room)
    for phrasing in chain.from_iterable(repeat(windmill.index.phrasings[:60:3], 2)):
        query = asking(phrasing.split())
        same(index.rank(query), windmill.index.rank_all(query))


def test_learnt_words_rank_the_same(windmill: Snapshot) -> None:
    """What was learnt beforehand makes a ranking sooner, and no other."""
    learnt, new = with_room(windmill.index, 1 << 22), with_room(windmill.index, 1 << 22)
    assert len([*learnt.learn()]) == len({*" ".join(windmill.index.phrasings).split()})
    for phrasing in windmill.index.phrasings[:60:3]:
        query = asking((*phrasing.split(), "xyzzy"))
        assert learnt.rank(query) == new.rank(query)
        same(learnt.rank(query), windmill.index.rank_all(query))


def test_learning_stops_where_it_is_full(windmill: Snapshot) -> None:
    """Words that were learnt are not given up for others that nobody asked for yet."""
    index = with_room(windmill.index, 1 << 14)
    many = len([*index.learn()])
    assert 0 < many < 1 << 14 >> 8
    assert index.kernel
    assert not index.kernel.learn("xyzzy")


@pytest.mark.parametrize(
    ("words", "top"), [(["how"] * 1_025, 5), (["how", "x" * 20_000], 5), (["how"], 57)]
)
def test_what_is_too_much_is_ranked_the_plain_way(
    shipped: Snapshot, words: list[str], top: int
) -> None:
    """Texts beyond all measure, and most of all entries, are ranked all the same."""
    assert shipped.index.kernel
    assert shipped.index.kernel.rank(words, top) is None
    query = asking(words)
    same(shipped.index.rank(query, top=top), shipped.index.rank_all(query, top=top))


def test_without_a_compiler_the_plain_way_ranks(
    windmill: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index ranks where nothing was compiled, only not as fast."""
    monkeypatch.setattr(kernel, "load", lambda: None)
    index = replace(windmill.index)
    assert index.kernel is None
    query = index.read("where can I park")
    same(index.rank(query), windmill.index.rank(query))


@pytest.mark.parametrize("spoilt", ["phrasings", "rows.label", "rows.word_terms", "answerable"])
def test_parts_that_do_not_fit_are_refused(windmill: Snapshot, spoilt: str) -> None:
    """An index whose parts contradict each other is not opened."""
    index = windmill.index
    rows = index.rows
    spoil = {
        "phrasings": lambda: replace(index, phrasings=index.phrasings[1:]),
        "rows.label": lambda: replace(index, rows=replace(rows, label=rows.label[::-1])),
        "rows.word_terms": lambda: replace(index, rows=replace(rows, terms={"a": 0})),
        "answerable": lambda: replace(index, answerable=len(index.labels)),
    }
    with pytest.raises(ValueError, match="do not fit"):
        Kernel(library(), spoil[spoilt]())

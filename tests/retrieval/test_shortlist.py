"""The fast way to rank gives what the plain way gives, whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.models import Query
from bot.retrieval import contributions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Ranking
    from bot.snapshot import Snapshot

EVERY = 7
"""One phrasing in so many is asked; a prime, so that all entries get their turn."""
asked = st.sampled_from(
    "how long does botox take to park my car is it xyzzy привет 10 do the a iii".split()
)
queries = st.lists(asked | st.text(st.characters(categories=["L", "N"]), min_size=1), max_size=12)


def asking(words: Iterable[str]) -> Query:
    """Return a query of these words."""
    words = tuple(words)
    return Query(" ".join(words), words)


def same(fast: Ranking, plain: Ranking) -> None:
    """Hold that two rankings differ by no more than rounding."""
    assert [hit.entry for hit in fast.hits] == [hit.entry for hit in plain.hits]
    for ours, theirs in zip((*fast.hits, fast.refusal), (*plain.hits, plain.refusal), strict=True):
        assert (ours is None) == (theirs is None)
        if ours and theirs:
            assert ours.entry == theirs.entry
            assert ours.score == pytest.approx(theirs.score, abs=3e-5)
            assert ours.confidence == pytest.approx(theirs.confidence, abs=3e-5)
            assert ours.nearest == pytest.approx(theirs.nearest, abs=3e-6)
    assert fast.method == plain.method


@settings(max_examples=150)
@given(words=queries, top=st.sampled_from([1, 2, 5]))
@example(words=[], top=5)
@example(words=["xyzzy"], top=5)
@example(words=["how", "how", "how", "long"], top=5)
@example(words=["long"] * 200, top=1)
def test_rankings_are_those_of_the_plain_way(shipped: Snapshot, words: list[str], top: int) -> None:
    """The same entries come first with the same numbers, and the same refusal."""
    query = asking(words)
    same(shipped.index.rank(query, top=top), shipped.index.rank_all(query, top=top))


def test_phrasings_rank_as_in_the_plain_way(shipped: Snapshot) -> None:
    """The shipped FAQ's own phrasings, cut short, rank the same both ways."""
    for phrasing in shipped.index.phrasings[::EVERY]:
        query = asking(phrasing.split()[:12])
        same(shipped.index.rank(query), shipped.index.rank_all(query))


def test_a_small_faq_ranks_as_in_the_plain_way(windmill: Snapshot) -> None:
    """A label with one row or two has no more rows to average than it has."""
    for phrasing in windmill.index.phrasings[:200]:
        query = asking(phrasing.split()[:12])
        same(windmill.index.rank(query), windmill.index.rank_all(query))


def test_forgotten_words_come_back_the_same(
    windmill: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is room for few words, each is worked out again when it is asked again."""
    monkeypatch.setattr(contributions, "WORDS_KEPT", 12)
    index = replace(windmill.index)
    for phrasing in chain.from_iterable(repeat(windmill.index.phrasings[:40], 2)):
        query = asking(phrasing.split()[:12])
        same(index.rank(query), windmill.index.rank_all(query))


def test_a_long_text_is_ranked_the_plain_way(
    windmill: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More words than there is room for are ranked all the same."""
    monkeypatch.setattr(contributions, "WORDS_KEPT", 2)
    query = asking(["how", "long", "is", "it"])
    same(replace(windmill.index).rank(query), windmill.index.rank_all(query))

"""Cross-validation: every phrasing is asked once, of an index that lacks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.evaluate import Verdict, split, strengths, without
from tests.evaluate.made import outcome, report

if TYPE_CHECKING:
    from bot.snapshot import Snapshot


@pytest.mark.parametrize("folds", [2, 3, 5, 50])
def test_every_phrasing_is_held_back_once(windmill: Snapshot, folds: int) -> None:
    """And expects its own entry."""
    held = [question for fold in split(windmill.faq, folds) for question in fold.held]
    written = [(p.text, (e.id,)) for e in windmill.faq.entries for p in e.phrasings]
    assert sorted((q.text, q.expected) for q in held) == sorted(written)


def test_a_fold_lacks_exactly_what_it_asks(windmill: Snapshot) -> None:
    """Headings and all other phrasings stay."""
    fold, *_ = split(windmill.faq, 3)
    left = {phrasing.text for entry in fold.faq.entries for phrasing in entry.phrasings}
    all_texts = {phrasing.text for entry in windmill.faq.entries for phrasing in entry.phrasings}
    assert left == all_texts - {question.text for question in fold.held}
    assert [entry.question for entry in fold.faq.entries] == [
        entry.question for entry in windmill.faq.entries
    ]


def test_the_index_of_a_fold_does_not_know_what_it_is_asked(windmill: Snapshot) -> None:
    """The rest of the snapshot is the same."""
    fold, *_ = split(windmill.faq, 3)
    part = without(windmill, fold)
    words = windmill.index.read(fold.held[0].text, repair=False).words
    assert " ".join(words) in windmill.index.phrasings
    assert " ".join(words) not in part.index.phrasings
    assert (part.screen, part.replies) == (windmill.screen, windmill.replies)


def test_a_weak_entry_is_named_with_who_took_its_phrasings() -> None:
    """One of three was found, two went to another entry."""
    outcomes = [
        outcome("x"),
        outcome("y", Verdict.WRONG, got="a/two"),
        outcome("z", Verdict.WRONG, got="a/two"),
        outcome("fine", expected="a/three", got="a/three"),
    ]
    (weak,) = report(*outcomes, folds=5).weak
    assert (weak.entry, weak.fine, weak.asked, weak.lost_to) == ("a/one", 1, 3, ("a/two",))
    assert [each.entry for each in strengths(outcomes)] == ["a/one", "a/three"]

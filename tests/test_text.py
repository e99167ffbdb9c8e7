"""Phrasings and utterances pass through one folding, which forgives how people type."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.models import Listing, Paragraph, Run
from bot.text import _CONTRACTIONS, expand, fold, plain, said, words

pieces = st.sampled_from([*_CONTRACTIONS, "'", "n't", "'s", "'d", "'re", "ill", "it", "é", "SOOO"])
typed = st.text() | st.lists(pieces | st.text(max_size=2), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("How LONG", "how long"),
        ("  how \t\n long  ", "how long"),
        ("naïve café", "naive cafe"),
        ("cafe\u0301", "cafe"),
        ("don’t ‘quote’ it´s it`s", "don't 'quote' it's it's"),
        ("soooo gooood", "so god"),
        ("good see", "good see"),
        ("1000 10,000", "1000 10,000"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("bo\u200btox bo\u00adtox", "botox botox"),
        ("\u202ebotox\u202c", "botox"),
        ("STRASSE straße", "strasse strasse"),
        ("ﬁnger", "finger"),
        ("¿Qué? 🙂", "¿que? 🙂"),
        ("\x00\x07", ""),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Case, accents, quotes, spaces, invisible signs and stretched letters make no difference."""
    assert fold(text) == folded


@given(typed)
@example("\ud800")
@example("can\uff40t can\u1feft")
def test_fold_is_idempotent(text: str) -> None:
    """What was folded once is not changed by folding it again."""
    assert fold(fold(text)) == fold(text)


@given(typed | st.text(st.characters(max_codepoint=127)))
@example("\x00 `IT`s` \x1f\t sooo \x7f")
def test_plain_english_is_folded_like_any_text(text: str) -> None:
    """The short way for texts without accents gives what the long way gives."""
    assert fold(text) == fold(f"{text} é").removesuffix("e").rstrip()


@given(typed | st.text(st.characters(max_codepoint=127)))
@example("\x00 `IT`s` \x1f\t sooo_\x7f don’t")
def test_said(text: str) -> None:
    """Word by word, and at the second time, a text is read as it is folded and split whole."""
    for _ in range(2):
        said.cache_clear()
        assert said(text) == tuple(words(fold(text)))


@given(typed)
@example("do'nt")
@example("u's")
@example("r'd")
@example("a" + "'d" * 5_000)
def test_words_are_idempotent(text: str) -> None:
    """Words that were split once are the same when they are joined and split again."""
    split = words(fold(text))
    assert words(" ".join(split)) == split


@given(typed)
def test_words_are_bare(text: str) -> None:
    """A word holds neither a space nor an apostrophe, and is never empty."""
    assert all(word and not set(word) & set(" '_") for word in words(fold(text)))


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Can't I?", ["can", "not", "i"]),
        ("dont doesnt", ["do", "not", "does", "not"]),
        ("do'nt", ["do", "not"]),
        ("I'm I’ve we'll they're", "i am i have we will they are".split()),
        ("what's whats", ["what", "is", "what", "is"]),
        ("the doctor's advice", ["the", "doctor", "advice"]),
        ("rock'n'roll", ["rocknroll"]),
        ("well, were ill", ["well", "were", "ill"]),
        ("how-long/is_it", ["how", "long", "is", "it"]),
        ("10-30 minutes", ["10", "30", "minutes"]),
        ("'quoted'", ["quoted"]),
        ("¿?!... 🙂", []),
    ],
)
def test_words(text: str, split: list[str]) -> None:
    """Contractions are written out, punctuation goes, words with two readings stay."""
    assert words(fold(text)) == split


@given(typed)
def test_expand_is_idempotent(text: str) -> None:
    """The words of a contraction that was written out are not contractions themselves."""
    once = words(fold(text))
    assert [part for word in once for part in expand(word).split()] == once


def test_plain() -> None:
    """Blocks become paragraphs and marked lists; styles and addresses are left out."""
    link = Run("our page", href="https://windmill.example/")
    blocks = (
        Paragraph((Run("See "), Run("all of ", strong=True), link)),
        Listing(((Run("one"),), (Run("two"),))),
        Listing(((Run("first"),), (Run("then", em=True),)), ordered=True),
    )
    assert plain(blocks) == "See all of our page\n\n- one\n- two\n\n1. first\n2. then"


def test_plain_of_nothing() -> None:
    """No blocks are no text."""
    assert plain(()) == ""

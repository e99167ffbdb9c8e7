"""Text becomes terms in one way only, the way of scikit-learn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analysis import CHAR_NGRAMS, LONGEST_TEXT, Analyzer, char_terms, word_terms
from bot.text import fold, words

SYNONYMS = Analyzer(
    [
        ("injection", "shot", "shots", "jab"),
        ("cervical dystonia", "wry neck", "spasmodic torticollis"),
        ("neck", "cervix uteri of the neck"),
        ("start to work", "kick in"),
    ]
)
known = [
    word for group in ("shot jab wry neck kick in spasmodic of the it",) for word in group.split()
]


@given(st.text())
def test_char_terms_equal_those_of_scikit_learn(text: str) -> None:
    """Our character n-grams are those of the analyzer `char_wb`, one by one and in order."""
    split = words(fold(text))
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_NGRAMS, lowercase=False)
    assert char_terms(split) == theirs.build_analyzer()(" ".join(split))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ([], []),
        (["injections"], ["inject"]),
        (["lasting", "longer"], ["last", "longer", "last longer"]),
        (["it", "hurts", "it"], ["it", "hurt", "it", "it hurt", "hurt it"]),
    ],
)
def test_word_terms(text: list[str], terms: list[str]) -> None:
    """Word terms are the stems, and each two that stand side by side."""
    assert word_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Will the JAB kick in?", "will the injection start to work"),
        ("a wry neck", "a cervical dystonia"),
        ("my neck", "my neck"),
        ("wry smile", "wry smile"),
        ("shot shots shot", "injection injection injection"),
        ("shotgun", "shotgun"),
        ("don't", "do not"),
        ("", ""),
    ],
)
def test_synonyms(text: str, read: str) -> None:
    """Each synonym is read as the word that stands for its group, the longest match first."""
    assert SYNONYMS.read(text) == tuple(read.split())


@given(st.lists(st.sampled_from(known)))
def test_replacing_is_idempotent(text: list[str]) -> None:
    """Synonyms that were replaced are not replaced again."""
    once = SYNONYMS.replace(text)
    assert SYNONYMS.replace(once) == once


@given(st.text())
def test_without_synonyms_nothing_changes(text: str) -> None:
    """A FAQ without synonyms reads each text as its words."""
    assert Analyzer().read(text) == tuple(words(fold(text)))


def test_words_of_synonyms() -> None:
    """All words of all groups are known to the spelling repair."""
    assert Analyzer([("minute", "min"), ("start to work", "kick in")]).synonyms == {
        "minute", "min", "start", "to", "work", "kick", "in",
    }  # fmt: skip


def test_very_long_text_is_cut() -> None:
    """Of a text that is longer than any utterance the first letters are read."""
    assert len(Analyzer().read("ab " * LONGEST_TEXT)) <= LONGEST_TEXT // 3 + 1

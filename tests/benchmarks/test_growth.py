"""Made-up FAQs grow as real ones do, and what is measured is told."""

from __future__ import annotations

from benchmarks.grown import OWN, PHRASINGS, Language, asked, faq_of, grown
from benchmarks.growth import table
from benchmarks.turn import Timed, page, timed


def test_the_same_faq_is_made_each_time() -> None:
    """What is drawn is drawn again the same, and no phrasing stands twice in an entry."""
    first, again = (list(grown(300, Language())) for _ in range(2))
    assert first == again
    assert all(len(set(texts)) == len(texts) > PHRASINGS - OWN for texts in first)
    assert len(faq_of(first).entries) == len(first) == 300 // PHRASINGS


def test_the_vocabulary_grows_more_slowly_than_the_text() -> None:
    """Twice the text has more words, but not twice as many."""
    language = Language()
    words = [language.word() for _ in range(8_000)]
    half, whole = len(set(words[:4_000])), len(set(words))
    assert 1.2 * half < whole < 1.9 * half


def test_questions_are_no_phrasings() -> None:
    """What is asked is like a phrasing, but nobody wrote it down."""
    language = Language()
    entries = list(grown(200, language))
    written = {text for texts in entries for text in texts}
    questions = dict(asked(entries, 50, language))
    assert len(written.intersection(questions)) <= 2
    text, entry = next(iter(questions.items()))
    assert any(len({*text.split()} & {*each.split()}) > 2 for each in entries[entry])


def test_what_is_told() -> None:
    """The tables have a row for each size, each step and each kind of question."""
    figures = {"phrasings": 100, "entries": 2, "build": 1, "load": 0.1, "memory": 4e7,
               "rank p50": 0.15, "rank p99": 0.8, "p50": 0.2, "p99": 0.9,
               "peak": 9e8, "file": 2e6, "right": 0.985}  # fmt: skip
    assert table({100: figures}).endswith(
        "| 100 | 2 | 1.0 | 900 | 2 | 0.10 | 40 | 0.15 | 0.80 | 0.20 | 0.90 | 98.5 |"
    )
    turn, other = Timed(50.0, 90.0), Timed(100.0, 200.0)
    told = page({"whole turn": turn}, {"unseen": turn}, {"unseen": other})
    assert "| whole turn | 50 | 90 |" in told
    assert "| unseen | 50 | 90 | 100 | 2.0 |" in told


def test_timing() -> None:
    """A step is timed for each question."""
    asked: list[str] = []
    assert timed(asked.append, ["a", "b", "c"]).middle >= 0
    assert asked == ["a", "b", "c"]

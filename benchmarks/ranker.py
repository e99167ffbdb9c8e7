"""The product's own ranker over a public set: its training texts become a FAQ's phrasings.

The FAQ goes through `build_index` as a clinic's does, with the background questions, the
calibration and the spelling repair that the product has; nothing is tuned to a set.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.measures import Judged
from bot.models import Clinic, Entry, Faq, Kind, Phrasing, RedFlags, Topic, Wording
from bot.retrieval.analysis import Analyzer
from bot.retrieval.build import build_index, vectorize
from bot.retrieval.corpus import read_corpus
from bot.retrieval.fitting import SVC_TOLERANCE
from bot.retrieval.scoring import MEANING_WEIGHT, PHRASINGS_WEIGHT, encode, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.measures import Array
    from benchmarks.sets import Labelled, PublicSet
    from bot.retrieval.index import Index
    from bot.retrieval.scoring import Encoded

UNKNOWN = -9.0
"""Score of a text without any known term."""
STEPS = (
    "lexical neighbours",
    "+ linear classifier over terms",
    "+ meaning of neighbours",
    "+ meaning in the classifier",
)
"""Parts of the score, added one after the other; all four are the product's score."""


def faq_of(rows: Labelled) -> Faq:
    """Return a FAQ with one entry for each label; the entries have no answers."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for text, label in rows:
        texts[label].append(text)
    entries = tuple(_entry(label, texts[label]) for label in sorted(texts))
    return Faq(
        topics=(Topic("set", "Set", "set.md", entries),),
        clinic=Clinic(),
        wording=Wording({}),
        red_flags=RedFlags((), {}),
        synonyms=(),
        version="",
    )


def _entry(label: str, texts: Sequence[str]) -> Entry:
    first, *others = texts
    phrasings = tuple(Phrasing(text, 0) for text in others)
    return Entry(label, first, phrasings, (), Kind.PRACTICAL, topic="set", path="set.md", line=0)


@dataclass(frozen=True)
class Measured:
    """What the product said to one list of texts, by its score and by its confidence."""

    expected: tuple[str | None, ...]
    got: tuple[str | None, ...]
    score: Array
    confidence: Array

    @property
    def by_score(self) -> Judged:
        """The product's answers with its ranking score."""
        return Judged(self.expected, self.got, self.score)

    @property
    def by_confidence(self) -> Judged:
        """The product's answers with its calibrated confidence."""
        return Judged(self.expected, self.got, self.confidence)

    def part(self, places: Sequence[int]) -> Measured:
        """Return some of the texts, by their places."""
        expected, got = ([column[at] for at in places] for column in (self.expected, self.got))
        return Measured(
            tuple(expected), tuple(got), self.score[[*places]], self.confidence[[*places]]
        )


@dataclass(frozen=True)
class Ranker:
    """An index over a set's training texts."""

    train: Labelled

    @cached_property
    def index(self) -> Index:
        """Build it; takes up to a minute."""
        return build_index(faq_of(self.train))

    def measure(
        self, rows: Labelled, outside: Iterable[str] = (), *, repair: bool = True
    ) -> Measured:
        """Ask all texts, as they come live but for policy, red flags and small talk."""
        asked = [*rows, *((text, None) for text in outside)]
        found = [self._ask(text, repair=repair) for text, _ in asked]
        got, scores, sure = zip(*found, strict=True)
        expected = tuple(label for _, label in asked)
        return Measured(expected, got, np.array(scores), np.array(sure))

    def _ask(self, text: str, *, repair: bool) -> tuple[str | None, float, float]:
        hits = self.index.rank(self.index.read(text, repair=repair)).hits
        if not hits:
            return None, UNKNOWN, 0.0
        return hits[0].entry, max(hit.score for hit in hits), hits[0].confidence

    def ablation(self, rows: Labelled, outside: Iterable[str] = ()) -> dict[str, Judged]:
        """Return the outcome for each of STEPS."""
        asked = [*rows, *((text, None) for text in outside)]
        tables = np.array([self._steps(text) for text, _ in asked])
        expected = tuple(label for _, label in asked)
        return {
            step: Judged(
                expected,
                tuple(self.index.labels[best] for best in tables[:, at].argmax(axis=1)),
                tables[:, at].max(axis=1),
            )
            for at, step in enumerate(STEPS)
        }

    def _steps(self, text: str) -> Array:
        """Return (steps, labels), the score with one part after the other."""
        index = self.index
        query = index.read(text)
        encoded = encode(index.rows, query.words, index.vectors.encode_words(query.words))
        whole = score(index.rows, index.classifier, encoded)
        lexical = PHRASINGS_WEIGHT * whole.phrasings
        supported = lexical + self._over_terms(encoded)
        near = supported + MEANING_WEIGHT * whole.meaning
        return np.stack([lexical, supported, near, whole.score])[:, : index.answerable]

    @cached_property
    def _over_terms(self) -> Callable[[Encoded], Array]:
        """Fit a linear classifier that knows terms and no meanings, to see what they add."""
        corpus = read_corpus(faq_of(self.train).entries, Analyzer())
        matrix = vectorize(corpus, self.index.vectors).matrix
        svc = LinearSVC(tol=SVC_TOLERANCE, random_state=0)
        svc.fit(matrix, corpus.label, corpus.weight)
        weights = np.ascontiguousarray(svc.coef_.T)
        return lambda query: np.asarray(query.values @ weights[query.terms] + svc.intercept_)


def textbook(public: PublicSet) -> Judged:
    """Return what a textbook's nearest neighbour over default TF-IDF does, as a baseline."""
    texts, labels = zip(*public.train, strict=True)
    vectorizer = TfidfVectorizer()
    known = vectorizer.fit_transform(texts)
    outside = [text for some in public.outside.values() for text in some]
    asked = [*(text for text, _ in public.asked), *outside]
    near = (vectorizer.transform(asked) @ known.T).toarray()
    expected = (*(label for _, label in public.asked), *(None for _ in outside))
    return Judged(expected, tuple(labels[at] for at in near.argmax(axis=1)), near.max(axis=1))

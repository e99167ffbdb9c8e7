"""The index: one immutable object that ranks queries and explains its rankings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.models import Hit, Query, Ranking, Term
from bot.retrieval.analysis import stem
from bot.retrieval.calibration import FEATURES, Evidence
from bot.retrieval.kernel import open_kernel
from bot.retrieval.scoring import MEANING_WEIGHT, PHRASINGS_WEIGHT, encode, score
from bot.retrieval.sifting import Sifter
from bot.text import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.retrieval.analysis import Analyzer
    from bot.retrieval.calibration import Calibration
    from bot.retrieval.compared import Ranked
    from bot.retrieval.kernel import Kernel
    from bot.retrieval.large import Large
    from bot.retrieval.scoring import Classifier, Encoded, Floats, Lexicon, Rows
    from bot.retrieval.spelling import Speller
    from bot.retrieval.vectors import Vectors

BACKGROUND = "background"
"""Label of the general questions that no clinic's FAQ answers."""
FUZZY_AT = 70.0
"""Least `token_sort_ratio`, 0 to 100, for a phrasing to count as a fuzzy hit."""
FUZZY_CONFIDENCE = 0.19
"""What a perfect fuzzy ratio is worth; below the answering threshold, so that it is confirmed."""
_new = tuple.__new__  # in half of the time that a record's own constructor takes


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry has its place in a ranking."""

    terms: tuple[Term, ...]
    """Words that the query shares with the entry, with their share of the TF-IDF similarity."""
    parts: Mapping[str, float]
    """What each part added to the score."""
    features: Mapping[str, float]
    """What the confidence was made from."""


@dataclass(frozen=True, repr=False)
class Index:
    """All that ranking needs."""

    version: str
    """Version of the content it was built from."""
    whole: bool
    """Whether everything was fitted on this content; False after a quick build."""
    labels: tuple[str, ...]
    """Entry ids, then ids of subjects that are not covered, then BACKGROUND."""
    answerable: int
    """How many of the labels, from the first, are entries that can be shown."""
    phrasings: tuple[str, ...]
    """(rows,) the words of each row, joined by spaces."""
    rows: Rows
    lexicon: Lexicon
    classifier: Classifier
    calibration: Calibration
    speller: Speller
    analyzer: Analyzer
    vectors: Vectors
    large: Large | None = None
    """The texts of a large FAQ; `rows` and `lexicon` are empty then, `phrasings` too."""

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.rows, self.lexicon, self.vectors, self.answerable)

    def read(self, utterance: str, *, repair: bool = True) -> Query:
        """Normalise an utterance: fold, repair the spelling, replace the synonyms."""
        typed = said(utterance)
        words, corrections = self.speller.repair(typed) if repair else (typed, ())
        return _new(Query, (" ".join(words), self.analyzer.replace(words), corrections))

    @cached_property
    def kernel(self) -> Kernel | None:
        """The compiled way to rank; None where it was not compiled, and for a large FAQ."""
        return None if self.large else open_kernel(self)

    def learn(self) -> Iterator[None]:
        """Learn with every step one of its own words, the most frequent first.

        A question of words that were learnt, or that were asked before, is ranked sooner.
        """
        words = Counter(chain.from_iterable(map(str.split, self.phrasings)))
        for word, _ in words.most_common():
            if self.kernel is None or not self.kernel.learn(word):
                return
            yield

    @cached_property
    def sifter(self) -> Sifter | None:
        """The way to rank in a large FAQ; None for others."""
        if self.large is None:
            return None
        return Sifter(self.large, self.classifier, self.calibration, self.vectors, self.answerable)

    def rank(self, query: Query, *, top: int = 5) -> Ranking:
        """Return the `top` best entries for a query, best first, with the best refusal."""
        if self.sifter:
            return self._sifted(query, self.sifter.rank(query.words, top), top)
        found = self.kernel.rank(query.words, top) if self.kernel else None
        if found is None:
            return self.rank_all(query, top=top)
        entries, refusal, scored = found
        if refusal < 0:
            return self._fuzzy(query, top)
        labels = self.labels
        hits = tuple([_new(Hit, (labels[label], *numbers)) for label, *numbers in entries])
        return Ranking(query, hits, self._refusal(refusal, scored, hits))

    def _sifted(self, query: Query, ranked: Ranked, top: int) -> Ranking:
        if ranked.refusal < 0:
            return self._fuzzy(query, top)
        hits = tuple(
            [
                Hit(self.labels[label], features[0], confidence, features[3])
                for label, confidence, features in ranked.entries
            ]
        )
        return Ranking(query, hits, self._refusal(ranked.refusal, ranked.refusal_score, hits))

    def rank_all(self, query: Query, *, top: int = 5) -> Ranking:
        """Return the same, worked out with NumPy: the plain way, for any `top` and any length."""
        if self.sifter:
            return self._sifted(query, self.sifter.rank(query.words, top, every=True), top)
        encoded = self._encode(query)
        if not encoded.terms.size:
            return self._fuzzy(query, top)
        parts = score(self.rows, self.classifier, encoded)
        hits = self._hits(*self._evidence.features(parts, query.words, top))
        refused = parts.score[self.answerable :]
        best = int(refused.argmax())
        refusal = self._refusal(self.answerable + best, float(refused[best]), hits)
        return Ranking(query, hits, refusal)

    def _hits(self, order: list[int], table: Floats) -> tuple[Hit, ...]:
        confidence = self.calibration.confidence(table).tolist()
        columns = zip(order, table[:, 0].tolist(), confidence, table[:, 3].tolist(), strict=True)
        hits = [Hit(self.labels[label], *numbers) for label, *numbers in columns]
        hits.sort(key=lambda hit: -hit.confidence)
        return tuple(hits)

    def explain(self, query: Query, entry: str) -> Explanation:
        """Say what spoke for an entry."""
        label = self.labels.index(entry)
        if self.sifter:
            added, features = self.sifter.explain(query.words, label)
        else:
            added, features = self._explain(query, label)
        return Explanation(
            terms=self._shared_terms(query, label),
            parts=dict(zip(("classifier", "phrasings", "meaning"), added, strict=True)),
            features=dict(zip(FEATURES, features.tolist(), strict=True)),
        )

    def _explain(self, query: Query, label: int) -> tuple[tuple[float, ...], Floats]:
        parts = score(self.rows, self.classifier, self._encode(query))
        order, table = self._evidence.features(parts, query.words, self.answerable)
        phrasings, meaning = parts.phrasings[label], parts.meaning[label]
        added = (parts.classifier[label], PHRASINGS_WEIGHT * phrasings, MEANING_WEIGHT * meaning)
        return tuple(map(float, added)), table[order.index(label)]

    def _encode(self, query: Query) -> Encoded:
        return encode(self.rows, query.words, self.vectors.encode_words(query.words))

    def _refusal(self, label: int, scored: float, hits: tuple[Hit, ...]) -> Hit:
        sure = 1 - (hits[0].confidence if hits else 0.0)
        return _new(Hit, (self.labels[label], scored, sure, 0.0))

    def _fuzzy(self, query: Query, top: int) -> Ranking:
        """Rank by rapidfuzz: no term of the query is known, not even in part."""
        found = process.extract(
            " ".join(query.words), self.phrasings, scorer=fuzz.token_sort_ratio,
            score_cutoff=FUZZY_AT, limit=20,
        )  # fmt: skip
        best: dict[str, Hit] = {}
        for _, ratio, row in found:
            entry = self.labels[self.rows.label[row]]
            hit = Hit(entry, ratio / 100, FUZZY_CONFIDENCE * ratio / 100)
            if self.rows.label[row] < self.answerable:
                best.setdefault(entry, hit)
        return Ranking(query, tuple(best.values())[:top], method="fuzzy")

    def _shared_terms(self, query: Query, label: int) -> tuple[Term, ...]:
        """Each word of the query that the label uses, with its share of the query's idf."""
        idf = self.sifter.idf if self.sifter else self._evidence.idf
        weights = {word: idf(word) for word in query.words}
        total = sum(weights.values()) or 1.0
        if self.sifter:
            used = self.sifter.used(query.words, label)
        else:
            stems = self.lexicon.stems(label)
            used = frozenset(word for word in query.words if stem(word) in stems)
        shared = [Term(w, weight / total) for w, weight in weights.items() if w in used]
        return tuple(sorted(shared, key=lambda term: -term.weight))

"""What an edit changes for the ranking. Needs no scikit-learn: most edits change an answer only."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.analysis import Analyzer

if TYPE_CHECKING:
    from bot.models import Faq
    from bot.retrieval.corpus import Corpus
    from bot.retrieval.index import Index
    from bot.retrieval.large import Hashes
    from bot.retrieval.scoring import Floats, Ints


def same_phrasings(corpus: Corpus, previous: Index) -> bool:
    """Whether an index of the content before an edit still finds everything after it."""
    return corpus.labels == previous.labels and not changed_labels(corpus, previous)


def carried_over(previous: Index, faq: Faq) -> Index:
    """Return the index before an edit as that of the content after it; see `same_phrasings`."""
    index = replace(previous, version=faq.version, whole=False, analyzer=Analyzer(faq.synonyms))
    vars(index)["kernel"] = previous.kernel  # with all that it has kept, for nothing in it changed
    vars(index)["sifter"] = previous.sifter
    return index


def changed_labels(corpus: Corpus, previous: Index) -> list[str]:
    """Return the labels whose phrasings are not those that the previous index was built from.

    An answer's text counts so little that it can wait for the whole build.
    """
    if previous.large is not None:
        before = dict(zip(previous.labels, previous.large.digest.tolist(), strict=True))
        digests = zip(corpus.labels, digest(corpus).tolist(), strict=True)
        return [label for label, now in digests if before.get(label) != now]
    now = _by_label(corpus.labels, joined(corpus), corpus.label, corpus.weight)
    rows = previous.rows
    before = _by_label(previous.labels, previous.phrasings, rows.label, rows.weight)
    return [label for label, texts in now.items() if before.get(label) != texts]


def digest(corpus: Corpus) -> Hashes:
    """(labels,) 64 bits that change with a label's phrasings."""
    texts: list[list[str]] = [[] for _ in corpus.labels]
    for label, words, phrasing in zip(
        corpus.label.tolist(), corpus.words, corpus.phrasing.tolist(), strict=True
    ):
        if phrasing:
            texts[label].append(" ".join(words))
    digests = (blake2b("\n".join(each).encode(), digest_size=8).digest() for each in texts)
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def joined(corpus: Corpus) -> tuple[str, ...]:
    """Return the words of each row, joined by spaces."""
    return tuple(" ".join(words) for words in corpus.words)


def _by_label(
    names: tuple[str, ...], texts: tuple[str, ...], labels: Ints, weights: Floats
) -> dict[str, list[str]]:
    phrasings: dict[str, list[str]] = {name: [] for name in names}
    for label, text, weight in zip(labels.tolist(), texts, weights, strict=True):
        if weight == 1.0:
            phrasings[names[label]].append(text)
    return phrasings

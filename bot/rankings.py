"""The rankings of one utterance and of its parts: each worked out once, and only if it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.models import Query, Ranking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from bot.models import Hit

    class Index(Protocol):
        """What ranks queries."""

        def read(self, utterance: str, *, repair: bool = True) -> Query:
            """Normalise an utterance."""
            ...

        def rank(self, query: Query, *, top: int = 5) -> Ranking:
            """Return the best entries for a query."""
            ...


class LateRanking(Ranking):
    """A text that is read, and ranked, when somebody first looks; at many nobody looks."""

    __slots__ = ("_found", "_index", "_query", "_text")
    __setattr__ = object.__setattr__  # frozen to all others, it is filled in here

    def __init__(self, index: Index, text: str) -> None:
        self._index = index
        self._text = text
        self._query: Query | None = None
        self._found: Ranking | None = None

    def _read(self) -> Query:
        query = self._query = self._index.read(self._text)
        return query

    def _find(self) -> Ranking:
        found = self._found = self._index.rank(self.query)
        return found

    @property
    def query(self) -> Query:
        """The normalised text."""
        return self._query or self._read()

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits for the query, best first."""
        return (self._found or self._find()).hits

    @property
    def refusal(self) -> Hit | None:
        """What is not covered, with the best score."""
        return (self._found or self._find()).refusal

    @property
    def method(self) -> str:
        """How the hits were found."""
        return (self._found or self._find()).method


class SurestRanking(LateRanking):
    """The one of several rankings that has the surest hit."""

    __slots__ = ("_rankings",)

    def __init__(self, index: Index, rankings: Sequence[Ranking]) -> None:
        super().__init__(index, "")
        self._rankings = rankings

    def _read(self) -> Query:
        return (self._found or self._find()).query

    def _find(self) -> Ranking:
        found = self._found = max(self._rankings, key=_confidence)
        return found


class Rankings:
    """Ranks texts and remembers what it found, for as long as one utterance is looked at."""

    __slots__ = ("_found", "_index")

    def __init__(self, index: Index) -> None:
        self._index = index
        self._found: dict[str | tuple[str, bool], Ranking] = {}

    def of(self, text: str) -> Ranking:
        """Return the ranking of a text."""
        if (found := self._found.get(text)) is None:
            found = self._found[text] = LateRanking(self._index, text)
        return found

    def best(self, text: str, *, repair: bool) -> Hit | None:
        """Return the best hit for a text, its spelling repaired or left alone."""
        if (found := self._found.get((text, repair))) is None:
            query = self._index.read(text, repair=repair)
            found = self._found[text, repair] = self._index.rank(query, top=1)
        return next(iter(found.hits), None)

    def surest(self, texts: Sequence[str]) -> Ranking:
        """Return the ranking of the one text of several that has the surest hit."""
        return SurestRanking(self._index, [self.of(text) for text in texts])


def _confidence(ranking: Ranking) -> float:
    return max((hit.confidence for hit in ranking.hits), default=0.0)

"""The rankings of one utterance and of its parts: each worked out once, and only if it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.models import Query, Ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
    """A ranking that is worked out when its hits are first looked at; of many nobody looks at."""

    __slots__ = ("_found", "_query", "_rank")
    _found: Ranking | None
    _query: Query | None
    _rank: Callable[[], Ranking]

    def __init__(self, query: Query | None, rank: Callable[[], Ranking]) -> None:
        """Without a query, it is that of the ranking."""
        object.__setattr__(self, "_query", query)
        object.__setattr__(self, "_rank", rank)
        object.__setattr__(self, "_found", None)

    @property
    def found(self) -> Ranking:
        """The ranking itself."""
        if (found := self._found) is None:
            found = self._rank()
            object.__setattr__(self, "_found", found)
        return found

    @property
    def query(self) -> Query:
        """The normalised text."""
        return self._query or self.found.query

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits for the query, best first."""
        return self.found.hits

    @property
    def refusal(self) -> Hit | None:
        """What is not covered, with the best score."""
        return self.found.refusal

    @property
    def method(self) -> str:
        """How the hits were found."""
        return self.found.method


class Rankings:
    """Ranks texts and remembers what it found, for as long as one utterance is looked at."""

    __slots__ = ("_found", "_index")

    def __init__(self, index: Index) -> None:
        self._index = index
        self._found: dict[tuple[str, bool, int], Ranking] = {}

    def of(self, text: str, *, repair: bool = True, top: int = 5) -> Ranking:
        """Return the ranking of a text, its query read now and its hits found when needed."""
        key = (text, repair, top)
        if (found := self._found.get(key)) is None:
            index = self._index
            query = index.read(text, repair=repair)
            found = self._found[key] = LateRanking(query, lambda: index.rank(query, top=top))
        return found

    def surest(self, texts: Sequence[str]) -> Ranking:
        """Return the ranking of the one text of several that has the surest hit."""
        return LateRanking(None, lambda: max(map(self.of, texts), key=_confidence))


def _confidence(ranking: Ranking) -> float:
    return max((hit.confidence for hit in ranking.hits), default=0.0)

"""What is done in a database, told apart from who does it.

Work is a generator: it yields statements, and is sent what came of each. So the same few lines
run through SQLite's own module in a thread, and through asyncpg.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Run(NamedTuple):
    """One statement; its values stand where it has question marks."""

    sql: str
    values: tuple[Any, ...] = ()


class Insert(NamedTuple):
    """Rows that are inserted together."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    conflict: str = ""
    """What is done where a row is there already."""

    def sql(self, rows: int = 1) -> str:
        """Return the statement for so many rows."""
        return _insert(self.table, self.columns, self.conflict, rows)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], conflict: str, rows: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    values = ", ".join([marks] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} {conflict}"  # noqa: S608  our own names


class Done(NamedTuple):
    """What came of a statement."""

    rows: list[Any]
    """Each a sequence of values."""
    changed: int
    """How many rows."""

    @property
    def value(self) -> Any:
        """The first value of the first row; None without any."""
        return self.rows[0][0] if self.rows else None


Statement: TypeAlias = Run | Insert
Work: TypeAlias = Generator[Statement, Done, _T]


def drive(work: Work[_T], do: Callable[[Statement], Done]) -> _T:
    """Do all statements, and return the work's result."""
    try:
        statement = next(work)
        while True:
            statement = work.send(do(statement))
    except StopIteration as end:
        result: _T = end.value
        return result


class Database(Protocol):
    """An open database with one connection. Raises what its driver raises; see `faults`."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    async def work(self, work: Work[_T]) -> _T:
        """Do all of it in one transaction, or none of it."""
        ...

    async def alone(self, *statements: str) -> Done:
        """Run statements that can't stand in a transaction; return what came of the last."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...

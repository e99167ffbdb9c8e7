"""PostgreSQL by asyncpg."""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

from bot.journal.faults import Trouble, Unusable
from bot.journal.statements import Done, Insert

if TYPE_CHECKING:
    from bot.journal.statements import Statement, Work

_T = TypeVar("_T")
_CONNECT_SECONDS: Final = 3.0
_COMMAND_SECONDS: Final = 10.0
_CLOSE_SECONDS: Final = 1.0


class Postgresql:
    """A connection that is made when it is first needed; it does one thing at a time."""

    dialect: Final = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._busy = asyncio.Lock()

    async def work(self, work: Work[_T]) -> _T:
        """Do all of it in one transaction."""
        async with self._busy:
            connection = await self._open()
            try:
                async with connection.transaction():
                    return await self._drive(connection, work)
            except (asyncpg.InterfaceError, asyncpg.InternalClientError):
                if connection.is_closed():
                    raise Unusable(Trouble.UNREACHABLE) from None
                raise

    async def alone(self, *statements: str) -> Done:
        """Run statements outside of any transaction."""
        async with self._busy:
            connection = await self._open()
            *_, last = [await connection.fetch(statement) for statement in statements]
            return Done(last, 0)

    async def close(self) -> None:
        """Close the connection, whether or not the server still answers."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close(timeout=_CLOSE_SECONDS)
            except BaseException:
                connection.terminate()
                raise

    async def _open(self) -> Any:
        if self._connection is None:
            self._connection = await asyncpg.connect(
                **address(self._url),
                timeout=_CONNECT_SECONDS,
                command_timeout=_COMMAND_SECONDS,
                server_settings={"application_name": "askwell", "synchronous_commit": "on"},
            )
        return self._connection

    async def _drive(self, connection: Any, work: Work[_T]) -> _T:
        try:
            statement = next(work)
            while True:
                statement = work.send(await _do(connection, statement))
        except StopIteration as end:
            result: _T = end.value
            return result


async def _do(connection: Any, statement: Statement) -> Done:
    if isinstance(statement, Insert):
        await connection.executemany(_numbered(statement.sql()), statement.rows)
        return Done([], len(statement.rows))
    prepared = await connection.prepare(_numbered(statement.sql))
    rows = await prepared.fetch(*statement.values)
    changed = prepared.get_statusmsg().rpartition(" ")[2]  # such as "DELETE 5"
    return Done(rows, int(changed) if changed.isdigit() else 0)


@lru_cache(maxsize=64)
def _numbered(sql: str) -> str:
    """Write the marks of values as PostgreSQL does, with numbers."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)


def address(url: str) -> dict[str, Any]:
    """Return where asyncpg is to connect; `?ssl=…` means what it means to SQLAlchemy."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if "ssl" not in query:
        return {"dsn": url}
    ssl = query.pop("ssl")
    return {"dsn": parts._replace(query=urlencode(query)).geturl(), "ssl": ssl}

"""What `askwell purge` does."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from bot.errors import JournalError
from bot.journal.faults import diagnose
from bot.journal.purge import delete_all, delete_old, free
from bot.journal.store import Store

if TYPE_CHECKING:
    from bot.journal.location import Location
    from bot.journal.retention import Keep

_WAIT_SECONDS: Final = 10.0
"""How long a server that is writing is waited for."""


def delete(location: Location, keep: Keep | None) -> dict[str, int]:
    """Delete what is older than `keep` allows, or with None everything; return the rows by table.

    Raises JournalError.
    """
    if location.path is not None and not location.path.exists():
        return {}
    try:
        return asyncio.run(_delete(location, keep))
    except Exception as error:  # noqa: BLE001  its words may quote what was written
        raise JournalError(str(location), str(diagnose(error))) from None


async def _delete(location: Location, keep: Keep | None) -> dict[str, int]:
    store = await Store.open(location, wait=_WAIT_SECONDS)
    try:
        if keep is None:
            deleted = await delete_all(store.database)
        else:
            deleted = await delete_old(store.database, keep, now=int(time.time()))
        await free(store.database, whole=True)
    finally:
        await store.close()
    return deleted

"""What the handlers find in the application, by typed key; `create_app` puts it there."""

from __future__ import annotations

from aiohttp import web

from bot.channels.answered import Answered
from bot.channels.connections import Connections
from bot.channels.door import Door
from bot.channels.feedback import Journal
from bot.channels.limits import AddressBuckets
from bot.channels.turns import Turns
from bot.channels.watchdog import Watchdog
from bot.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
TURNS = web.AppKey("turns", Turns)
DOOR = web.AppKey("door", Door)
CONNECTIONS = web.AppKey("connections", Connections)
ADDRESSES = web.AppKey("addresses", AddressBuckets)
ANSWERED = web.AppKey("answered", Answered)
JOURNAL = web.AppKey[Journal | None]("journal")
WATCHDOG = web.AppKey("watchdog", Watchdog)

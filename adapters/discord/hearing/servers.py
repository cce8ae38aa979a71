"""Servers: what a session tells of them when it begins, and where somebody has spoken there of late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.discord.payloads.grounds import THREADS, Data
from adapters.discord.snowflakes import snowflake_at, time_of

REMEMBERED = 2_100.0
"""Seconds before a session began of which it is known who spoke: more than are looked back at."""
PATIENCE = 5.0
"""Seconds for which a new session is believed to tell of its servers; those with an outage it leaves out."""
_READ = THREADS | {0, 2, 5, 13}
"""The types of channels in which messages stand (discord.com/developers, "Channel Types")."""


@dataclass(slots=True)
class Servers:
    """The servers of one shard, as far as a session of this process has told of them."""

    _awaited: set[str] = field(default_factory=set)
    _all_told: asyncio.Event = field(default_factory=asyncio.Event)
    _last: dict[str, dict[str, int]] = field(default_factory=dict)
    """By server and channel, the last message that was written before the session told of the server."""

    def hear(self, name: str, data: Data) -> None:
        """Learn from an event (discord.com/developers, "Gateway Events")."""
        if name == "READY":
            self._awaited, self._last = {str(each["id"]) for each in data["guilds"]}, {}
        elif name == "GUILD_CREATE":
            self._last[str(data["id"])] = dict(_spoken(data))
            self._awaited.discard(str(data["id"]))
        elif name == "GUILD_DELETE":
            self._last.pop(str(data["id"]), None)
            self._awaited.discard(str(data["id"]))
        (self._all_told.clear if self._awaited else self._all_told.set)()

    async def told(self, patience: float = PATIENCE) -> None:
        """Return when a session that has begun has told of all its servers, or takes too long."""
        if self._awaited:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._all_told.wait()

    def spoken_in(self, since: float) -> list[str]:
        """The servers in which somebody has spoken since then, in seconds since 1970."""
        return [each for each in self._last if self.spoken(each, since)]

    def spoken(self, server: str, since: float) -> list[str] | None:
        """Its channels and threads in which somebody has spoken since then, the last first; None if nobody knows."""
        if server not in self._last:
            return None
        found = [(last, each) for each, last in self._last[server].items() if time_of(str(last)) >= since]
        return [each for _, each in sorted(found, reverse=True)]


def _spoken(server: Data) -> Iterator[tuple[str, int]]:
    oldest = int(snowflake_at(time.time() - REMEMBERED))
    for channel in (*(server.get("channels") or ()), *(server.get("threads") or ())):
        last = int(channel.get("last_message_id") or 0)
        if channel.get("type") in _READ and last > oldest:
            yield str(channel["id"]), last

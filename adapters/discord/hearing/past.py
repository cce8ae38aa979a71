"""The past: what was said in a gap, as Discord tells it to who asks afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.discord.payloads.grounds import Data
from adapters.discord.routes import MESSAGES, SEARCH
from adapters.discord.snowflakes import snowflake_at
from bot.attendance import Gap
from bot.errors import PlatformBusy, PlatformUnclear

MOST = 100
"""Messages of a channel or a thread that are read."""
HITS, PAGES = 25, 4
"""Of a search: messages of a page, and pages (discord.com/developers, "Search Guild Messages")."""
SKEW = 120.0
"""Seconds by which Discord's clock may be ahead of ours. What was heard meanwhile is known by its id."""
TRIES = 5
WAIT = 2.0
"""Seconds before Discord is asked again whose answer did not come."""
LONGEST_WAIT = 120.0
"""Seconds that Discord may want to be left alone."""

Query = Mapping[str, str | int]


class Asks(Protocol):
    """What asks Discord."""

    async def ask(self, route: str, *ids: str, query: Query | None = None) -> Any:
        """What Discord answers. Raises PlatformError."""


@dataclass(frozen=True, slots=True)
class Past:
    """Asks what was said in a gap. Raises PlatformError; where Discord wants to be asked later, it is."""

    asks: Asks
    gap: Gap

    async def messages(self, channel: str) -> list[Data]:
        """What was said in a channel or a thread."""
        query: Query = {"after": snowflake_at(self.gap.since), "limit": MOST}
        return list(self._within(await self._asked(MESSAGES, channel, query=query)))

    async def addressed(self, server: str, bot: str) -> list[Data]:
        """What was said to the bot in a server, wherever it may read: with a mention, or in reply to it."""
        mentions = await self._search(server, {"mentions": bot})
        return mentions + await self._search(server, {"replied_to_user_id": bot})

    async def _search(self, server: str, wanted: Query) -> list[Data]:
        first, end = snowflake_at(self.gap.since), snowflake_at(self.gap.until + SKEW)
        query = {**wanted, "min_id": first, "max_id": end, "sort_by": "timestamp", "sort_order": "asc"}
        found: list[Data] = []
        for page in range(PAGES):
            offset = page * HITS
            answer = await self._asked(SEARCH, server, query={**query, "limit": HITS, "offset": offset})
            found += self._within([each for hit in answer["messages"] for each in hit])
            # A page may hold fewer than there are.
            if offset + HITS >= int(answer.get("total_results") or 0):
                break
        return found

    def _within(self, messages: Sequence[Data]) -> Iterator[Data]:
        first, end = int(snowflake_at(self.gap.since)), int(snowflake_at(self.gap.until + SKEW))
        return (each for each in messages if first <= int(each["id"]) < end)

    async def _asked(self, route: str, *ids: str, query: Query) -> Any:
        for _ in range(TRIES):
            try:
                return await self.asks.ask(route, *ids, query=query)
            except PlatformBusy as busy:
                if busy.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(busy.retry_after)
            except PlatformUnclear:
                await asyncio.sleep(WAIT)
        return await self.asks.ask(route, *ids, query=query)

"""What people wrote in Discord while nobody listened, and what no session brings any more: it is looked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import structlog

from adapters.discord.hearing.intake import Intake
from adapters.discord.hearing.past import Asks, Past
from adapters.discord.hearing.servers import Servers
from adapters.discord.payloads.grounds import Data
from adapters.discord.places import guild_of, tenant_of
from adapters.platforms import Receive
from bot.attendance import Attendance, Gap
from bot.errors import PlatformError
from bot.messages import Conversation, IncomingMessage
from bot.together import together

log = structlog.get_logger()

MOST = 20
"""Channels and threads of a server that are read, those in which somebody wrote last."""
TENANTS = 5
"""Servers, and people's direct messages, that are looked at at the same time."""
LAG = 60.0
"""Seconds after which a message is found by a search."""
_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True, slots=True)
class Backfill:
    """Finds what was written in a gap, one server after the other, and takes it in as it would have come, but late."""

    intake: Intake
    asks: Asks
    attendance: Attendance
    servers: Servers
    searches: bool = True
    """Whether Discord lets the bot search, which it does if it may read everything."""
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TENANTS))

    async def __call__(self, gap: Gap) -> None:
        """Fill a gap. Raises StoreError; it may then be filled again, since what was taken in is known."""
        await self.servers.told()
        known = reversed(await self.attendance.tenants())
        spoken = (tenant_of(each, "") for each in self.servers.spoken_in(gap.since))
        await together(*(self._fill(tenant, gap) for tenant in dict.fromkeys([*known, *spoken])))

    async def _fill(self, tenant: str, gap: Gap) -> None:
        async with self._at_once:
            if time.time() - gap.until > self.attendance.rhythm.longest:
                return  # nobody waits for the answer any more
            server = guild_of(Conversation(tenant, ""))
            if server and self.servers.spoken(server, gap.since) == []:
                return
            past, found = Past(self.asks, gap), list[Data]()
            is_searched = bool(server) and await self._search(past, server, found)
            for place in await self._places(tenant, gap, is_searched=is_searched):
                found += await _read(past, place)
            await self._take_in(server, found)

    async def _search(self, past: Past, server: str, found: list[Data]) -> bool:
        if not self.searches:
            return False
        try:
            found += await past.addressed(server, self.intake.bot)
        except (PlatformError, *_UNREADABLE) as error:
            log.info("not_searched", guild=server, error=type(error).__name__, reason=_reason(error))
            return False
        return True

    async def _places(self, tenant: str, gap: Gap, *, is_searched: bool) -> list[str]:
        """The ids of what is read: where people need not name the bot, and where a search finds nothing, or not yet."""
        known = await self.attendance.known(tenant)
        there = [each.thread or each.channel for each in known]
        server = guild_of(Conversation(tenant, ""))
        spoken = self.servers.spoken(server, gap.since)
        if spoken is None:
            return _first([*there, *(each.channel for each in known)])
        others = self.servers.spoken(server, gap.until - LAG) if is_searched else spoken
        return _first([*(each for each in there if each in spoken), *(others or ()), *there])

    async def _take_in(self, server: str, found: Iterable[Data]) -> None:
        """Take in what was found, in the order in which it was written."""
        late = replace(self.intake, receive=_lately(self.intake.receive))
        messages = {int(each["id"]): each for each in found}
        log.info("looked_back", guild=server, messages=len(messages))
        for _, message in sorted(messages.items()):
            # What is asked for does not say to which server it belongs.
            await late("MESSAGE_CREATE", {**message, **({"guild_id": server} if server else {})})


def _first(places: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(places))[:MOST]


async def _read(past: Past, place: str) -> list[Data]:
    try:
        return await past.messages(place)
    except (PlatformError, *_UNREADABLE) as error:
        log.info("not_read", channel=place, error=type(error).__name__, reason=_reason(error))
        return []


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, PlatformError) else ""


def _lately(receive: Receive) -> Receive:
    async def receive_late(message: IncomingMessage) -> object:
        return await receive(replace(message, late=True))

    return receive_late

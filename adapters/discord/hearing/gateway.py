"""The gateway: this process's share of the shards, each heard as long as it is this process's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import structlog

from adapters.discord.hearing.identifying import Rest, Spacing, Starts
from adapters.discord.hearing.sessions import Sessions
from adapters.discord.hearing.shard import Ears, Line, Shard, Timing
from adapters.discord.hearing.shards import Shards, Terms, shared_count
from adapters.discord.hearing.socket import Account, Wire
from adapters.discord.places import PLATFORM
from bot.allowance import Allowance
from bot.errors import StoreError
from bot.store import Store

log = structlog.get_logger()

TRIES = 3
"""How often Discord is asked how many shards there should be, a second apart."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How all of it takes its time."""

    terms: Terms = field(default_factory=Terms)
    spacing: Spacing = field(default_factory=Spacing)
    timing: Timing = field(default_factory=Timing)


class Gateway:
    """Hears Discord, together with the other processes that do."""

    def __init__(
        self, account: Account, rest: Rest, store: Store, ears: Ears, manner: Manner = Manner()
    ) -> None:
        self._account = account
        self._rest = rest
        self._store = store
        self._ears = ears
        self._manner = manner

    async def run(self) -> None:
        """Hear, for ever. Raises SettingsError."""
        application = self._account.application
        starts = Starts(self._rest, Allowance(self._store, PLATFORM), application, self._manner.spacing)
        shards = Shards(self._store, application, await self._count(starts), self._manner.terms)
        async with aiohttp.ClientSession(ws_response_class=Wire) as http:
            await self._share(shards, Line(http, self._account, Sessions(shards), starts))

    async def _count(self, starts: Starts) -> int:
        """How many shards there are: as the operator says, as Discord recommends, or as there were."""
        if self._account.shards:
            return self._account.shards
        for _ in range(TRIES):
            if limits := await starts.asked():
                return limits.shards
            await asyncio.sleep(1.0)
        with suppress(StoreError):
            return await shared_count(self._store, self._account.application) or 1
        return 1

    async def _share(self, shards: Shards, line: Line) -> None:
        hearing: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                mine = await shards.renewed()
                _end(task for number, task in hearing.items() if number not in mine)
                for number in mine - hearing.keys():
                    shard = Shard(number, line, self._ears, self._manner.timing)
                    hearing[number] = asyncio.create_task(shard.run())
                await _pause(hearing, shards.pause)
        finally:
            _end(hearing.values())
            await asyncio.gather(*hearing.values(), return_exceptions=True)
            with suppress(StoreError):
                await shards.go()


async def _pause(hearing: dict[int, asyncio.Task[None]], seconds: float) -> None:
    """Wait so long, or until one of them has ended. Raises what it raised."""
    if not hearing:
        await asyncio.sleep(seconds)
        return
    await asyncio.wait(hearing.values(), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for number, task in list(hearing.items()):
        if task.done():
            del hearing[number]
            if not task.cancelled():
                task.result()


def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        if not task.cancelling():  # else it is about to hand over, which takes a moment
            task.cancel()

"""A process that hears Discord and notes in Redis what it heard: `python -m tests.adapters.discord.hearing_alone …`."""

from __future__ import annotations

import asyncio
import sys

import aiohttp

from adapters.discord.hearing.gateway import Gateway
from adapters.discord.hearing.lines import Event
from adapters.discord.hearing.shard import Ears
from adapters.discord.hearing.socket import Account
from adapters.discord.identity import intents_of
from bot.attendance import Attendance, Gap
from bot.beside import beside
from bot.presence import Presence, attend
from bot.store import open_store
from simulators.discord import DiscordSimulator
from tests.adapters.discord.ears import FAST, MAY_READ, RHYTHM, Asking

HEARD = "heard"
"""List of the ids of messages that were heard."""
HEARS = "hears"
"""1 while it hears."""


async def _hear(redis: str, gateway: str, token: str, application: str) -> None:
    async with open_store(redis) as store, aiohttp.ClientSession() as http:

        async def take_in(event: Event) -> None:
            await store.do("RPUSH", HEARD, event.data["id"])

        async def nothing(gap: Gap) -> None:
            del gap

        async def attended(shard: int, presence: Presence) -> None:
            async with beside(attend(Attendance(store, f"discord-{shard}", RHYTHM), presence, nothing)):
                try:
                    while True:
                        await store.do("SET", HEARS, int(presence.hears))
                        await asyncio.sleep(0.01)
                finally:
                    await store.do("SET", HEARS, 0)

        ears = Ears(take_in, lambda event: event.name == "MESSAGE_CREATE", attended)
        account = Account(token, application, gateway, intents_of(MAY_READ), 1)
        # The limits are those of another Discord: it tells none.
        await Gateway(account, Asking(http, DiscordSimulator()), store, ears, FAST).run()


if __name__ == "__main__":
    asyncio.run(_hear(*sys.argv[1:]))

"""discord.py as it comes from its makers, led to the simulator."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord as library
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from simulators.changes import Changes
from simulators.discord import DiscordSimulator


@contextmanager
def led_to(discord: DiscordSimulator) -> Iterator[None]:
    """Have discord.py speak to the simulator while the block runs."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = discord.api_url, yarl.URL(discord.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


class Listening(library.Client):
    """A client that notes what it is told. `waits` false: it does not wait five seconds before it identifies again."""

    def __init__(self, *, waits: bool = False, **options: Any) -> None:
        super().__init__(guild_ready_timeout=0.05, **options)
        self.waits = waits
        self.events: list[str] = []
        self.heard: list[library.Message] = []
        self.channels_made: list[str] = []
        self._changes = Changes()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if self.waits:
            await super().before_identify_hook(shard_id, initial=initial)

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds: it is asked now and after everything that the client is told."""
        await self._changes.until(predicate)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        super().dispatch(event, *args, **kwargs)
        self._changes.tell()

    async def on_message(self, message: library.Message) -> None:
        self.heard.append(message)
        self._changes.tell()

    async def on_guild_channel_create(self, channel: library.abc.GuildChannel) -> None:
        self.channels_made.append(channel.name)
        self._changes.tell()


class ListeningShards(Listening, library.AutoShardedClient):
    """The same, with as many shards as Discord recommends, or as it is told to have."""


def intents() -> library.Intents:
    """What is not privileged, and the content of messages."""
    asked = library.Intents.default()
    asked.message_content = True
    return asked


@asynccontextmanager
async def started(discord: DiscordSimulator, client: library.Client) -> AsyncIterator[asyncio.Task[None]]:
    """The client, running while the block runs; the task ends when it gives up."""
    with led_to(discord):
        running = asyncio.create_task(client.start(discord.app.token))
        try:
            yield running
        finally:
            await client.close()
            running.cancel()
            await asyncio.wait([running])

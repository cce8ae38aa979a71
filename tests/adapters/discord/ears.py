"""The listening half alone: everything that Discord brings, up to where it would be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from adapters.discord.hearing.course import Saving
from adapters.discord.hearing.gateway import Gateway, Manner
from adapters.discord.hearing.identifying import Spacing
from adapters.discord.hearing.lines import Bounds, Event
from adapters.discord.hearing.shard import BELIEVED, Ears, Presences, Timing
from adapters.discord.hearing.shards import Terms
from adapters.discord.hearing.socket import Account
from adapters.discord.identity import intents_of
from bot.attendance import Attendance, Gap, Rhythm
from bot.errors import PlatformRefused, PlatformUnclear, StoreUnavailable
from bot.keys import note_key
from bot.presence import Presence, attend
from bot.store import Store
from simulators.changes import Changes
from simulators.discord import DiscordSimulator

AWAY = StoreUnavailable("Redis is away.")
MAY_READ = 1 << 18
TERMS = Terms(lease=1.5, margin=0.5, renew=0.3, look=0.02, patience=0.3, answer=0.3)
FAST = Manner(
    terms=TERMS,
    spacing=Spacing(apart=0.1, hold=2.0, look=0.02),
    timing=Timing(steady=0.02, first_wait=0.05, longest_wait=0.2, saving=Saving(every=0.05, refresh=1.0)),
)
BOUNDS = Bounds(first_wait=0.02, longest_wait=0.1)
RHYTHM = Rhythm(tick=0.05, look=0.02, margin=BELIEVED)


@dataclass(frozen=True, slots=True)
class Asking:
    """A Rest that asks for what it is told to, and knows no limits."""

    http: aiohttp.ClientSession
    discord: DiscordSimulator

    async def ask(self, route: str, *ids: str) -> Any:
        method, path = route.format(*ids).split(" ")
        headers = {
            "Authorization": f"Bot {self.discord.app.token}",
            "User-Agent": "DiscordBot (https://example.org, 1)",
        }
        try:
            async with self.http.request(method, self.discord.api_url + path, headers=headers) as answer:
                if not answer.ok:
                    raise PlatformRefused(str(answer.status))
                return await answer.json()
        except aiohttp.ClientError as error:
            raise PlatformUnclear(str(error)) from error


@dataclass(slots=True, eq=False)
class Hearer:
    """One process's gateway, and what came through it; what comes twice stands there twice."""

    name: str
    house: House
    presences: Presences = field(default_factory=Presences)
    events: list[Event] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    """What goes wrong with the next events, one each."""
    store: Store | None = None
    """Its own way to Redis, if it has one."""
    puzzle: str = ""
    """What a message says of which nobody can tell whether it is wanted."""
    wanted: frozenset[str] = frozenset({"MESSAGE_CREATE"})

    def gateway(self, shards: int | None = 1, manner: Manner = FAST, **account: Any) -> Gateway:
        """A gateway that has heard nothing yet."""
        discord = self.house.discord
        app, intents = discord.app, intents_of(MAY_READ)
        who = replace(Account(app.token, app.id, discord.gateway_url, intents, shards), **account)
        ears = Ears(self.take_in, self.wants, self.attended, self.presences, BOUNDS)
        return Gateway(who, self.house.asking, self.store or self.house.store, ears, manner)

    async def take_in(self, event: Event) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.events.append(event)
        if event.name == "MESSAGE_CREATE":
            self.house.heard.add(event.data["id"])
        self.presences.of(event.shard).heard(f"discord:{event.data.get('guild_id')}")
        self.house.changes.tell()

    def wants(self, event: Event) -> bool:
        if self.puzzle and event.data.get("content") == self.puzzle:
            raise KeyError
        return event.name in self.wanted

    async def attended(self, shard: int, presence: Presence) -> None:
        async def fill(gap: Gap) -> None:
            self.gaps.append(gap)
            self.house.changes.tell()

        await attend(Attendance(self.house.store, f"discord-{shard}", RHYTHM), presence, fill)

    @property
    def ids(self) -> list[str]:
        """The messages that came, in their order."""
        return [event.data["id"] for event in self.events if event.name == "MESSAGE_CREATE"]

    @property
    def hears(self) -> int:
        """How many shards it hears."""
        return sum(self.presences.of(shard).hears for shard in range(16))


@dataclass(slots=True, eq=False)
class House:
    """A Discord, a Redis, and the processes that hear the one and share the other."""

    discord: DiscordSimulator
    store: Store
    asking: Asking
    heard: set[str] = field(default_factory=set)
    """The ids of the messages that any process took in."""
    changes: Changes = field(default_factory=Changes)

    def hearer(self, name: str = "first", store: Store | None = None) -> Hearer:
        """Another process."""
        return Hearer(name, self, store=store)

    async def says(self, *texts: str) -> list[str]:
        """The ids of what Ada says in #general."""
        guild = self.discord.guild
        return [await guild.person("Ada").says(text, guild.channel("general")) for text in texts]

    async def until_heard(self, ids: list[str], within: float = 10.0) -> None:
        """Return once all these messages were taken in by somebody."""
        async with asyncio.timeout(within):
            await self.changes.until(lambda: self.heard >= set(ids))

    async def until_connected(self, count: int = 1, within: float = 10.0) -> None:
        """Return once there are so many sessions with a connection."""
        async with asyncio.timeout(within):
            await self.discord.until(lambda: len(self.discord.sessions) == count)

    async def until_hears(self, hearer: Hearer, count: int = 1, within: float = 10.0) -> None:
        """Return once a process hears so many shards."""
        async with asyncio.timeout(within):
            while hearer.hears != count:  # noqa: ASYNC110 - a way says nothing by itself
                await asyncio.sleep(0.005)


def session_key(house: House) -> str:
    """Where the session of the first shard is kept."""
    return note_key("discord", f"session {house.discord.app.id} 0")


@asynccontextmanager
async def open_house(store: Store) -> AsyncIterator[House]:
    """A house in which nobody hears anything yet. Time goes fast, so that sessions may begin one after the other."""
    async with DiscordSimulator() as discord, aiohttp.ClientSession() as http:
        discord.speed = 60.0
        yield House(discord, store, Asking(http, discord))

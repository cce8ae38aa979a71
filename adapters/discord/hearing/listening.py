"""Listening: the gateway, and what becomes of all that it brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial

from adapters.discord.hearing.answering import Answering
from adapters.discord.hearing.backfill import Backfill
from adapters.discord.hearing.departures import Departures, has_left
from adapters.discord.hearing.forms import Forms
from adapters.discord.hearing.gateway import Gateway
from adapters.discord.hearing.intake import Intake
from adapters.discord.hearing.interactions import Interactions
from adapters.discord.hearing.lines import Event
from adapters.discord.hearing.roles import Roles
from adapters.discord.hearing.servers import Servers
from adapters.discord.hearing.shard import BELIEVED, Ears, Presences
from adapters.discord.hearing.socket import Account
from adapters.discord.hearing.threads import Threads
from adapters.discord.identity import Identity
from adapters.discord.keys import DiscordKeys
from adapters.discord.places import PLATFORM
from adapters.discord.rest.rest import Rest
from adapters.platforms import Receive
from bot.attendance import Attendance, Rhythm
from bot.beside import beside
from bot.feedback import Feedback
from bot.messages import IncomingMessage
from bot.presence import Presence, attend
from bot.purge import Purges
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Listening:
    """Hears Discord for one bot."""

    keys: DiscordKeys
    rest: Rest
    identity: Identity
    store: Store
    purges: Purges
    answering: Answering

    async def run(self, receive: Receive) -> None:
        """Hand over every message, for ever, and late what was written while nobody listened. Raises SettingsError."""
        presences = Presences()
        part_of = self._parts(receive, presences)
        account = Account(
            self.keys.bot_token,
            self.identity.application,
            self.keys.gateway_url,
            self.identity.intents,
            self.keys.shards,
        )
        ears = Ears(
            take_in=lambda event: part_of(event.shard).take_in(event),
            wants=lambda event: part_of(event.shard).wants(event),
            attended=lambda shard, presence: part_of(shard).attend(presence),
            presences=presences,
        )
        async with beside(self.purges.keep(PLATFORM, partial(has_left, self.rest))):
            await Gateway(account, self.rest, self.store, ears).run()

    def _parts(self, receive: Receive, presences: Presences) -> Callable[[int], Part]:
        """The part of each shard; they share what is known of channels and roles, for one may become another's."""
        threads, departures = Threads(self.rest, self.store), Departures(self.purges)
        roles = Roles(self.rest, self.identity.id, self.identity.name)
        rate = Feedback(self.store, self.keys.retention_days).keep
        forms = Forms(self.store, self.identity.id)

        @cache
        def part_of(shard: int) -> Part:
            heard = partial(_heard, presences.of(shard), receive)
            interactions = Interactions(heard, rate, self.answering, forms, threads)
            intake = Intake(heard, self.identity.id, threads, roles, interactions, departures.left)
            attendance = Attendance(self.store, f"{PLATFORM}-{shard}", Rhythm(margin=BELIEVED))
            return Part(intake, departures, attendance, self.rest, searches=self.identity.reads)

        return part_of


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of what one shard brings."""

    intake: Intake
    departures: Departures
    attendance: Attendance
    rest: Rest
    searches: bool
    servers: Servers = field(default_factory=Servers)

    def wants(self, event: Event) -> bool:
        """Whether an event is to be taken in. What it tells of servers and channels is known when this returns."""
        self.servers.hear(event.name, event.data)
        return event.name == "READY" or self.intake.wants(event.name, event.data)

    async def take_in(self, event: Event) -> None:
        """Take in an event. Raises StoreError."""
        if event.name == "READY":
            await self.departures.check(self.attendance, event.data)
        else:
            await self.intake(event.name, event.data)

    async def attend(self, presence: Presence) -> None:
        """Note for ever that the shard is heard, and look for what was written while it was not."""
        backfill = Backfill(self.intake, self.rest, self.attendance, self.servers, self.searches)
        await attend(self.attendance, presence, backfill)


async def _heard(presence: Presence, receive: Receive, message: IncomingMessage) -> object:
    presence.heard(message.conversation.tenant)
    return await receive(message)

"""Listening: the gateway, and what becomes of all that it brings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

import structlog

from adapters.discord.hearing.answering import Answering
from adapters.discord.hearing.forms import Forms
from adapters.discord.hearing.gateway import Gateway
from adapters.discord.hearing.intake import Intake
from adapters.discord.hearing.interactions import Interactions
from adapters.discord.hearing.lines import Event
from adapters.discord.hearing.shard import Ears, Presences
from adapters.discord.hearing.socket import Account
from adapters.discord.hearing.threads import Threads
from adapters.discord.identity import Identity
from adapters.discord.keys import DiscordKeys
from adapters.discord.places import PLATFORM, guild_of, tenant_of
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import GUILD
from adapters.platforms import Receive
from bot.attendance import Attendance, Gap
from bot.beside import beside
from bot.feedback import Feedback
from bot.messages import Conversation, IncomingMessage
from bot.presence import Presence, attend
from bot.purge import Purges
from bot.store import Store

log = structlog.get_logger()

_GONE = frozenset({10_004, 50_001})
"""No such server, or the bot is not in it."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Hears Discord for one bot."""

    keys: DiscordKeys
    rest: Rest
    identity: Identity
    store: Store
    purges: Purges
    answering: Answering
    _presences: Presences = field(default_factory=Presences)

    async def run(self, receive: Receive) -> None:
        """Hand over every message, for ever. Raises SettingsError."""
        threads = Threads(self.rest, self.store)

        intakes: dict[int, Intake] = {}

        def intake_of(shard: int) -> Intake:
            if shard not in intakes:
                heard = partial(_heard, self._presences.of(shard), receive)
                intakes[shard] = self._intake(heard, threads)
            return intakes[shard]

        async def take_in(event: Event) -> None:
            await intake_of(event.shard)(event.name, event.data)

        def wants(event: Event) -> bool:
            return intake_of(event.shard).wants(event.name, event.data)

        account = Account(
            self.keys.bot_token,
            self.identity.application,
            self.keys.gateway_url,
            self.identity.intents,
            self.keys.shards,
        )
        ears = Ears(take_in, wants, self._attended, self._presences)
        async with beside(self.purges.keep(PLATFORM, partial(has_left, self.rest))):
            await Gateway(account, self.rest, self.store, ears).run()

    def _intake(self, receive: Receive, threads: Threads) -> Intake:
        rate = Feedback(self.store, self.keys.retention_days).keep
        forms = Forms(self.store, self.identity.id)
        interactions = Interactions(receive, rate, self.answering, forms, threads)
        return Intake(receive, self.identity.id, threads, interactions, self._left)

    async def _left(self, guild: str) -> None:
        await self.purges.want(tenant_of(guild, ""))
        log.warning("server_left", guild=guild)

    async def _attended(self, shard: int, presence: Presence) -> None:
        await attend(Attendance(self.store, f"{PLATFORM}-{shard}"), presence, _leave)


async def _heard(presence: Presence, receive: Receive, message: IncomingMessage) -> object:
    presence.heard(message.conversation.tenant)
    return await receive(message)


async def _leave(gap: Gap) -> None:
    log.info("gap_not_filled", seconds=round(gap.until - gap.since))
    await asyncio.sleep(0)


async def has_left(rest: Rest, tenant: str) -> bool:
    """Whether the bot is in a server no more. Raises PlatformError."""
    guild = guild_of(Conversation(tenant, ""))
    if not guild:
        return False
    try:
        await rest.ask(GUILD, guild)
    except Refused as refused:
        if refused.code in _GONE:
            return True
        raise
    return False

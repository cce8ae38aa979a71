"""Discord, connected by the token of a bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import structlog

from adapters.discord.identity import Identity, identity_of
from adapters.discord.keys import DiscordKeys
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest.rest import Rest, open_rest
from bot.purge import Purges
from bot.store import Store

log = structlog.get_logger()


@asynccontextmanager
async def open_discord(keys: DiscordKeys, store: Store) -> AsyncIterator[DiscordPlatform]:
    """Discord, as the bot knows it. Raises PlatformError."""
    async with identified(keys) as (rest, identity):
        log.info("bot", name=identity.name, application=identity.application)
        if not identity.reads:
            log.warning("message_content_intent_missing", look_at=identity.page)
            click.echo(f"parley: {identity.unread}", err=True)
        yield DiscordPlatform(keys, rest, identity, store, Purges(store))


@asynccontextmanager
async def identified(keys: DiscordKeys) -> AsyncIterator[tuple[Rest, Identity]]:
    """Discord's REST API, and who the bot is there. Raises PlatformError."""
    async with open_rest(keys.api_url, keys.bot_token) as rest:
        yield rest, await identity_of(rest)

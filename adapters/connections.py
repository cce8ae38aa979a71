"""The platforms that the settings name, connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import click
import structlog

from adapters.platforms import Platform
from adapters.service import Opening
from adapters.settings import Settings, SettingsError
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear
from bot.store import Store

log = structlog.get_logger()

WAIT = 1.0
"""Seconds before a platform that could not be reached is tried again; doubled each time, up to a minute."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How one platform is reached."""

    name: str
    setting: str
    """The setting that says where it is."""
    address: str
    open: Callable[[Store], AbstractAsyncContextManager[Platform]]
    refused: Callable[[PlatformRefused], str]
    """What to do where it refuses the settings."""


def opening(settings: Settings) -> Opening:
    """What opens the platforms that the settings name."""
    return partial(_open, settings)


@asynccontextmanager
async def _open(settings: Settings, store: Store) -> AsyncIterator[Mapping[str, Platform]]:
    platforms: dict[str, Platform] = {}
    async with AsyncExitStack() as stack:
        if settings.slack:
            platforms["slack"] = await _connected(_slack(settings), store, stack)
        if settings.discord:
            platforms["discord"] = await _connected(_discord(settings), store, stack)
        yield platforms


def _slack(settings: Settings) -> _Way:
    # Only a process that speaks to a platform pays for its SDK.
    from adapters.slack.adapter import open_slack  # noqa: PLC0415
    from adapters.slack.keys import keys_of  # noqa: PLC0415

    def refused(error: PlatformRefused) -> str:
        if str(error).startswith("answered"):
            return (
                f"SLACK_API_URL is {settings.slack_api_url}, but nobody there speaks as Slack does ({error}): "
                "leave it out for Slack itself; the address of another server ends in /api as a rule."
            )
        return (
            f"Slack refuses SLACK_BOT_TOKEN ({error}): copy the Bot User OAuth Token, which begins with xoxb-, "
            "from your app's page OAuth & Permissions."
        )

    keys = keys_of(settings)
    return _Way("Slack", "SLACK_API_URL", settings.slack_api_url, partial(open_slack, keys), refused)


def _discord(settings: Settings) -> _Way:
    from adapters.discord.adapter import open_discord  # noqa: PLC0415 - as above
    from adapters.discord.identity import refused_in_words  # noqa: PLC0415
    from adapters.discord.keys import keys_of  # noqa: PLC0415

    keys = keys_of(settings)
    refused = partial(refused_in_words, keys.api_url)
    return _Way("Discord", "DISCORD_API_URL", settings.discord_api_url, partial(open_discord, keys), refused)


async def _connected(way: _Way, store: Store, stack: AsyncExitStack) -> Platform:
    wait = WAIT
    while True:
        try:
            return await stack.enter_async_context(way.open(store))
        except PlatformRefused as error:
            raise SettingsError(way.refused(error)) from error
        except PlatformBusy as busy:
            # It is there, and says itself when to ask again.
            log.warning("platform_limits", platform=way.name, seconds=busy.retry_after)
            await asyncio.sleep(busy.retry_after)
        except PlatformUnclear as error:
            log.warning("platform_not_reached", platform=way.name, reason=str(error), seconds=wait)
            if wait == WAIT:
                click.echo(
                    f"parley: {way.name} cannot be reached at {way.address} ({error}). Look at the network, a "
                    f"proxy, or {way.setting}; I go on trying.",
                    err=True,
                )
            await asyncio.sleep(wait)
            wait = min(wait * 2, 60.0)

"""The platforms that the settings name, connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
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


def opening(settings: Settings) -> Opening:
    """What opens the platforms that the settings name."""
    return partial(_open, settings)


@asynccontextmanager
async def _open(settings: Settings, store: Store) -> AsyncIterator[Mapping[str, Platform]]:
    platforms: dict[str, Platform] = {}
    async with AsyncExitStack() as stack:
        if settings.slack:
            platforms["slack"] = await _slack(settings, store, stack)
        yield platforms


async def _slack(settings: Settings, store: Store, stack: AsyncExitStack) -> Platform:
    # Only a process that speaks to Slack pays for its SDK.
    from adapters.slack.adapter import open_slack  # noqa: PLC0415
    from adapters.slack.keys import keys_of  # noqa: PLC0415

    keys = keys_of(settings)
    wait = WAIT
    while True:
        try:
            return await stack.enter_async_context(open_slack(keys, store))
        except PlatformRefused as error:
            if str(error).startswith("answered"):
                raise SettingsError(
                    f"SLACK_API_URL is {settings.slack_api_url}, but nobody there speaks as Slack does ({error}): "
                    "leave it out for Slack itself; the address of another server ends in /api as a rule."
                ) from error
            raise SettingsError(
                f"Slack refuses SLACK_BOT_TOKEN ({error}): copy the Bot User OAuth Token, which begins with xoxb-, "
                "from your app's page OAuth & Permissions."
            ) from error
        except (PlatformBusy, PlatformUnclear) as error:
            log.warning("slack_not_reached", reason=str(error), seconds=wait)
            if wait == WAIT:
                click.echo(
                    f"parley: Slack cannot be reached at {settings.slack_api_url} ({error}). Look at the network, a "
                    "proxy, or SLACK_API_URL; I go on trying.",
                    err=True,
                )
            await asyncio.sleep(wait)
            wait = min(wait * 2, 60.0)

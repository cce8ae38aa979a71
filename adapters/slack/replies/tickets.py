"""Answering so that only who asked reads it: at the address that came with a command, or in direct messages."""

from __future__ import annotations

import time
from typing import Any

import aiohttp

from adapters.slack.addresses import is_slack
from adapters.slack.places import Place
from adapters.slack.web import Web, platform_errors, seconds_of
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear

LIFETIME = 1_800.0
"""Seconds for which such an address works (docs.slack.dev, "Handling user interaction")."""
_DIRECT = "direct:"


def in_direct(channel: str) -> str:
    """The ticket of what is answered in direct messages, wherever it belongs."""
    return f"{_DIRECT}{channel}"


async def answered_at(place: Place, message: dict[str, Any], web: Web) -> None:
    """Answer so that only who asked reads it; at an address five times in half an hour. Raises PlatformError."""
    if place.ticket.startswith(_DIRECT):
        await web.ask(
            web.client.chat_postMessage,
            channel=place.ticket.removeprefix(_DIRECT),
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return
    if place.at and time.time() - place.at > LIFETIME:
        raise PlatformRefused("the address has expired")
    if not is_slack(place.ticket, web.client.base_url):
        raise PlatformRefused("not an address of Slack's")
    session: aiohttp.ClientSession | None = web.client.session
    if session is None:
        raise PlatformRefused("there is no connection")
    with platform_errors():
        async with session.post(
            place.ticket, json={"response_type": "ephemeral", "replace_original": False, **message}
        ) as response:
            status = response.status
    if status == 429:  # noqa: PLR2004 - as below
        raise PlatformBusy(seconds_of(response.headers.get("Retry-After")))
    if status >= 500:  # noqa: PLR2004 - the statuses of HTTP
        raise PlatformUnclear(f"answered {status}")
    if status >= 400:  # noqa: PLR2004 - as above
        raise PlatformRefused(f"answered {status}")

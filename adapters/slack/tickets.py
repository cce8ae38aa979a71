"""Answering so that only who asked reads it: at the address that came with a command, or in direct messages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.web import Web, platform_errors, seconds_of
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear

_DIRECT = "direct:"


def in_direct(channel: str) -> str:
    """The ticket of what is answered in direct messages, wherever it belongs."""
    return f"{_DIRECT}{channel}"


async def answered_at(ticket: str, message: dict[str, Any], web: Web) -> None:
    """Answer so that only who asked reads it; at an address five times in half an hour. Raises PlatformError."""
    if ticket.startswith(_DIRECT):
        await web.ask(
            web.client.chat_postMessage,
            channel=ticket.removeprefix(_DIRECT),
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return
    if not _is_slack(ticket, web.client.base_url):
        raise PlatformRefused("not an address of Slack's")
    session: aiohttp.ClientSession | None = web.client.session
    if session is None:
        raise PlatformRefused("there is no connection")
    with platform_errors():
        async with session.post(
            ticket, json={"response_type": "ephemeral", "replace_original": False, **message}
        ) as response:
            status = response.status
    if status == 429:  # noqa: PLR2004 - as below
        raise PlatformBusy(seconds_of(response.headers.get("Retry-After")))
    if status >= 500:  # noqa: PLR2004 - the statuses of HTTP
        raise PlatformUnclear(f"answered {status}")
    if status >= 400:  # noqa: PLR2004 - as above
        raise PlatformRefused(f"answered {status}")


def _is_slack(ticket: str, base_url: str) -> bool:
    """Whether an address leads to Slack: answers may hold what nobody else should read."""
    there, known = urlsplit(ticket), urlsplit(base_url)
    if (there.scheme, there.netloc) == (known.scheme, known.netloc):
        return True
    return there.scheme == "https" and (there.hostname or "").endswith((".slack.com", ".slack-gov.com"))

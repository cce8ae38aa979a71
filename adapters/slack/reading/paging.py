"""Conversations read page by page, as fast as Slack wants to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.web import Web
from bot.errors import PlatformBusy, PlatformUnclear

Call = Callable[..., Awaitable[AsyncSlackResponse]]
"""A method of the Web API that gives pages of messages."""
TRIES = 5
WAIT = 2.0
"""Seconds before a question to Slack is asked again whose answer did not come."""


async def paged(web: Web, call: Call, pages: int, **options: Any) -> AsyncGenerator[Mapping[str, Any]]:
    """The messages of so many pages at most, as Slack orders them. Raises PlatformError."""
    for _ in range(pages):
        answer = await _answered(web, call, options)
        for message in answer.get("messages", ()):
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        options["cursor"] = cursor


async def _answered(web: Web, call: Call, options: Mapping[str, Any]) -> dict[str, Any]:
    for _ in range(TRIES):
        try:
            return await web.ask(call, **options)
        except PlatformBusy as busy:
            await asyncio.sleep(busy.retry_after)
        except PlatformUnclear:
            await asyncio.sleep(WAIT)
    return await web.ask(call, **options)

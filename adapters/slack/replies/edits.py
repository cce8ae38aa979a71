"""Changing and taking away messages that stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.slack.replies.finding import FILE
from adapters.slack.replies.markup import shortened
from adapters.slack.replies.stream import Stream
from adapters.slack.web import Web
from bot.errors import PlatformRefused

_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted", "message_not_in_streaming_state"})


async def edited(web: Web, channel: str, ts: str, message: dict[str, Any]) -> None:
    """Let a message say this, with all that stands under it. Raises PlatformError."""
    message = {**message, "text": shortened(message["text"])}

    async def edit() -> None:
        await web.ask(web.client.chat_update, channel=channel, ts=ts, **message)

    try:
        await edit()
    except PlatformRefused as error:
        if str(error) != "streaming_state_conflict":
            raise
        # Another process had begun a stream there.
        await _unless_gone(lambda: Stream(web, channel, ts, "").stop())
        await edit()


async def deleted(web: Web, channel: str, post: str) -> None:
    """Take away a message, or a file by its id. One that is gone already is no error. Raises PlatformError."""
    if post.startswith(FILE):
        file = post.removeprefix(FILE)
        await _unless_gone(lambda: web.ask(web.client.files_delete, file=file))
    else:
        await _unless_gone(lambda: web.ask(web.client.chat_delete, channel=channel, ts=post))


async def _unless_gone(ask: Callable[[], Awaitable[object]]) -> None:
    try:
        await ask()
    except PlatformRefused as error:
        if str(error) not in _GONE:
            raise

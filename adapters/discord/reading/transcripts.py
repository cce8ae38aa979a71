"""What people have written in a thread or a channel, for who wants it summed up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.discord.payloads.people import author_of
from adapters.discord.payloads.words import said_in
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import MESSAGES
from bot.messages import Conversation

log = structlog.get_logger()

MOST = 200
"""Messages that are read, the newest."""
PAGE = 100
PATIENCE = 20.0
"""Seconds that a turn waits for them."""
_SPOKEN = frozenset({0, 19, 20})
"""The types of messages that somebody says (discord.com/developers, "Message"); the last is the answer to a command."""


async def transcript_of(rest: Rest, place: Conversation, bot: str, since: str = "") -> tuple[str, ...]:
    """A line for each message from that id on, oldest first, the bot's own among them. Raises PlatformError.

    What people wrote that the bot may not read has no line.
    """
    found: list[Mapping[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE):
            await _read(rest, place.thread or place.channel, since, found)
    except TimeoutError:
        log.info("transcript_in_part", messages=len(found))
    said = ((each, said_in(each, bot)) for each in reversed(found) if each.get("type") in _SPOKEN)
    return tuple(f"{author_of(each).name}: {text}" for each, text in said if text)


async def _read(rest: Rest, channel: str, since: str, found: list[Mapping[str, Any]]) -> None:
    """Add the newest messages, the newest first."""
    query: dict[str, str | int] = {"limit": PAGE}
    while len(found) < MOST:
        page = await rest.ask(MESSAGES, channel, query=query)
        wanted = [each for each in page if int(each["id"]) >= int(since or 0)]
        found += wanted
        if len(wanted) < PAGE:
            return
        query["before"] = page[-1]["id"]

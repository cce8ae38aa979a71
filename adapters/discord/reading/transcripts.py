"""What people have written in a thread or a channel, for who wants it summed up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.payloads.messages import is_hidden
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


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, a line for each message, oldest first."""

    lines: tuple[str, ...]
    unreadable: int = 0
    """How many messages have none, since the bot may not read them."""


async def transcript_of(rest: Rest, place: Conversation, bot: str, since: str, first: str) -> Transcript:
    """What was said from the message with that id on, which is all if there is none. Raises PlatformError.

    `first` is the line of that message if it is known already: the bot might not be able to read it.
    """
    found: list[Mapping[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE):
            await _read(rest, place.thread or place.channel, since, found)
    except TimeoutError:
        log.info("transcript_in_part", messages=len(found))
    spoken = [each for each in reversed(found) if each.get("type") in _SPOKEN]
    lines = [(first if each["id"] == since else "") or _line(each, bot) for each in spoken]
    unreadable = sum(is_hidden(each) for each, line in zip(spoken, lines, strict=True) if not line)
    if first and first not in lines[:1]:
        lines.insert(0, first)  # it is older than all that was read
    return Transcript(tuple(filter(None, lines)), unreadable)


def _line(message: Mapping[str, Any], bot: str) -> str:
    text = said_in(message, bot)
    return f"{author_of(message).name}: {text}" if text else ""


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

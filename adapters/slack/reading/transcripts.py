"""What people have written in a thread or a channel, for who wants it summed up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import structlog

from adapters.slack.payloads.events import is_of_person
from adapters.slack.people import People
from adapters.slack.reading.paging import paged
from adapters.slack.text import called_in, named, to_text
from adapters.slack.web import Web
from bot.messages import Conversation

log = structlog.get_logger()

MOST = 200
"""Messages that are read, the newest."""
PAGES = 10
"""Of a thread; Slack gives the oldest first."""
PATIENCE = 20.0
"""Seconds that a turn waits for them."""


async def transcript_of(
    web: Web, people: People, place: Conversation, bot: str, since: str = ""
) -> tuple[str, ...]:
    """A line for each message from that `ts` on, oldest first, the bot's own among them. Raises PlatformError."""
    said = [each for each in await _read(web, place) if _is_said(each, bot)]
    messages = [each for each in said if float(each["ts"]) >= float(since or 0)]
    texts = [to_text(each.get("text") or "", bot) for each in messages]
    ids = {str(each.get("user") or "") for each in messages}
    names = await people.names(ids.union(*map(called_in, texts)) - {""})
    return tuple(
        f"{names.get(str(each.get('user'))) or each.get('username') or 'Somebody'}: {named(text, names)}"
        for each, text in zip(messages, texts, strict=True)
        if text
    )


async def _read(web: Web, place: Conversation) -> list[Mapping[str, Any]]:
    """The newest messages, as far as they come in time: some apps may read but once a minute."""
    client, there = web.client, {"channel": place.channel, "limit": MOST}
    if place.thread is None:
        pages = paged(web, client.conversations_history, 1, **there)
    else:
        pages = paged(web, client.conversations_replies, PAGES, ts=place.thread, **there)
    found: list[Mapping[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE), aclosing(pages):
            async for message in pages:
                found.append(message)  # noqa: PERF401 - what was read stays when the time is over
    except TimeoutError:
        log.info("transcript_in_part", messages=len(found))
    if place.thread is None:
        return list(reversed(found))
    # What began a thread comes with each page.
    return list({message["ts"]: message for message in found}.values())[-MOST:]


def _is_said(message: Mapping[str, Any], bot: str) -> bool:
    return is_of_person(message, bot) or bool(message.get("user") == bot or message.get("bot_id"))

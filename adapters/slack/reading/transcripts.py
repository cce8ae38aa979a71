"""What people have written in a thread or a channel, for who wants it summed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.payloads.events import is_of_person
from adapters.slack.people import People
from adapters.slack.text import called_in, named, to_text
from adapters.slack.web import Web
from bot.messages import Conversation

MOST = 200
"""Messages that are read, the newest."""


async def transcript_of(web: Web, people: People, place: Conversation, bot: str) -> tuple[str, ...]:
    """A line for each message, oldest first, the bot's own among them. Raises PlatformError."""
    messages = [each for each in await _read(web, place) if _is_said(each, bot)]
    texts = [to_text(each.get("text") or "", bot) for each in messages]
    ids = {str(each.get("user") or "") for each in messages}
    names = await people.names(ids.union(*map(called_in, texts)) - {""})
    return tuple(
        f"{names.get(str(each.get('user'))) or each.get('username') or 'Somebody'}: {named(text, names)}"
        for each, text in zip(messages, texts, strict=True)
        if text
    )


async def _read(web: Web, place: Conversation) -> list[Mapping[str, Any]]:
    if place.thread is None:
        answer = await web.ask(web.client.conversations_history, channel=place.channel, limit=MOST)
        return list(reversed(answer.get("messages", ())))
    found: list[Mapping[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await web.ask(
            web.client.conversations_replies, channel=place.channel, ts=place.thread, limit=MOST, **cursor
        )
        found += answer.get("messages", ())
        following = (answer.get("response_metadata") or {}).get("next_cursor")
        if not following:
            return found[-MOST:]
        cursor = {"cursor": following}


def _is_said(message: Mapping[str, Any], bot: str) -> bool:
    return is_of_person(message, bot) or bool(message.get("user") == bot or message.get("bot_id"))

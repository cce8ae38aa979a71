"""Messages that were changed or deleted, as messages that say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.discord.payloads.grounds import Data, Ground, conversation_on, opened_on
from adapters.discord.payloads.messages import (
    is_direct,
    is_for_another,
    is_of_person,
    is_unreadable,
    to_message,
)
from adapters.discord.snowflakes import time_of
from bot.messages import Author, IncomingMessage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def change_in(data: Data, bot: str, ground: Ground) -> IncomingMessage | None:
    """What a person made of an earlier message; nothing where it was only pinned, or got a preview or a thread.

    After an edit these bring the time of that edit once more, in milliseconds, and so the same change.
    """
    if not data.get("edited_timestamp") or not is_of_person(data, bot):
        return None
    if not is_direct(data) and (is_for_another(data, bot) or is_unreadable(data, bot)):
        return None
    edited = (datetime.fromisoformat(data["edited_timestamp"]) - _EPOCH) // _MILLISECOND
    message = to_message(data, bot, ground)
    return replace(
        message,
        id=f"changed-{message.id}-{edited}",
        changes=message.id,
        changed_at=edited / 1000,
    )


def deletions_in(data: Data, ground: Ground) -> tuple[IncomingMessage, ...]:
    """The messages that were deleted, one or many; nobody says whose they were (discord.com/developers, "Gateway")."""
    names = data["ids"] if "ids" in data else [data["id"]]
    return tuple(_deleted(str(name), data.get("guild_id"), ground) for name in names)


def _deleted(name: str, guild: str | None, ground: Ground) -> IncomingMessage:
    return IncomingMessage(
        id=f"deleted-{name}",
        conversation=conversation_on(ground, guild),
        author=Author("", ""),
        text="",
        opens=opened_on(ground, guild, name),
        addressed=False,
        direct=not guild,
        at=time_of(name),
        changes=name,
        deleted=True,
    )

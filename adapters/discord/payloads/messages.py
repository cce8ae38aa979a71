"""What was said in Discord, as messages (discord.com/developers, "Message Create")."""

from __future__ import annotations

from adapters.discord.payloads.attached import files_in
from adapters.discord.payloads.grounds import Data, Ground, conversation_on, opened_on
from adapters.discord.payloads.people import author_of, mentioned_in
from adapters.discord.payloads.words import forwarded_in, quoted_in, words_in
from adapters.discord.snowflakes import time_of
from adapters.discord.text import begins_with_mention
from bot.messages import File, IncomingMessage

_SPOKEN = frozenset({0, 19})
"""The types of what a person says, perhaps in reply; all others tell of something that happened."""
_HIDDEN = ("content", "attachments", "embeds", "components", "poll")
"""What is empty for apps without the Message Content intent (discord.com/developers, "Message Content Intent")."""
_SHOWN = ("sticker_items", "activity")
"""What a message may have instead."""


def message_in(data: Data, bot: str, ground: Ground) -> IncomingMessage | None:
    """What a person said, to the bot, or in a thread and perhaps to the bot."""
    if not is_of_person(data, bot):
        return None
    may_be_meant = ground.is_thread and not is_for_another(data, bot) and not is_unreadable(data, bot)
    return to_message(data, bot, ground) if may_be_meant or is_addressed(data, bot) else None


def is_of_person(data: Data, bot: str) -> bool:
    """Whether a person said this, and not an app, a webhook, or Discord itself."""
    author = data.get("author") or {}
    if data.get("type") not in _SPOKEN or data.get("webhook_id") or author.get("bot") or author.get("system"):
        return False
    return bool(author) and author["id"] != bot


def is_direct(data: Data) -> bool:
    """Whether only the author and the bot read this."""
    return not data.get("guild_id")


def is_addressed(data: Data, bot: str) -> bool:
    """Whether nobody but the bot can be meant, or it is mentioned by itself, or replied to."""
    replied = data.get("referenced_message") or {}
    return is_direct(data) or bot in mentioned_in(data) or (replied.get("author") or {}).get("id") == bot


def is_for_another(data: Data, bot: str) -> bool:
    """Whether this begins with the name of somebody else, or replies to them so that they are told, without the bot."""
    mentioned = mentioned_in(data)
    if bot in mentioned:
        return False
    replied = quoted_in(data, bot)
    other = "" if replied is None else str(replied["author"]["id"])
    return begins_with_mention(data.get("content") or "") or (
        other in mentioned and other != data["author"]["id"]
    )


def is_unreadable(data: Data, bot: str) -> bool:
    """Whether Discord does not let the app read this, as it has no Message Content intent."""
    if is_direct(data) or bot in mentioned_in(data):
        return False
    return is_hidden(data)


def is_hidden(data: Data) -> bool:
    """Whether nothing stands in what somebody said, which nobody can say."""
    said = (data, *forwarded_in(data))
    return not any(each.get(name) for each in said for name in (*_HIDDEN, *_SHOWN))


def mentioning(data: Data, role: str | None, bot: str, name: str) -> Data:
    """What was said, with the mention of a role as one of the bot, which is called so."""
    content = str(data.get("content") or "").replace(f"<@&{role}>", f"<@{bot}>")
    mentions = [*(data.get("mentions") or ()), {"id": bot, "username": name}]
    return {**data, "content": content, "mentions": mentions}


def to_message(data: Data, bot: str, ground: Ground) -> IncomingMessage:
    """What was said, as it stands in its channel or thread."""
    guild, name = data.get("guild_id"), str(data["id"])
    return IncomingMessage(
        id=name,
        conversation=conversation_on(ground, guild),
        author=author_of(data),
        text=words_in(data, bot),
        opens=opened_on(ground, guild, name),
        addressed=is_addressed(data, bot),
        direct=is_direct(data),
        files=_files(data, bot),
        at=time_of(name),
    )


def _files(data: Data, bot: str) -> tuple[File, ...]:
    """The files of a message, and of those that it is about."""
    replied = quoted_in(data, bot)
    others = [*([] if replied is None else [replied]), *forwarded_in(data)]
    attached = [file for each in (data, *others) for file in each.get("attachments") or ()]
    return files_in({**data, "attachments": attached})

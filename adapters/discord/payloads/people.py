"""The people of a payload, by the names that others see."""

from __future__ import annotations

from adapters.discord.payloads.grounds import Data
from bot.messages import Author


def called(user: Data, member: Data | None = None) -> str:
    """What somebody is called on a server, or else everywhere; on one line, for on another it could say more."""
    name = str((member or {}).get("nick") or user.get("global_name") or user["username"])
    return " ".join(name.split())


def author_of(message: Data) -> Author:
    """Who wrote a message."""
    author = message["author"]
    return Author(str(author["id"]), called(author, message.get("member")))


def user_of(interaction: Data) -> Author:
    """Who used a command, a button or a form."""
    member = interaction.get("member") or {}
    user = member.get("user") or interaction["user"]
    return Author(str(user["id"]), called(user, member))


def mentioned_in(message: Data) -> dict[str, str]:
    """The people whom a message mentions by themselves, and not with a role or with everybody: their names, by id."""
    return {str(each["id"]): called(each, each.get("member")) for each in message.get("mentions") or ()}


def names_in(message: Data) -> dict[str, str]:
    """The names that a message brings along, by id."""
    channels = {str(each["id"]): str(each["name"]) for each in message.get("mention_channels") or ()}
    return channels | mentioned_in(message)

"""What is left of a message for an app that may not read it (discord.com/developers, "Gateway", Message Content)."""

from collections.abc import Mapping
from typing import Any

_EMPTY: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}


def without_content(message: Mapping[str, Any], bot: str, *, in_guild: bool = True) -> dict[str, Any]:
    """A message as an app without the message content intent gets it, by the gateway or by REST.

    Whole in direct messages, if it is the bot's own, and if it mentions the bot. What it answers is judged by itself;
    what it forwards is read with it.
    """
    seen = dict(message)
    if not (readable := not in_guild or _own(message, bot) or _mentions(message, bot)):
        seen |= {name: empty for name, empty in _EMPTY.items() if name in message}
        seen.pop("poll", None)
    if snapshots := message.get("message_snapshots"):
        seen["message_snapshots"] = snapshots if readable else [_emptied(snapshot) for snapshot in snapshots]
    if answered := message.get("referenced_message"):
        seen["referenced_message"] = without_content(answered, bot, in_guild=in_guild)
    return seen


def _own(message: Mapping[str, Any], bot: str) -> bool:
    return bool(message.get("author", {}).get("id") == bot)


def _mentions(message: Mapping[str, Any], bot: str) -> bool:
    return any(user.get("id") == bot for user in message.get("mentions", ()))


def _emptied(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    message = snapshot.get("message", {})
    return {
        **snapshot,
        "message": {**message, **{name: empty for name, empty in _EMPTY.items() if name in message}},
    }

"""What is left of events for an app that may not know everything (discord.com/developers, "Gateway", Caveats)."""

from collections.abc import Mapping
from typing import Any

_EMPTY: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}


def without_content(message: Mapping[str, Any], bot: str, *, in_guild: bool = True) -> dict[str, Any]:
    """A message as an app without the message content intent gets it, by the gateway or by REST ("Message Content").

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


def without_others(update: Mapping[str, Any], bot: str) -> dict[str, Any]:
    """Who came to a thread and left it, for an app without the members' intent: it hears only of itself."""
    added = [member for member in update.get("added_members", ()) if member.get("user_id") == bot]
    removed = [user_id for user_id in update.get("removed_member_ids", ()) if user_id == bot]
    shown = {"added_members": added, "removed_member_ids": removed}
    return {**update, **{name: seen for name, seen in shown.items() if name in update}}


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

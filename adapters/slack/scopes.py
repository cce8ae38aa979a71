"""What the app cannot do without each of the scopes that it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

WITHOUT: Mapping[str, str] = {
    "app_mentions:read": "hear mentions",
    "assistant:write": "show its status, or be an assistant",
    "channels:history": "hear threads in public channels",
    "channels:read": "know public channels",
    "chat:write": "answer at all",
    "commands": "offer slash commands",
    "files:read": "read files",
    "files:write": "hand over documents",
    "groups:history": "hear threads in private channels",
    "groups:read": "know private channels",
    "im:history": "hear direct messages",
    "im:read": "know direct messages",
    "im:write": "write to people directly",
    "mpim:history": "hear group messages",
    "mpim:read": "know group messages",
    "users:read": "call people by their names",
}
"""Each goes on after "it cannot"."""
BOT_SCOPES = frozenset(WITHOUT)


def missing_in_words(scopes: Iterable[str]) -> list[str]:
    """A line for each scope that is missing, in their order."""
    return [
        f"without {scope} it cannot {WITHOUT.get(scope, 'do all that it offers')}" for scope in sorted(scopes)
    ]

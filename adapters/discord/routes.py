"""What Parley asks of Discord, and which permissions that takes."""

from __future__ import annotations

from collections.abc import Mapping

ME = "GET /users/@me"
APPLICATION = "GET /oauth2/applications/@me"
COMMANDS = "GET /applications/{}/commands"
REGISTER = "PUT /applications/{}/commands"
GATEWAY = "GET /gateway/bot"
CHANNEL = "GET /channels/{}"
GUILD = "GET /guilds/{}"
REOPEN = "PATCH /channels/{}"
DIRECT = "POST /users/@me/channels"
TYPING = "POST /channels/{}/typing"
CREATE = "POST /channels/{}/messages"
EDIT = "PATCH /channels/{}/messages/{}"
DELETE = "DELETE /channels/{}/messages/{}"
MESSAGES = "GET /channels/{}/messages"
SEARCH = "GET /guilds/{}/messages/search"
OPEN_THREAD = "POST /channels/{}/messages/{}/threads"
CALLBACK = "POST /interactions/{}/{}/callback"
ORIGINAL = "GET /webhooks/{}/{}/messages/@original"
EDIT_ORIGINAL = "PATCH /webhooks/{}/{}/messages/@original"
DELETE_ORIGINAL = "DELETE /webhooks/{}/{}/messages/@original"
FOLLOW_UP = "POST /webhooks/{}/{}"
EDIT_FOLLOW_UP = "PATCH /webhooks/{}/{}/messages/{}"
DELETE_FOLLOW_UP = "DELETE /webhooks/{}/{}/messages/{}"

_ADMINISTRATOR = 1 << 3
_VIEW_CHANNEL = 1 << 10
_SEND_MESSAGES = 1 << 11
_ATTACH_FILES = 1 << 15
_READ_MESSAGE_HISTORY = 1 << 16
_CREATE_PUBLIC_THREADS = 1 << 35
_SEND_MESSAGES_IN_THREADS = 1 << 38

NEEDS: Mapping[str, int] = {
    CHANNEL: _VIEW_CHANNEL,
    TYPING: _VIEW_CHANNEL | _SEND_MESSAGES,
    # Replying to a message needs that it may be read, and documents are files.
    CREATE: _VIEW_CHANNEL
    | _SEND_MESSAGES
    | _SEND_MESSAGES_IN_THREADS
    | _READ_MESSAGE_HISTORY
    | _ATTACH_FILES,
    MESSAGES: _VIEW_CHANNEL | _READ_MESSAGE_HISTORY,
    SEARCH: _VIEW_CHANNEL | _READ_MESSAGE_HISTORY,
    OPEN_THREAD: _VIEW_CHANNEL | _CREATE_PUBLIC_THREADS,
}
"""Permissions in a server (discord.com/developers, "Permissions"); all else takes none."""


def permissions() -> int:
    """All of them, as the link to install the app wants them."""
    total = 0
    for needed in NEEDS.values():
        total |= needed
    return total


def may_look_back(held: int) -> bool:
    """Whether these permissions are enough to read what was said before."""
    needed = _VIEW_CHANNEL | _READ_MESSAGE_HISTORY
    return bool(held & _ADMINISTRATOR) or held & needed == needed


def may_open(held: int) -> bool:
    """Whether these permissions are enough to say something in a thread that is opened for it."""
    needed = _VIEW_CHANNEL | _CREATE_PUBLIC_THREADS | _SEND_MESSAGES_IN_THREADS
    return held & needed == needed


def may_answer(held: int, *, in_thread: bool) -> bool:
    """Whether these permissions are enough to say something, there or in a thread that begins there."""
    threads = _SEND_MESSAGES_IN_THREADS if in_thread else _CREATE_PUBLIC_THREADS | _SEND_MESSAGES_IN_THREADS
    ways = (threads,) if in_thread else (threads, _SEND_MESSAGES)
    return bool(held & _VIEW_CHANNEL) and any(held & way == way for way in ways)

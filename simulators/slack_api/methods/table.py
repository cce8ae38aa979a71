"""Every method by its name, with the scopes it needs, any of them, and how often it may be called."""

from dataclasses import dataclass

from simulators.slack_api.limits import POSTS, SPECIAL, TIER_1, TIER_2, TIER_3, TIER_4, Limit
from simulators.slack_api.methods import (
    access,
    assistants,
    chat,
    conversations,
    directory,
    modals,
    streams,
    uploads,
)
from simulators.slack_api.methods.invocation import Method

_WRITE = ("chat:write",)
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("channels:manage", "groups:write", "im:write", "mpim:write")
_ASSISTANT = ("assistant:write",)


@dataclass(frozen=True, slots=True)
class Entry:
    """A method; an `open` one needs no token."""

    work: Method
    scopes: tuple[str, ...]
    limit: Limit
    open: bool = False


METHODS: dict[str, Entry] = {
    "agents.sessions.setStatus": Entry(assistants.set_session_status, _WRITE, TIER_3),
    "apps.connections.open": Entry(access.open_connection, (), TIER_1),
    "apps.uninstall": Entry(access.uninstall, (), TIER_1),
    "assistant.threads.setStatus": Entry(assistants.set_status, (*_WRITE, *_ASSISTANT), SPECIAL),
    "assistant.threads.setSuggestedPrompts": Entry(assistants.set_prompts, _ASSISTANT, TIER_4),
    "assistant.threads.setTitle": Entry(assistants.set_title, _ASSISTANT, TIER_4),
    "auth.revoke": Entry(access.revoke, (), TIER_3),
    "auth.test": Entry(directory.auth_test, (), SPECIAL),
    "bots.info": Entry(directory.bots_info, ("users:read",), TIER_3),
    "chat.appendStream": Entry(streams.append, _WRITE, TIER_4),
    "chat.delete": Entry(chat.delete, _WRITE, TIER_3),
    "chat.postEphemeral": Entry(chat.post_ephemeral, _WRITE, TIER_4),
    "chat.postMessage": Entry(chat.post_message, _WRITE, POSTS),
    "chat.startStream": Entry(streams.start, _WRITE, TIER_2),
    "chat.stopStream": Entry(streams.stop, _WRITE, TIER_2),
    "chat.update": Entry(chat.update, _WRITE, TIER_3),
    "conversations.history": Entry(conversations.history, _HISTORY, TIER_3),
    "conversations.info": Entry(conversations.info, _READ, TIER_3),
    "conversations.list": Entry(conversations.list_channels, _READ, TIER_2),
    "conversations.members": Entry(conversations.members, _READ, TIER_4),
    "conversations.open": Entry(conversations.open_direct, _OPEN, TIER_3),
    "conversations.replies": Entry(conversations.replies, _HISTORY, TIER_3),
    "files.completeUploadExternal": Entry(uploads.complete, ("files:write",), TIER_4),
    "files.getUploadURLExternal": Entry(uploads.upload_url, ("files:write",), TIER_4),
    "files.info": Entry(uploads.info, ("files:read",), TIER_4),
    "oauth.v2.access": Entry(access.oauth_access, (), TIER_4, open=True),
    "team.info": Entry(directory.team_info, ("team:read",), TIER_3),
    "users.conversations": Entry(conversations.list_joined, _READ, TIER_3),
    "users.info": Entry(directory.users_info, ("users:read",), TIER_4),
    "views.open": Entry(modals.open_view, (), TIER_4),
    "views.publish": Entry(modals.publish, (), TIER_4),
    "views.push": Entry(modals.push, (), TIER_4),
    "views.update": Entry(modals.update, (), TIER_4),
}


def limit_of(method: str, *, distributed: bool) -> Limit:
    """How often a method may be called, by a distributed app outside the Marketplace or by another one."""
    if distributed and method in {"conversations.history", "conversations.replies"}:
        return TIER_1
    return METHODS[method].limit

"""`conversations.*` and `users.conversations`."""

import re
import zlib
from collections.abc import Iterable
from typing import Any

from simulators.slack_api.channels import Channel, Kind
from simulators.slack_api.methods.invocation import Answer, Invocation, page
from simulators.slack_api.posts import Post
from simulators.slack_api.refusals import Refusal, invalid_arguments

_TYPES: dict[str, Kind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}
_HISTORY = 100, 999
_REPLIES = 1000, 1000
_LISTED = 100, 999
_DISTRIBUTED = 15
"""Most messages for a distributed app outside the Marketplace (https://docs.slack.dev/apis/web-api/rate-limits)."""
_TS = re.compile(r"\d+(\.\d+)?")


def history(invocation: Invocation) -> Answer:
    """The messages of a channel, the newest first (https://docs.slack.dev/reference/methods/conversations.history)."""
    channel = _readable(invocation)
    posts = _between(invocation, reversed(channel.top()))
    shown, cursor = page(posts, invocation, *_limits(invocation, *_HISTORY))
    return {**_messages(invocation, channel, shown, cursor), "pin_count": 0}


def replies(invocation: Invocation) -> Answer:
    """The messages of a thread, the oldest first (https://docs.slack.dev/reference/methods/conversations.replies).

    The first message of a thread is on every page, whatever its time; a reply's `ts` gives that reply alone.
    """
    channel = _readable(invocation)
    root = channel.find(invocation.arguments.needed("ts"))
    if root is None:
        raise Refusal("thread_not_found")
    if root.thread is not None:
        return _messages(invocation, channel, [root], "")
    posts = _between(invocation, channel.replies(root.ts))
    default, most = _limits(invocation, *_REPLIES)
    shown, cursor = page(posts, invocation, default, most)
    return _messages(invocation, channel, [root, *shown], cursor)


def info(invocation: Invocation) -> Answer:
    """What a conversation is (https://docs.slack.dev/reference/methods/conversations.info)."""
    channel = invocation.channel()
    invocation.need_reading(channel, "read")
    shown = _shown(invocation, channel)
    if invocation.arguments.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def open_direct(invocation: Invocation) -> Answer:
    """Open direct messages (https://docs.slack.dev/reference/methods/conversations.open)."""
    arguments = invocation.arguments
    if arguments.text("channel"):
        channel = invocation.channel()
        if channel.kind not in {"im", "mpim"}:
            raise Refusal("method_not_supported_for_channel_type")
        return {"channel": {"id": channel.id}}
    names = [name.strip() for name in arguments.text("users").split(",") if name.strip()]
    if not names:
        raise Refusal("users_list_not_supplied")
    if unknown := [name for name in names if name not in invocation.team.users]:
        raise Refusal("user_not_found", {"users": unknown})
    if len(names) > 1:
        invocation.need_scope("mpim:write")
        channel = invocation.team.open_channel("mpdm", "mpim", [*names, invocation.team.bot_user_id])
    else:
        channel = invocation.team.direct(invocation.team.users[names[0]])
    full = arguments.flag("return_im")
    return {"channel": _shown(invocation, channel) if full else {"id": channel.id}}


def members(invocation: Invocation) -> Answer:
    """Who is in a conversation (https://docs.slack.dev/reference/methods/conversations.members)."""
    channel = invocation.channel()
    invocation.need_reading(channel, "read")
    shown, cursor = page(sorted(channel.members), invocation, *_LISTED)
    return {"members": shown, **_next(cursor)}


def list_channels(invocation: Invocation) -> Answer:
    """The conversations that the app can see (https://docs.slack.dev/reference/methods/conversations.list)."""
    return _listed(
        invocation, [c for c in _of_types(invocation) if c.kind == "channel" or _is_in(invocation, c)]
    )


def list_joined(invocation: Invocation) -> Answer:
    """The conversations that somebody is in (https://docs.slack.dev/reference/methods/users.conversations)."""
    user = invocation.arguments.text("user") or invocation.team.bot_user_id
    return _listed(invocation, [channel for channel in _of_types(invocation) if user in channel.members])


def _readable(invocation: Invocation) -> Channel:
    channel = invocation.joined()
    invocation.need_reading(channel, "history")
    return channel


def _limits(invocation: Invocation, default: int, most: int) -> tuple[int, int]:
    if invocation.slack.app.distributed:
        return _DISTRIBUTED, _DISTRIBUTED
    return default, most


def _between(invocation: Invocation, posts: Iterable[Post]) -> list[Post]:
    """Those after `oldest` and before `latest`, or at these times too if `inclusive`."""
    arguments = invocation.arguments
    oldest = _time(arguments.text("oldest") or "0", "invalid_ts_oldest")
    latest = _time(arguments.text("latest") or "9" * 12, "invalid_ts_latest")
    bounds = (oldest, latest) if arguments.flag("inclusive") else ()
    return [post for post in posts if oldest < float(post.ts) < latest or float(post.ts) in bounds]


def _time(text: str, error: str) -> float:
    if not _TS.fullmatch(text):
        raise Refusal(error)
    return float(text)


def _messages(invocation: Invocation, channel: Channel, posts: list[Post], cursor: str) -> Answer:
    metadata = invocation.arguments.flag("include_all_metadata")
    shown = [channel.shown(post, metadata=metadata) for post in posts]
    return {"messages": shown, "has_more": bool(cursor), **(_next(cursor) if cursor else {})}


def _next(cursor: str) -> Answer:
    return {"response_metadata": {"next_cursor": cursor}}


def _of_types(invocation: Invocation) -> list[Channel]:
    names = [name.strip() for name in (invocation.arguments.text("types") or "public_channel").split(",")]
    if any(name not in _TYPES for name in names):
        raise Refusal("invalid_types")
    kinds = {_TYPES[name] for name in names}
    for kind in kinds:
        invocation.need_scope(
            f"{'channels' if kind == 'channel' else 'groups' if kind == 'group' else kind}:read"
        )
    channels = [channel for channel in invocation.team.channels.values() if channel.kind in kinds]
    if invocation.arguments.flag("exclude_archived"):
        return [channel for channel in channels if not channel.archived]
    return channels


def _is_in(invocation: Invocation, channel: Channel) -> bool:
    return invocation.team.bot_user_id in channel.members


def _listed(invocation: Invocation, channels: list[Channel]) -> Answer:
    if invocation.arguments.number("limit", 1) < 1:
        raise invalid_arguments("limit must be positive [json-pointer:/limit]")
    shown, cursor = page(channels, invocation, *_LISTED)
    return {"channels": [_shown(invocation, channel) for channel in shown], **_next(cursor)}


def _shown(invocation: Invocation, channel: Channel) -> dict[str, Any]:
    """A conversation (https://docs.slack.dev/reference/objects/conversation-object)."""
    about: dict[str, Any] = {
        "id": channel.id,
        "created": zlib.crc32(channel.id.encode()),
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": invocation.team.id,
        "updated": zlib.crc32(channel.id.encode()) * 1000,
    }
    if channel.kind == "im":
        other = next(iter(channel.members - {invocation.team.bot_user_id}), "")
        return {**about, "user": other, "is_user_deleted": False, "priority": 0}
    return about | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_general": channel.name == "general",
        "is_member": _is_in(invocation, channel),
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "parent_conversation": None,
        "creator": "",
        "unlinked": 0,
        "shared_team_ids": [invocation.team.id],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }

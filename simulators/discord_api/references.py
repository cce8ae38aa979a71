"""What messages refer to: the one that they answer, or the one that they forward."""

from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.drafts import Draft
from simulators.discord_api.posts import COMMAND, DEFAULT, MENU, REPLY, Post
from simulators.discord_api.refusals import Refusal, error, invalid_form, refusal
from simulators.discord_api.users import User
from simulators.discord_api.world import World

FORWARD = 1
_SAID = (DEFAULT, REPLY, COMMAND, MENU)
_KEPT = "type content embeds attachments timestamp edited_timestamp flags mentions mention_roles components".split()


def forwards(draft: Draft) -> bool:
    """Whether a draft forwards a message, instead of answering one or none."""
    return draft.reference is not None and draft.reference.get("type") == FORWARD


def referred(world: World, channel: Channel, author: User, draft: Draft) -> Post | None:
    """The message that a draft refers to, or a refusal.

    It answers only what stands in the same channel (discord.com/developers, "Message Resource", Message References).
    """
    if draft.reference is None:
        return None
    message_id = str(draft.reference.get("message_id", ""))
    if forwards(draft):
        return world.channel(str(draft.reference.get("channel_id", ""))).find(message_id)
    if "READ_MESSAGE_HISTORY" not in channel.permissions_of(author.id):
        raise refusal("no history")
    elsewhere = str(draft.reference.get("channel_id") or channel.id) != channel.id
    post = None if elsewhere else channel.posts.get(message_id)
    if post is not None and post.reader is None:
        if post.type not in _SAID:
            raise _wrong("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
        return post
    if draft.reference.get("fail_if_not_exists", True):
        raise _wrong("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
    return None


def reference(world: World, draft: Draft, post: Post | None) -> dict[str, Any]:
    """The fields of a message that say what it refers to."""
    if post is None:
        return {}
    place = world.channels[post.channel_id]
    kept: dict[str, Any] = {"type": 0, "channel_id": place.id, "message_id": post.id}
    kept |= {} if place.guild_id is None else {"guild_id": place.guild_id}
    if not forwards(draft):
        return {"message_reference": kept}
    shown = place.shown(post)
    snapshot = {name: shown[name] for name in _KEPT}
    return {"message_reference": kept | {"type": FORWARD}, "message_snapshots": [{"message": snapshot}]}


def _wrong(code: str, message: str) -> Refusal:
    return invalid_form({"message_reference": error(code, message)})

"""How messages change, and go (discord.com/developers, "Message Resource", Edit Message)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulators.discord_api import unfurling
from simulators.discord_api.attachments import Attachment, Upload
from simulators.discord_api.calling import also, call, mentioned_of, said_of
from simulators.discord_api.channels import Channel
from simulators.discord_api.drafts import Draft, attached, checked, legacy, rich, trimmed
from simulators.discord_api.forms.rules import errors_of
from simulators.discord_api.interactions.elements import numbered
from simulators.discord_api.mentions import ALL, Allowed, allowed_of
from simulators.discord_api.posts import (
    IS_COMPONENTS_V2,
    SUPPRESS_EMBEDS,
    THREAD_CREATED,
    THREAD_STARTER,
    Post,
)
from simulators.discord_api.refusals import invalid_form, refusal
from simulators.discord_api.snowflakes import stamp
from simulators.discord_api.users import User
from simulators.discord_api.world import World
from simulators.discord_api.writing import kept_files, told_of

_HOUR = 3600
LATE_EDITS = 3
"""How often messages older than an hour may be edited in `LATE_SECONDS`; Discord does not say, apps report this."""
LATE_SECONDS = 20
_EDITABLE = SUPPRESS_EMBEDS | IS_COMPONENTS_V2
_SHOWN = ("content", "embeds", "components", "attachments")


def permit(channel: Channel, post: Post, author: User, body: Any) -> None:
    """Refuse to change a message of somebody else, in a thread that is closed, or too often when it is old."""
    held = channel.permissions_of(author.id)
    only_flags = isinstance(body, Mapping) and set(body) == {"flags"} and "MANAGE_MESSAGES" in held
    if post.author is not author and not only_flags:
        raise refusal("another's message")
    if post.type in {THREAD_CREATED, THREAD_STARTER}:
        raise refusal("system message")
    if channel.locked and "MANAGE_THREADS" not in held:
        raise refusal("thread locked")
    if channel.archived:
        raise refusal("archived")
    if channel.ground.clock.now() - post.made > _HOUR:
        _permit_late(channel)


def change(world: World, post: Post, body: Any, files: Mapping[int, Upload], default: Allowed = ALL) -> None:
    """Change a message as a form says, and let everybody hear of it, or refuse to.

    Without `allowed_mentions` the default holds, whatever was said when the message was written.
    """
    channel, given = world.channels[post.channel_id], checked(body, files, post.flags)
    draft = _draft(post, given, files, default)
    kept = _kept(post, given)
    if draft.empty and not kept:
        raise refusal("empty message")
    if draft.flags & IS_COMPONENTS_V2 and (draft.content or _rich(list(draft.embeds))):
        raise invalid_form(errors_of([legacy("content" if draft.content else "embeds")]))
    post.attachments = [*kept, *kept_files(world, channel, draft)]
    if files or any(name in given for name in _SHOWN):
        post.message["edited_timestamp"] = stamp(time.time())
    _rewrite(world, channel, post, draft, renewed=_spoken(draft) & set(given) != set())
    if "flags" in given and draft.flags & SUPPRESS_EMBEDS:
        post.message["embeds"] = []
    updated(channel, post)
    if "content" in given:
        unfurling.unfurl(world, channel, post)


def updated(channel: Channel, post: Post) -> None:
    """Let everybody hear that a message is otherwise."""
    channel.ground.changes.tell()
    if post.reader is None:
        channel.tell("MESSAGE_UPDATE", told_of(channel, post))


def remove(channel: Channel, post: Post) -> None:
    """Take a message away, and let everybody hear of it."""
    del channel.posts[post.id]
    channel.ground.changes.tell()
    if post.reader is None:
        channel.tell("MESSAGE_DELETE", {"id": post.id, "channel_id": channel.id})


def remove_all(channel: Channel, posts: Sequence[Post]) -> None:
    """Take messages away at once (discord.com/developers, "Gateway Events", Message Delete Bulk)."""
    for post in posts:
        del channel.posts[post.id]
    channel.tell("MESSAGE_DELETE_BULK", {"ids": [post.id for post in posts], "channel_id": channel.id})


def _permit_late(channel: Channel) -> None:
    clock = channel.ground.clock
    channel.late_edits = [at for at in channel.late_edits if at > clock.now() - LATE_SECONDS]
    if len(channel.late_edits) >= LATE_EDITS:
        left = channel.late_edits[0] + LATE_SECONDS - clock.now()
        raise refusal("old edits", retry_after=round(clock.real(left), 3))
    channel.late_edits.append(clock.now())


def _draft(post: Post, given: Mapping[str, Any], files: Mapping[int, Upload], default: Allowed) -> Draft:
    """The message as it is to be: what the form does not say stays."""
    message = post.message
    flags = int(given["flags"]) & _EDITABLE if given.get("flags") is not None else post.flags & _EDITABLE
    v2 = post.flags & IS_COMPONENTS_V2
    content = trimmed(given["content"]) if "content" in given else post.content
    links = [embed for embed in message["embeds"] if embed["type"] != "rich" and embed["url"] in content]
    shown = rich(given["embeds"]) if "embeds" in given else tuple(_rich(message["embeds"]))
    components = numbered(given.get("components") or ()) if "components" in given else post.components
    return Draft(
        content=content,
        embeds=(*shown, *links),
        components=tuple(components),
        flags=(post.flags & ~_EDITABLE) | flags | v2,
        allowed=allowed_of(given, default),
        files=attached(given, files),
    )


def _rich(embeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [embed for embed in embeds if embed["type"] == "rich"]


def _kept(post: Post, given: Mapping[str, Any]) -> list[Attachment]:
    """The files that stay: all of them, or those that the form names."""
    if "attachments" not in given:
        return list(post.attachments)
    named = {str(one.get("id")) for one in given["attachments"] or ()}
    return [attachment for attachment in post.attachments if attachment.id in named]


def _spoken(draft: Draft) -> set[str]:
    """The field that says whom a message calls."""
    return {"components" if draft.flags & IS_COMPONENTS_V2 else "content"}


def _rewrite(world: World, channel: Channel, post: Post, draft: Draft, *, renewed: bool) -> None:
    post.message |= {
        "content": draft.content,
        "embeds": list(draft.embeds),
        "components": list(draft.components),
        "flags": draft.flags,
    }
    if not renewed:
        return
    mentioned = mentioned_of(world, channel, post.author, replace(draft, files=()))
    answered = channel.posts.get(post.reference[1]) if post.reference else None
    if answered is not None and draft.allowed.replied_user and "message_snapshots" not in post.message:
        mentioned = also(mentioned, answered.author.id)
    post.message |= said_of(world, mentioned)
    if post.reader is None:
        call(world, channel, post, mentioned, edit=True)

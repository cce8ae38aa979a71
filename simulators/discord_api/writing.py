"""How messages come to stand in a channel, whoever writes them."""

import time
from typing import Any

from simulators.discord_api import unfurling
from simulators.discord_api.attachments import Attachment
from simulators.discord_api.calling import also, call, mentioned_of, said_of
from simulators.discord_api.channels import SPOKEN_IN, Channel
from simulators.discord_api.drafts import Draft
from simulators.discord_api.mentions import Mentioned
from simulators.discord_api.posts import DEFAULT, HAS_SNAPSHOT, REPLY, Post
from simulators.discord_api.references import forwards, reference, referred
from simulators.discord_api.refusals import refusal
from simulators.discord_api.snowflakes import stamp, time_of
from simulators.discord_api.users import User
from simulators.discord_api.world import World

NONCE_SECONDS = 180
"""How long a nonce is remembered; Discord says "the past few minutes"."""


def write(world: World, channel: Channel, author: User, draft: Draft) -> Post:
    """Write a message, and let everybody hear of it, or refuse to (discord.com/developers, "Message Resource")."""
    permit(channel, author, draft)
    if draft.nonce is not None and draft.enforce_nonce:
        before = _written(world, author, str(draft.nonce))
        if before is not None:
            return before
    post = _post(world, channel, author, draft)
    if draft.nonce is not None:
        world.nonces[author.id, str(draft.nonce)] = (channel.id, post.id, world.clock.now())
    if draft.reader is None:
        joins(channel, author, *(world.users[user["id"]] for user in post.message["mentions"]))
    put(world, channel, post)
    # What only one person sees is told to nobody else.
    if draft.reader is None:
        told = told_of(channel, post)
        channel.tell("MESSAGE_CREATE", told if draft.nonce is None else told | {"nonce": draft.nonce})
        unfurling.unfurl(world, channel, post)
    return post


def permit(channel: Channel, author: User, draft: Draft) -> None:
    """Refuse what somebody may not write in a channel; who responds to an interaction may."""
    if channel.type not in SPOKEN_IN:
        raise refusal("not text")
    if "interaction_metadata" in draft.extra:
        return
    if author.bot and channel.refuses:
        raise refusal("dm refused")
    held = channel.permissions_of(author.id)
    needed = {"SEND_MESSAGES" if channel.state is None else "SEND_MESSAGES_IN_THREADS"}
    needed |= {"ATTACH_FILES"} if draft.files else set()
    needed |= {"EMBED_LINKS"} if draft.embeds else set()
    if not needed <= held:
        raise refusal("missing permissions")
    if channel.locked and "MANAGE_THREADS" not in held:
        raise refusal("thread locked")


def joins(channel: Channel, *users: User) -> None:
    """Have those in a thread who post in it or are named there; an archived one is open again."""
    state = channel.state
    if state is None:
        return
    if state.archived:
        state.archived, state.changed = False, time.time()
        channel.tell("THREAD_UPDATE", channel.payload())
    new = [one.id for one in users if one.id not in state.members and channel.permissions_of(one.id)]
    if not new:
        return
    state.members.update(new)
    if channel.ground.app.id in new:
        channel.tell("THREAD_CREATE", channel.payload())
    told = {"id": channel.id, "member_count": min(len(state.members), 50)}
    members = [state.member(channel.id, one) for one in new]
    channel.tell("THREAD_MEMBERS_UPDATE", told | {"added_members": members})


def put(world: World, channel: Channel, post: Post) -> None:
    """Have a message stand in a channel."""
    channel.put(post)
    if channel.state is not None and post.type in {DEFAULT, REPLY}:
        channel.state.messages += 1
    world.changes.tell()


def told_of(channel: Channel, post: Post) -> dict[str, Any]:
    """A message as the gateway tells of it: with the memberships of its author and of those it names."""
    shown = channel.shown(post)
    if channel.home is None:
        return shown
    home = channel.home
    mentions = [
        user | {"member": home.member_payload(user["id"], with_user=False)} for user in shown["mentions"]
    ]
    return shown | {
        "mentions": mentions,
        "member": home.member_payload(post.author.id, with_user=False),
    }


def kept_files(world: World, channel: Channel, draft: Draft) -> list[Attachment]:
    """The files of a draft, as the channel keeps them."""
    return [Attachment(world.snowflakes.next(), channel.id, upload) for upload in draft.files]


def _post(world: World, channel: Channel, author: User, draft: Draft) -> Post:
    answered, forwarded = referred(world, channel, author, draft), forwards(draft)
    mentioned = mentioned_of(world, channel, author, draft)
    if answered is not None and not forwarded and draft.allowed.replied_user:
        mentioned = also(mentioned, answered.author.id)
    replies = answered is not None and not forwarded and draft.type == DEFAULT
    message = (
        blank(world, channel, author)
        | {"type": REPLY if replies else draft.type, "content": draft.content}
        | {"flags": draft.flags | (HAS_SNAPSHOT if forwarded else 0)}
        | {"embeds": list(draft.embeds), "components": list(draft.components)}
        | said_of(world, mentioned)
        | reference(world, draft, answered)
        | dict(draft.extra)
    )
    post = Post(message, author, world.clock.now(), kept_files(world, channel, draft), draft.reader)
    if draft.reader is None:
        call(world, channel, post, mentioned)
    return post


def blank(world: World, channel: Channel, author: User) -> dict[str, Any]:
    """A message that says nothing yet."""
    post_id = world.snowflakes.next()
    return {
        "id": post_id,
        "channel_id": channel.id,
        "author": author.payload(),
        "timestamp": stamp(time_of(post_id)),
        "edited_timestamp": None,
        "tts": False,
        "pinned": False,
        "type": DEFAULT,
        "content": "",
        "flags": 0,
        "embeds": [],
        "components": [],
        **said_of(world, Mentioned()),
    }


def _written(world: World, author: User, nonce: str) -> Post | None:
    """What was written with a nonce a while ago; if it was deleted since, the refusal that there is none."""
    channel_id, message_id, at = world.nonces.get((author.id, nonce), ("", "", 0.0))
    if not message_id or world.clock.now() - at > NONCE_SECONDS:
        return None
    return world.channels[channel_id].find(message_id)

"""How threads are opened (discord.com/developers, "Threads")."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulators.discord_api.channels import (
    FORUM,
    MEDIA,
    NEWS,
    NEWS_THREAD,
    PRIVATE_THREAD,
    TEXT,
    THREAD,
    Channel,
)
from simulators.discord_api.drafts import Draft
from simulators.discord_api.forms.rules import errors_of, form, one_of, string
from simulators.discord_api.posts import HAS_THREAD, THREAD_CREATED, THREAD_STARTER, Post
from simulators.discord_api.refusals import invalid_form, refusal
from simulators.discord_api.rewriting import updated
from simulators.discord_api.threads import DURATIONS, ThreadState
from simulators.discord_api.users import User
from simulators.discord_api.world import World
from simulators.discord_api.writing import blank, put, told_of, write

_OLD = 60
"""Seconds after which a message is so old that its channel is told of its thread; Discord says "a very small value"."""
_FORM = form({"name": string(100, 1), "auto_archive_duration": one_of(*DURATIONS)}, "name")


def named(body: Any) -> tuple[str, int]:
    """The name and the minutes until it may be archived that a form gives a thread, or a refusal."""
    given = {} if body is None else body
    if problems := list(_FORM(given, ())):
        raise invalid_form(errors_of(problems))
    return str(given["name"]).strip(), int(given.get("auto_archive_duration") or 1440)


def open_from(world: World, channel: Channel, post: Post, author: User, name: str) -> Channel:
    """Open a thread that hangs on a message and has its id, or refuse to."""
    if channel.type not in {TEXT, NEWS}:
        raise refusal("channel type")
    _permit(world, channel, author, "CREATE_PUBLIC_THREADS")
    if channel.thread_of(post.id) is not None:
        raise refusal("has thread")
    thread = _made(world, channel, author, (post.id, name))
    post.message["flags"] |= HAS_THREAD
    _begin(world, thread, author)
    updated(channel, post)
    reference = {"type": 0, "message_id": post.id, "channel_id": channel.id, "guild_id": channel.guild_id}
    _say(world, thread, author, THREAD_STARTER, {"message_reference": reference})
    if world.clock.now() - post.made > _OLD:
        _tell_of(world, channel, thread, author)
    return thread


def open_alone(world: World, channel: Channel, author: User, name: str, kind: int = THREAD) -> Channel:
    """Open a thread that hangs on no message; its channel says that it was opened."""
    if channel.type not in {TEXT, NEWS} or (kind == PRIVATE_THREAD and channel.type == NEWS):
        raise refusal("channel type")
    needed = "CREATE_PRIVATE_THREADS" if kind == PRIVATE_THREAD else "CREATE_PUBLIC_THREADS"
    _permit(world, channel, author, needed)
    thread = _made(world, channel, author, (world.snowflakes.next(), name), kind)
    _begin(world, thread, author)
    if kind != PRIVATE_THREAD:
        _tell_of(world, channel, thread, author)
    return thread


def post_in(world: World, forum: Channel, author: User, name: str, draft: Draft) -> Channel:
    """Post in a forum: a thread whose first message has its id."""
    if forum.type not in {FORUM, MEDIA}:
        raise refusal("channel type")
    _permit(world, forum, author, "SEND_MESSAGES")
    thread = _made(world, forum, author, (world.snowflakes.next(), name))
    _begin(world, thread, author)
    write(world, thread, author, _with_id(draft, thread.id))
    return thread


def archive(thread: Channel, *, locked: bool = False) -> None:
    """Have a thread out of sight until somebody posts, which nobody but moderators does if it is locked."""
    if thread.state is None:
        raise refusal("channel type")
    thread.state.archived, thread.state.locked = True, locked
    thread.state.changed = time.time()
    thread.tell("THREAD_UPDATE", thread.payload())


def _with_id(draft: Draft, message_id: str) -> Draft:
    return replace(draft, extra={**draft.extra, "id": message_id})


def _permit(world: World, channel: Channel, author: User, needed: str) -> None:
    if needed not in channel.permissions_of(author.id):
        raise refusal("missing permissions")
    if channel.home is not None and channel.home.active_threads >= world.most_threads:
        raise refusal("too many threads")


def _made(
    world: World, channel: Channel, author: User, named: tuple[str, str], kind: int = THREAD
) -> Channel:
    state = ThreadState(author.id, members={author.id})
    kind = NEWS_THREAD if channel.type == NEWS else kind
    thread = Channel(named[0], kind, named[1], channel.ground, channel.home, channel, state)
    channel.children[thread.id] = world.channels[thread.id] = thread
    return thread


def _begin(world: World, thread: Channel, author: User) -> None:
    world.changes.tell()
    thread.tell("THREAD_CREATE", thread.payload() | {"newly_created": True})
    if author is world.app.user and thread.state is not None:
        added = [thread.state.member(thread.id, author.id)]
        thread.tell("THREAD_MEMBERS_UPDATE", {"id": thread.id, "member_count": 1, "added_members": added})


def _tell_of(world: World, channel: Channel, thread: Channel, author: User) -> None:
    """Say in a channel that a thread was opened, where that is not seen on the message that it hangs on."""
    reference = {"type": 0, "channel_id": thread.id, "guild_id": channel.guild_id}
    _say(world, channel, author, THREAD_CREATED, {"content": thread.name, "message_reference": reference})


def _say(world: World, channel: Channel, author: User, kind: int, fields: Mapping[str, Any]) -> None:
    """Have Discord say something of what somebody did."""
    message = blank(world, channel, author) | {"type": kind} | dict(fields)
    post = Post(message, author, world.clock.now())
    put(world, channel, post)
    channel.tell("MESSAGE_CREATE", told_of(channel, post))

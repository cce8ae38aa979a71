"""Threads and forum posts (discord.com/developers, "Channels Resource", "Threads")."""

from typing import Any

from simulators.discord_api import opening
from simulators.discord_api.channels import FORUM, MEDIA, NEWS, PRIVATE_THREAD, TEXT, THREAD, Channel
from simulators.discord_api.drafts import draft_of
from simulators.discord_api.refusals import error, invalid_form, refusal
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route
from simulators.discord_api.writing import joins


def start_from(asked: Invocation) -> Answer:
    """Open a thread on a message."""
    channel, app = asked.channel, asked.platform.app
    if channel.type not in {TEXT, NEWS}:
        raise refusal("channel type")
    post = channel.find(asked.id("message"))
    name, minutes = opening.named(asked.body)
    thread = opening.open_from(asked.platform, channel, post, app.user, name)
    return _opened(thread, minutes)


def start(asked: Invocation) -> Answer:
    """Open a thread on no message, or post in a forum; without a type a thread is private, as it ever was."""
    channel, app = asked.channel, asked.platform.app
    name, minutes = opening.named(asked.body)
    if channel.type in {FORUM, MEDIA}:
        if not isinstance(asked.form.get("message"), dict):
            raise invalid_form({"message": error("BASE_TYPE_REQUIRED", "This field is required")})
        draft = draft_of(asked.form["message"], asked.files)
        thread = opening.post_in(asked.platform, channel, app.user, name, draft)
        return _opened(thread, minutes, {"message": thread.shown(thread.posts[thread.id])})
    kind = asked.form.get("type", PRIVATE_THREAD)
    kind = THREAD if channel.type == NEWS else kind
    return _opened(opening.open_alone(asked.platform, channel, app.user, name, kind), minutes)


def join(asked: Invocation) -> Answer:
    """Join a thread."""
    thread = _thread(asked)
    if thread.archived:
        raise refusal("archived")
    joins(thread, asked.platform.app.user)
    return NOTHING


def leave(asked: Invocation) -> Answer:
    """Leave a thread."""
    thread, app = _thread(asked), asked.platform.app
    if thread.state is not None:
        thread.state.members.discard(app.id)
        told = {"id": thread.id, "member_count": len(thread.state.members), "removed_member_ids": [app.id]}
        thread.tell("THREAD_MEMBERS_UPDATE", told)
    return NOTHING


def active(asked: Invocation) -> Answer:
    """The active threads of a guild that the app may see, newest first."""
    guild, app = asked.platform.guild(asked.id("guild")), asked.platform.app
    threads = [one for one in guild.threads if one.visible_to(app.id) and not one.archived]
    threads.sort(key=lambda one: int(one.id), reverse=True)
    members = [
        one.state.member(one.id, app.id) for one in threads if one.state and app.id in one.state.members
    ]
    return Answer({"threads": [one.payload() for one in threads], "members": members})


def archived(asked: Invocation) -> Answer:
    """The public threads of a channel that are archived, the last archived first."""
    channel, app = asked.channel, asked.platform.app
    if "READ_MESSAGE_HISTORY" not in channel.permissions_of(app.id):
        raise refusal("missing permissions")
    limit = asked.asked("limit", 50, 2, 100)
    threads = [one for one in channel.threads if one.archived and one.type != PRIVATE_THREAD]
    threads.sort(key=lambda one: one.state.changed if one.state else 0.0, reverse=True)
    shown, more = threads[:limit], len(threads) > limit
    members = [one.state.member(one.id, app.id) for one in shown if one.state and app.id in one.state.members]
    return Answer({"threads": [one.payload() for one in shown], "members": members, "has_more": more})


def _thread(asked: Invocation) -> Channel:
    if asked.channel.state is None:
        raise refusal("channel type")
    return asked.channel


def _opened(thread: Channel, minutes: int, more: dict[str, Any] | None = None) -> Answer:
    if thread.state is not None:
        thread.state.auto_archive = minutes
    return Answer(thread.payload() | (more or {}), 201)


ROUTES = (
    Route("POST", "/channels/{channel}/messages/{message}/threads", start_from),
    Route("POST", "/channels/{channel}/threads", start),
    Route("PUT", "/channels/{channel}/thread-members/@me", join),
    Route("DELETE", "/channels/{channel}/thread-members/@me", leave),
    Route("GET", "/guilds/{guild}/threads/active", active),
    Route("GET", "/channels/{channel}/threads/archived/public", archived),
)

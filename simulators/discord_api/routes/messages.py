"""Messages of a channel (discord.com/developers, "Message Resource")."""

from typing import Any

from simulators.discord_api import rewriting
from simulators.discord_api.channels import SPOKEN_IN, VOICE, Channel
from simulators.discord_api.drafts import draft_of
from simulators.discord_api.gateway.contents import without_content
from simulators.discord_api.posts import Post
from simulators.discord_api.refusals import error, invalid_form, not_a_snowflake, refusal
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route
from simulators.discord_api.writing import write


def create(asked: Invocation) -> Answer:
    """Write a message; one that was written before with the same nonce is shown instead."""
    channel, platform = asked.channel, asked.platform
    if channel.type not in SPOKEN_IN:
        raise refusal("not text")
    draft = draft_of(asked.body, asked.files)
    post = write(platform, channel, platform.app.user, draft)
    nonce = {} if draft.nonce is None else {"nonce": draft.nonce}
    return Answer(read(asked, platform.channels[post.channel_id], post) | nonce)


def get(asked: Invocation) -> Answer:
    """One message."""
    channel = _readable(asked)
    if "READ_MESSAGE_HISTORY" not in channel.permissions_of(asked.platform.app.id):
        raise refusal("missing permissions")
    return Answer(read(asked, channel, channel.find(asked.id("message"))))


def several(asked: Invocation) -> Answer:
    """Messages of a channel, newest first; none without the permission to read its history."""
    channel, limit = _readable(asked), asked.asked("limit", 50, 1, 100)
    chosen = _chosen(asked, channel.public(), limit)
    if "READ_MESSAGE_HISTORY" not in channel.permissions_of(asked.platform.app.id):
        chosen = []
    return Answer([read(asked, channel, post) for post in reversed(chosen)])


def edit(asked: Invocation) -> Answer:
    """Change a message."""
    channel, platform = asked.channel, asked.platform
    post = channel.find(asked.id("message"))
    rewriting.permit(channel, post, platform.app.user, asked.body)
    rewriting.change(platform, post, asked.body, asked.files)
    return Answer(read(asked, channel, post))


def delete(asked: Invocation) -> Answer:
    """Delete a message."""
    channel, app = asked.channel, asked.platform.app
    post = channel.find(asked.id("message"))
    if post.author is not app.user and "MANAGE_MESSAGES" not in channel.permissions_of(app.id):
        raise refusal("missing permissions")
    if channel.locked and channel.archived and "MANAGE_THREADS" not in channel.permissions_of(app.id):
        raise refusal("archived")
    rewriting.remove(channel, post)
    return NOTHING


def read(asked: Invocation, channel: Channel, post: Post) -> dict[str, Any]:
    """A message as the app may read it: what the message content intent is for is there or not."""
    app, shown = asked.platform.app, channel.shown(post)
    if app.message_content:
        return shown
    return without_content(shown, app.id, in_guild=channel.home is not None)


def _readable(asked: Invocation) -> Channel:
    channel = asked.channel
    if channel.type not in SPOKEN_IN:
        raise refusal("not text")
    if channel.type == VOICE and "CONNECT" not in channel.permissions_of(asked.platform.app.id):
        raise refusal("missing access")
    return channel


def _chosen(asked: Invocation, posts: list[Post], limit: int) -> list[Post]:
    """The newest, or those before, after or around an id; oldest first."""
    marks = {name: asked.query[name] for name in ("before", "after", "around") if name in asked.query}
    if len(marks) > 1:
        raise invalid_form({name: error("QUERY_EXCLUSIVE", "Only one may be passed.") for name in marks})
    for name, mark in marks.items():
        if not mark.isdecimal():
            raise invalid_form({name: not_a_snowflake(mark)})
        older = [post for post in posts if int(post.id) < int(mark)]
        newer = [post for post in posts if int(post.id) > int(mark)]
        if name == "before":
            return older[-limit:]
        if name == "after":
            return newer[:limit]
        half = limit // 2
        there = [post for post in posts if post.id == mark]
        return [*older[-half:], *there, *newer[: limit - half - len(there)]] if half else there
    return posts[-limit:]


ROUTES = (
    Route("POST", "/channels/{channel}/messages", create),
    Route("GET", "/channels/{channel}/messages", several),
    Route("GET", "/channels/{channel}/messages/{message}", get),
    Route("PATCH", "/channels/{channel}/messages/{message}", edit),
    Route("DELETE", "/channels/{channel}/messages/{message}", delete),
)

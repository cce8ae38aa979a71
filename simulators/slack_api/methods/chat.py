"""`chat.postMessage`, `chat.postEphemeral`, `chat.update`, `chat.delete`."""

from collections.abc import Mapping
from typing import Any

from simulators.slack_api import events
from simulators.slack_api.channels import Channel
from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.methods.writing import MOST_EDITED_TEXT, metadata_of, written
from simulators.slack_api.posts import Post
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.team import Team

NOBODY = ""
"""The reader of what nobody sees."""
_RICH = {"rich_text", "markdown"}
_BLOCKLIKE = ("blocks", "attachments")
_CUSTOM = ("username", "icon_url", "icon_emoji")


def post_message(invocation: Invocation) -> Answer:
    """Post a message (https://docs.slack.dev/reference/methods/chat.postMessage)."""
    channel, arguments = _writable(invocation), invocation.arguments
    thread = invocation.thread(channel)
    fields = {**invocation.team.as_app(), **customized(invocation), **written(arguments)}
    metadata = metadata_of(arguments)
    if metadata:
        fields["metadata"] = metadata
    if thread is not None and arguments.flag("reply_broadcast"):
        fields["subtype"] = "thread_broadcast"
    post = invocation.team.add(channel, fields, thread)
    post.unfurls = arguments.flag("unfurl_links", default=True) or arguments.flag(
        "unfurl_media", default=True
    )
    bare = arguments.flag("link_names") or arguments.text("parse") == "full"
    published(invocation.team, channel, post, markdown=arguments.text("markdown_text"), bare=bare)
    return {"channel": channel.id, "ts": post.ts, "message": channel.shown(post, metadata=True)}


def post_ephemeral(invocation: Invocation) -> Answer:
    """Post what one person sees (https://docs.slack.dev/reference/methods/chat.postEphemeral)."""
    channel, user = invocation.joined(), invocation.user()
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    thread = invocation.thread(channel)
    fields = {**invocation.team.as_app(), **customized(invocation), **written(invocation.arguments)}
    active = thread is None or bool(channel.replies(thread))
    post = invocation.team.add(channel, fields, thread)
    # "Ephemeral messages in threads are only shown if there is already an active thread."
    post.reader = user.id if active else NOBODY
    invocation.team.note(post, markdown=invocation.arguments.text("markdown_text"))
    return {"message_ts": post.ts}


def update(invocation: Invocation) -> Answer:
    """Let a message say something else (https://docs.slack.dev/reference/methods/chat.update)."""
    channel, arguments = invocation.joined(), invocation.arguments
    post = invocation.post(channel)
    if post.message.get("bot_id") != invocation.team.bot_id:
        raise Refusal("cant_update_message")
    if post.streaming:
        raise Refusal("streaming_state_conflict")
    fields = written(arguments, MOST_EDITED_TEXT)
    _check_mismatch(invocation, post, fields)
    previous = channel.shown(post, metadata=True)
    post.message = _edited(invocation, post, fields)
    invocation.team.note(post, markdown=arguments.text("markdown_text"))
    ts = invocation.team.times.next()
    message = channel.shown(post, metadata=True)
    invocation.team.echo(channel, events.changed(channel, ts, message, previous))
    invocation.team.changes.tell()
    return {"channel": channel.id, "ts": post.ts, "text": post.message["text"], "message": message}


def delete(invocation: Invocation) -> Answer:
    """Take a message away (https://docs.slack.dev/reference/methods/chat.delete)."""
    channel = invocation.channel()
    post = invocation.post(channel)
    if post.message.get("bot_id") != invocation.team.bot_id:
        raise Refusal("cant_delete_message")
    channel.remove(post.ts)
    event = events.deleted(channel, invocation.team.times.next(), post.message)
    invocation.team.echo(channel, event)
    invocation.team.changes.tell()
    return {"channel": channel.id, "ts": post.ts}


def customized(invocation: Invocation) -> dict[str, Any]:
    """The name and the icon that a message asks for, which needs a scope."""
    asked = {name: invocation.arguments.text(name) for name in _CUSTOM if invocation.arguments.has(name)}
    if asked:
        invocation.need_scope("chat:write.customize")
    return {"username": asked["username"]} if "username" in asked else {}


def published(team: Team, channel: Channel, post: Post, *, markdown: str = "", bare: bool = False) -> None:
    """A message of the app stands in a channel: whom it calls is noted, its thread shows no status any more."""
    team.note(post, markdown=markdown, bare=bare)
    channel.hide_status(post.thread or post.ts)
    team.echo(channel, events.posted(channel, post.message))


def _writable(invocation: Invocation) -> Channel:
    """The channel that a message is for. Refusal if the app may not write there."""
    channel = invocation.channel()
    if channel.archived:
        raise Refusal("is_archived")
    outside = invocation.team.bot_user_id not in channel.members
    if outside and "chat:write.public" not in invocation.team.scopes:
        raise Refusal("not_in_channel")
    return channel


def _check_mismatch(invocation: Invocation, post: Post, fields: Mapping[str, Any]) -> None:
    """Refuse to let a streamed message be without rich text, which it had.

    https://docs.slack.dev/reference/methods/chat.update#errors
    """
    if post.stream is None or not post.stream.markdown or not invocation.slack.block_mismatch:
        return
    if not any(block["type"] in _RICH for block in fields.get("blocks", ())):
        raise Refusal("block_mismatch")


def _edited(invocation: Invocation, post: Post, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The message after an edit: a text without blocks takes them away, and only then it is marked as edited."""
    kept = dict(post.message)
    if (
        "text" in invocation.arguments.values
        or "blocks" in fields
        or "markdown_text" in invocation.arguments.values
    ):
        for name in _BLOCKLIKE:
            kept.pop(name, None)
    message = {**kept, **fields}
    if "blocks" not in fields:
        message["edited"] = {"user": invocation.team.bot_user_id, "ts": invocation.team.times.next()}
    metadata = metadata_of(invocation.arguments)
    if metadata is not None:
        message["metadata"] = metadata
    if not message.get("metadata"):
        message.pop("metadata", None)
    return message

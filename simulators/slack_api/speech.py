"""What people and other bots say: as it is kept, and how the app hears of it."""

from typing import Any

from simulators.slack_api import events
from simulators.slack_api.channels import Channel
from simulators.slack_api.markup import rich_text_of, typed
from simulators.slack_api.posts import Post
from simulators.slack_api.team import Team

_KEPT = ("type", "ts", "team", "thread_ts")
"""What is left of a message that was deleted."""


def hear(team: Team, channel: Channel, post: Post) -> None:
    """Let the app hear of a message that is not its own, twice if it is named in a channel."""
    named = f"<@{team.bot_user_id}>" in str(post.message.get("text", ""))
    if named and channel.kind != "im" and team.bot_user_id in channel.members:
        team.tell(events.mentioned(channel, post.message), scope="app_mentions:read")
    team.tell_message(channel, events.posted(channel, post.message))


def spoken(text: str) -> dict[str, Any]:
    """The fields of a message that a person typed."""
    words = typed(text)
    return {"text": words, "blocks": [rich_text_of(words)]} if words else {"text": ""}


def tombstone(post: Post) -> dict[str, Any]:
    """What stands for a message that was deleted although there are replies to it."""
    kept: dict[str, Any] = {name: value for name, value in post.message.items() if name in _KEPT}
    return {
        **kept,
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "hidden": True,
    }

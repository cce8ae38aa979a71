"""Events as the app gets them (https://docs.slack.dev/apis/events-api#event-type-structure)."""

import base64
import time
from collections.abc import Mapping
from typing import Any

import orjson

from simulators.slack_api.apps import App
from simulators.slack_api.channels import Channel
from simulators.slack_api.ids import new_id

Event = dict[str, Any]
TYPES = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
"""The subscriptions to the messages of each kind of channel."""
HISTORIES = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
"""The scopes for the messages of each kind of channel."""


def enveloped(app: App, team: str, bot_user: str, event: Event) -> dict[str, Any]:
    """An event with what Slack says around it."""
    channel = str(event.get("channel", ""))
    context = {"et": event["type"], "tid": team, "aid": app.id, "cid": channel}
    return {
        "token": app.verification_token,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + base64.urlsafe_b64encode(orjson.dumps(context)).decode().rstrip("="),
    }


def posted(channel: Channel, message: Mapping[str, Any]) -> Event:
    """A message that is new (https://docs.slack.dev/reference/events/message)."""
    return {
        **message,
        "channel": channel.id,
        "event_ts": message["ts"],
        "channel_type": channel.kind,
    }


def mentioned(channel: Channel, message: Mapping[str, Any]) -> Event:
    """A message that names the app (https://docs.slack.dev/reference/events/app_mention)."""
    rest = {name: value for name, value in message.items() if name != "subtype"}
    return {**rest, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}


def changed(channel: Channel, ts: str, message: Mapping[str, Any], previous: Mapping[str, Any]) -> Event:
    """A message that was edited (https://docs.slack.dev/reference/events/message/message_changed)."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": {**message, "source_team": message.get("team"), "user_team": message.get("team")},
        "previous_message": dict(previous),
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.kind,
    }


def deleted(channel: Channel, ts: str, previous: Mapping[str, Any]) -> Event:
    """A message that was deleted (https://docs.slack.dev/reference/events/message/message_deleted)."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": dict(previous),
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.kind,
    }


def home_opened(user: str, channel: str, tab: str, ts: str, view: Mapping[str, Any] | None) -> Event:
    """A person looks at the app's home (https://docs.slack.dev/reference/events/app_home_opened)."""
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ts}
    return event if view is None else {**event, "view": dict(view)}


def session_stopped(user: str, channel: str, thread: str, ts: str, streams: list[str]) -> Event:
    """A person pressed Stop (https://docs.slack.dev/reference/events/agent_session_stopped)."""
    return {
        "type": "agent_session_stopped",
        "user": user,
        "channel": channel,
        "thread_ts": thread,
        "streaming_message_ts": streams,
        "event_ts": ts,
    }


def assistant_started(thread: Mapping[str, Any], ts: str) -> Event:
    """A person opened the assistant (https://docs.slack.dev/reference/events/assistant_thread_started)."""
    return {"type": "assistant_thread_started", "assistant_thread": dict(thread), "event_ts": ts}


def uninstalled(ts: str) -> Event:
    """The app was taken away (https://docs.slack.dev/reference/events/app_uninstalled)."""
    return {"type": "app_uninstalled", "event_ts": ts}


def tokens_revoked(bot_user: str, ts: str) -> Event:
    """The app's tokens were taken away (https://docs.slack.dev/reference/events/tokens_revoked)."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user]}, "event_ts": ts}
